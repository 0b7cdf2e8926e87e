import { serverNow } from '#app/data/connection.ts'
import type { OwnAccount } from '#app/data/own-account.ts'
import { readUser } from '#app/data/user.ts'
import { t } from '#app/i18n/t.ts'
import { refreshBalances } from '#app/wallet/balances.ts'
import { openConnection } from '#app/wallet/chain.ts'
import { loadExchange } from '#app/wallet/exchange.ts'
import { announceKey, keyName, loadKeyStore, useTradingKey } from '#app/wallet/trading-key.ts'
import type { TradingKey } from '#app/wallet/trading-key-store.ts'
import { type Outcome, transact } from '#app/wallet/transact.ts'
import { reachable, TransactionError } from '#app/wallet/transaction-error.ts'
import { KEY_FUNDS, LOW_FUNDS } from '#client/delegate-funds.ts'
import type { Limits } from './limits.ts'

/** Makes the key of this browser one that may trade for the account, within the limits. One signature of the wallet. */
export async function turnOn(own: OwnAccount, { seconds, budget }: Limits): Promise<Outcome> {
  const { ensureKey, forgetKey, readKey } = await loadKeyStore()
  const name = keyName(own.authority)
  const isNew = (await readKey(name)) === null
  // Kept before it is named on chain: a reload in between must not leave a right that nobody can use.
  const key = await ensureKey(name)
  const outcome = await transact({
    title: t('Turn on one-click trading'),
    build: async () => {
      const expiresAt = BigInt(Math.floor(serverNow() / 1000) + seconds)
      const lamports = (await lamportsOf(key.address)) < LOW_FUNDS ? KEY_FUNDS : 0n
      return (await loadExchange()).allowKey(own, { key: key.address, expiresAt, budget, lamports })
    },
  })
  if (isNew && isRefused(outcome)) await forgetKey(name)
  return settle(own, outcome)
}

/** Takes the right away on chain; a key that then trades for nobody gives back what it holds, and is destroyed. */
export async function turnOff(own: OwnAccount): Promise<Outcome> {
  const kept = useTradingKey.getState()
  const key = kept.owner === own.authority ? kept.key : null
  const ends = key !== null && !tradesElsewhere(key, own)
  const { forgetKey, signWithKey } = await loadKeyStore()
  let lamports = 0n
  const outcome = await transact({
    title: t('Turn off one-click trading'),
    build: async () => {
      if (ends) lamports = await lamportsOf(key.address)
      return (await loadExchange()).revokeKey(own, ends ? { address: key.address, lamports } : null)
    },
    also: async (transaction) => (ends && lamports > 0n ? signWithKey(key, transaction) : transaction),
  })
  if (ends && outcome.kind === 'confirmed') await forgetKey(keyName(own.authority))
  return settle(own, outcome)
}

const tradesElsewhere = ({ address }: TradingKey, { authority, subAccountId }: OwnAccount): boolean =>
  readUser(authority)?.subAccounts.some(({ id, delegate }) => id !== subAccountId && delegate === address) === true

/** What may have reached the chain is not refused. */
const isRefused = (outcome: Outcome): boolean =>
  outcome.kind === 'failed' && !(outcome.error instanceof TransactionError && outcome.error.kind === 'unknown')

async function settle({ authority }: OwnAccount, outcome: Outcome): Promise<Outcome> {
  await announceKey(authority)
  refreshBalances()
  return outcome
}

export async function lamportsOf(address: string): Promise<bigint> {
  const [{ PublicKey }, connection] = await Promise.all([import('@solana/web3.js'), openConnection()])
  return BigInt(await reachable(() => connection.getBalance(new PublicKey(address))))
}
