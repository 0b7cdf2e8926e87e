import type { Connection, TransactionInstruction } from '@solana/web3.js'
import { currentSettings, type FeePreset } from '#app/data/settings.ts'

/** What a transaction offers for its place in a block. */
export type FeeOffer = {
  /** Micro-lamports per compute unit. */
  price: number
  /** Most for the whole transaction, lamports. */
  cap: number
}

/** Of what was paid lately for the accounts it writes, the offer is this percentile. */
const PERCENTILE: Readonly<Record<Exclude<FeePreset, 'none'>, number>> = { normal: 50, fast: 75, urgent: 90 }
const MICRO = 1_000_000
/** The RPC refuses to look at more accounts. */
const MOST_ACCOUNTS = 128

/** Nearest rank of `sample`; 0 of nothing. */
export function percentileOf(sample: readonly number[], percentile: number): number {
  const sorted = [...sample].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((percentile / 100) * sorted.length) - 1)] ?? 0
}

/** The price for a transaction that asks for `units`, whole micro-lamports, so that all of it stays within the cap. */
export function priceWithin({ price, cap }: FeeOffer, units: number): number {
  return units <= 0 ? 0 : Math.min(price, Math.floor((cap * MICRO) / units))
}

/** By the user's choice and what others pay now; no answer offers nothing, since the fee only buys haste. */
export async function feeOffer(
  connection: Connection,
  instructions: readonly TransactionInstruction[],
): Promise<FeeOffer> {
  const { priorityFee, feeCap: cap } = currentSettings()
  if (priorityFee === 'none') return { price: 0, cap }
  const written = instructions.flatMap(({ keys }) => keys.filter(({ isWritable }) => isWritable))
  const accounts = [...new Map(written.map(({ pubkey }) => [pubkey.toBase58(), pubkey])).values()]
  const recent = await recentFees(connection, accounts.slice(0, MOST_ACCOUNTS))
  return { price: percentileOf(recent, PERCENTILE[priorityFee]), cap }
}

/** One figure for each of the last slots. */
async function recentFees(
  connection: Connection,
  accounts: Parameters<Connection['getAccountInfo']>[0][],
): Promise<readonly number[]> {
  const answers = await connection.getRecentPrioritizationFees({ lockedWritableAccounts: accounts }).catch(() => [])
  return answers.map(({ prioritizationFee }) => prioritizationFee)
}

/** What this preset would offer for a transaction that writes nothing contended, micro-lamports per compute unit. */
export async function paidNow(connection: Connection, preset: FeePreset): Promise<number> {
  return preset === 'none' ? 0 : percentileOf(await recentFees(connection, []), PERCENTILE[preset])
}
