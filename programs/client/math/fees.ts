/** Trading fees and rewards. */
import type { Bps, Ppm, Quote } from '../units.ts'
import { MathError } from './error.ts'
import { mulDivCeil, mulDivFloor, PPM, RATIO, saturatingSub, u64 } from './fixed.ts'

/** A market's maker rebate is at most this share of its taker fee (40 %). */
export const MAX_REBATE_OF_FEE: Bps = 4_000
/** Seconds in which a volume without new trades is forgotten: 30 days. */
const VOLUME_PERIOD = 30n * 86_400n
/** A rate in ppm times a share of 1e4. */
const RATE_SCALE = PPM * RATIO

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

/** 30-day volume left after `elapsed` seconds without trades: falls linearly to zero over 30 days, rounded down. */
export function decayedVolume(volume: Quote, elapsed: bigint): Quote {
  return mulDivFloor(volume, saturatingSub(VOLUME_PERIOD, elapsed), VOLUME_PERIOD)
}

export type TakerFee = {
  /** What the taker owes. */
  readonly paid: Quote
  /** The part of it that goes to the referrer. */
  readonly referrer: Quote
}

/**
 * Fee of a taker: paid = ⌈quote·fee·tier share·(1 − discount)⌉, referrer = ⌊paid·referrer share⌋. Both referral numbers
 * are 0 without a referrer. @throws MathError Overflow, also for a discount above 100 %.
 */
export function takerFeeOf(
  quote: Quote,
  feePpm: Ppm,
  tierShare: Bps,
  refereeDiscount: Bps,
  referrerShare: Bps,
): TakerFee {
  const share = BigInt(tierShare) * u64(RATIO - BigInt(refereeDiscount))
  const paid = u64(mulDivCeil(quote * BigInt(feePpm), share, RATE_SCALE * RATIO))
  return { paid, referrer: u64(mulDivFloor(paid, BigInt(referrerShare), RATIO)) }
}

/** Rebate of a maker, rounded down. `rebatePpm`: the market's. @throws MathError Overflow. */
export function makerRebateOf(quote: Quote, rebatePpm: Ppm, tierShare: Bps): Quote {
  return u64(mulDivFloor(quote * BigInt(rebatePpm), BigInt(tierShare), RATE_SCALE))
}

/**
 * True when no fill between any two tiers can pay out more than it takes in, in a market whose rebate is within
 * {@link MAX_REBATE_OF_FEE}: lowest taker share·(1 − discount)·(1 − referrer share) ≥ 40 %·highest rebate share.
 * Rounding keeps it: the fee rounds up, both payments round down.
 */
export function feeScheduleIsSound(
  lowestTakerShare: Bps,
  highestRebateShare: Bps,
  refereeDiscount: Bps,
  referrerShare: Bps,
): boolean {
  const [paid, kept] = [RATIO - BigInt(refereeDiscount), RATIO - BigInt(referrerShare)]
  if (paid < 0n || kept < 0n) return false
  return BigInt(lowestTakerShare) * paid * kept >= BigInt(highestRebateShare) * BigInt(MAX_REBATE_OF_FEE) * RATIO
}
