import {
  ComputeBudgetProgram,
  type Connection,
  type PublicKey,
  type TransactionInstruction,
  type VersionedTransaction,
} from '@solana/web3.js'
import { explainFailure } from '#client/errors.ts'
import { compileTransaction } from '#client/lookup-table.ts'
import { formatUnits } from '#client/units.ts'
import { AppError } from '#server/platform/errors.ts'
import type { TradingAccount } from './account-state.ts'
import type { PreparedDto } from './schema.ts'

/** For trying: what the chain lets one transaction use. */
const MOST_COMPUTE_UNITS = 1_400_000
/** Above what the trial used, in percent: until it lands the price, and with it the way through the program, may change. */
const HEADROOM_PERCENT = 25n
const LAMPORTS_PER_SIGNATURE = 5_000n
const LAMPORT_DECIMALS = 9
const MICRO = 1_000_000n

type Prepared = {
  account: TradingAccount
  instructions: readonly TransactionInstruction[]
  priorityFee: number
  estimate: PreparedDto['estimate']
}

/**
 * An unsigned transaction that was tried on the chain as it stands.
 * @throws AppError CHAIN_REFUSED with the program's reason when it must fail.
 */
export async function prepareTransaction(
  connection: Connection,
  { account, instructions, priorityFee, estimate }: Prepared,
): Promise<PreparedDto> {
  const { trader, address } = account
  const { blockhash, lastValidBlockHeight } = await connection.getLatestBlockhash('confirmed')
  const compiled = (units: number) => compile(trader, blockhash, units, priorityFee, instructions)
  const computeUnits = await tryOut(connection, compiled(MOST_COMPUTE_UNITS))
  const limit = Math.min(MOST_COMPUTE_UNITS, Number((BigInt(computeUnits) * (100n + HEADROOM_PERCENT)) / 100n))
  const transaction = compiled(limit)
  const priority = (BigInt(limit) * BigInt(priorityFee) + MICRO - 1n) / MICRO
  return {
    transaction: Buffer.from(transaction.serialize()).toString('base64'),
    signer: trader.toBase58(),
    subAccount: address.toBase58(),
    lastValidBlockHeight,
    computeUnits,
    networkFee: formatUnits(LAMPORTS_PER_SIGNATURE + priority, LAMPORT_DECIMALS),
    estimate,
  }
}

function compile(
  payer: PublicKey,
  recentBlockhash: string,
  units: number,
  priorityFee: number,
  instructions: readonly TransactionInstruction[],
): VersionedTransaction {
  const budget = [
    ComputeBudgetProgram.setComputeUnitLimit({ units }),
    ...(priorityFee === 0 ? [] : [ComputeBudgetProgram.setComputeUnitPrice({ microLamports: priorityFee })]),
  ]
  return compileTransaction({ payer, recentBlockhash, instructions: [...budget, ...instructions] })
}

/** @returns the compute units it used. */
async function tryOut(connection: Connection, transaction: VersionedTransaction): Promise<number> {
  const { value } = await connection.simulateTransaction(transaction, { commitment: 'confirmed', sigVerify: false })
  if (value.err === null) return value.unitsConsumed ?? MOST_COMPUTE_UNITS
  const { code, message, action } = explainFailure(value.err, value.logs ?? [])
  throw new AppError('CHAIN_REFUSED', {
    message: action === null ? message : `${message} ${action}`,
    details: { error: code },
  })
}
