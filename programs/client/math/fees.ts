/** Trading fees and rewards. */
import type { Bps, Ppm, Quote } from '../units.ts'
import { MathError } from './error.ts'
import { mulDivCeil, mulDivFloor, PPM, RATIO, u64 } from './fixed.ts'

/** What the taker owes on a fill, rounded up. @throws MathError Overflow. */
export function takerFee(quote: Quote, feePpm: Ppm): Quote {
  return u64(mulDivCeil(quote, BigInt(feePpm), PPM))
}

/** What the maker gets on a fill, rounded down. @throws MathError Overflow. */
export function makerRebate(quote: Quote, rebatePpm: Ppm): Quote {
  return u64(mulDivFloor(quote, BigInt(rebatePpm), PPM))
}

/** What the keeper of a fill gets from the taker: flat + share of the quote, rounded down. @throws MathError Overflow. */
export function keeperReward(quote: Quote, flat: Quote, rewardPpm: Ppm): Quote {
  return u64(flat + makerRebate(quote, rewardPpm))
}

export type FeeSplit = {
  readonly pool: Quote
  readonly treasury: Quote
  /** Its own share and every rounding residue. */
  readonly insurance: Quote
}

/** Divides a fee: pool and treasury shares rounded down, the rest to insurance. @throws MathError Overflow. */
export function splitFee(fee: Quote, poolShare: Bps, treasuryShare: Bps): FeeSplit {
  const pool = u64(mulDivFloor(fee, BigInt(poolShare), RATIO))
  const treasury = u64(mulDivFloor(fee, BigInt(treasuryShare), RATIO))
  if (pool + treasury > fee) throw new MathError('Overflow', `fee shares exceed the fee of ${fee}`)
  return { pool, treasury, insurance: fee - pool - treasury }
}
