import { word } from '#app/i18n/t.ts'
import type { Bps, Ppm, Quote } from '#client/units.ts'

/** What the owner grants, as typed. */
export type Limits = { seconds: number; budget: Quote }

export const TIMES = [
  { seconds: 3_600, label: word('1 hour') },
  { seconds: 8 * 3_600, label: word('8 hours') },
  { seconds: 86_400, label: word('1 day') },
  { seconds: 7 * 86_400, label: word('7 days') },
  { seconds: 30 * 86_400, label: word('30 days') },
] as const

export const DEFAULT_LIMITS: Limits = { seconds: 28_800, budget: 250_000_000n }

const BPS_IN_PPM = 100n
const PPM = 1_000_000n

/**
 * Value of the largest market order that a budget allows at this slippage limit: the program asks what it may lose against
 * the oracle at its limit, and the fee on that, before it takes it. Rounded down.
 */
export function largestOrder(budget: Quote, slippageBps: Bps, takerFeePpm: Ppm): Quote {
  const loss = BigInt(slippageBps) * BPS_IN_PPM
  const cost = loss * PPM + (PPM + loss) * BigInt(takerFeePpm)
  return cost === 0n ? 0n : (budget * PPM * PPM) / cost
}
