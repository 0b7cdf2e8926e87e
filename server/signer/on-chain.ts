import { type Connection, PublicKey, SystemProgram } from '@solana/web3.js'
import { KEY_FUNDS, LOW_FUNDS } from '#client/delegate-funds.ts'
import { updateSubAccount } from '#client/instructions/index.ts'
import { budgetSpent } from '#client/math/index.ts'
import { formatUnits, QUOTE_DECIMALS, type Quote } from '#client/units.ts'
import { AppError } from '#server/platform/errors.ts'
import { prepareTransaction, readTradingAccount, type TradingAccount } from '#server/trading/index.ts'
import type { SigningKey } from './key-repo.ts'
import type { SigningKeyDto, ToSignDto } from './schema.ts'

type Place = { connection: Connection; nowMs: number }

/** What the chain says of a key; null while it says nothing. */
export async function readOnChain(place: Place, key: SigningKey): Promise<SigningKeyDto['chain']> {
  const { connection, nowMs } = place
  if (key.publicKey === null || key.revokedAt !== null) return null
  const [account, lamports] = await Promise.all([
    existingAccount(place, key),
    connection.getBalance(new PublicKey(key.publicKey), 'confirmed'),
  ])
  if (account === null) return null
  const { delegate, delegateExpiresAt, delegateBudget, delegateSpent, delegateSpentAt } = account.state
  const isNamed = delegate === key.publicKey
  const budget = isNamed ? delegateBudget : 0n
  const elapsed = BigInt(Math.floor(nowMs / 1_000)) - delegateSpentAt
  const spent = budgetSpent(delegateSpent, budget, elapsed > 0n ? elapsed : 0n)
  return {
    isDelegate: isNamed && Number(delegateExpiresAt) * 1_000 > nowMs,
    expiresAt: isNamed ? Number(delegateExpiresAt) * 1_000 : null,
    lossBudget: formatUnits(budget, QUOTE_DECIMALS),
    lossBudgetLeft: formatUnits(budget > spent ? budget - spent : 0n, QUOTE_DECIMALS),
    lamports: String(lamports),
  }
}

/** A transaction of the wallet that lets the key trade until its end, within the loss budget, and pays for its fees. */
export async function prepareAllow(
  { connection, nowMs }: Place,
  key: SigningKey & { publicKey: string },
  lossBudget: Quote,
): Promise<ToSignDto['transaction']> {
  const account = await readTradingAccount(connection, { authority: key.wallet, subAccountId: key.subAccountId }, nowMs)
  const { state, address: subAccount, trader: authority } = account
  const delegate = {
    key: key.publicKey,
    expiresAt: BigInt(Math.ceil(key.limits.expiresAt / 1_000)),
    budget: lossBudget,
  }
  const holder = new PublicKey(key.publicKey)
  const isPoor = (await connection.getBalance(holder, 'confirmed')) < LOW_FUNDS
  const stands =
    state.delegate === delegate.key &&
    state.delegateExpiresAt === delegate.expiresAt &&
    state.delegateBudget === delegate.budget
  if (stands && !isPoor) return null
  const instructions = [
    updateSubAccount({ authority, subAccount, delegate, isolatedMarket: state.isolatedMarket }),
    ...(isPoor ? [SystemProgram.transfer({ fromPubkey: authority, toPubkey: holder, lamports: KEY_FUNDS })] : []),
  ]
  return prepareTransaction(connection, { account, instructions, priorityFee: 0, estimate: null })
}

/** A transaction of the wallet that takes the key's right away on chain; null where it has none. */
export async function prepareRevoke(place: Place, key: SigningKey): Promise<ToSignDto['transaction']> {
  const account = key.publicKey === null ? null : await existingAccount(place, key)
  if (account === null || account.state.delegate !== key.publicKey) return null
  const { state, address: subAccount, trader: authority } = account
  const take = updateSubAccount({ authority, subAccount, delegate: null, isolatedMarket: state.isolatedMarket })
  return prepareTransaction(place.connection, { account, instructions: [take], priorityFee: 0, estimate: null })
}

async function existingAccount({ connection, nowMs }: Place, key: SigningKey): Promise<TradingAccount | null> {
  try {
    const { wallet: authority, subAccountId } = key
    return await readTradingAccount(connection, { authority, subAccountId }, nowMs)
  } catch (error) {
    if (error instanceof AppError && error.code === 'NOT_FOUND') return null
    throw error
  }
}
