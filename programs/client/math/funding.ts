/** Funding: what longs and shorts pay each other so that the mark stays near the oracle. */
import type { Base, Price, Quote } from '../units.ts'
import { MathError } from './error.ts'
import { abs, clamp, floorDivSigned, i64, min, saturatingSub } from './fixed.ts'

/** Seconds in the period a premium is quoted for. */
export const FUNDING_PERIOD = 86_400n
/** A gap longer than this accrues only this much; the rest is forgiven. */
export const MAX_ACCRUAL_SECONDS = 3_600n
/** The premium every day starts from: oracle / 5000 (2 bp). */
const OFFSET_DIVISOR = 5_000n
/** Marks within oracle / 2000 (5 bp) of the oracle count as equal to it. */
const DEAD_ZONE_DIVISOR = 2_000n
/** Price 1e6 → funding index 1e9. */
const INDEX_PER_PRICE = 1_000n
/** base 1e9 × index 1e9 → quote 1e6. */
const PAYMENT_SCALE = 1_000_000_000_000n

/** All prices are those that were true since the last touch. */
export type FundingInputs = {
  readonly oracle: Price
  readonly mark: Price
  /** The premium stays within ± oracle / this: 33, 20 or 10 by the market's tier. */
  readonly clampDivisor: number
  /** Time since the last touch. */
  readonly seconds: bigint
  /** Remainder the last touch left, 0..86 400. */
  readonly remainder: bigint
}

export type FundingAccrual = {
  /** x per day, after dead zone and clamp; positive: longs pay. */
  readonly premium: Price
  /** Change of both cumulative indices, 1e9. */
  readonly indexDelta: bigint
  readonly remainder: bigint
  /** Seconds beyond {@link MAX_ACCRUAL_SECONDS}, which nobody pays for. */
  readonly forgiven: bigint
}

/** Daily premium, signed. Within the dead zone only the offset counts. @throws MathError DivisionByZero, Overflow. */
export function fundingPremium(oracle: Price, mark: Price, clampDivisor: number): Price {
  if (clampDivisor === 0) throw new MathError('DivisionByZero', 'the funding clamp is not set')
  const bound = i64(oracle / BigInt(clampDivisor))
  const offset = oracle / OFFSET_DIVISOR
  const spread = mark - oracle
  return i64(clamp(abs(spread) <= oracle / DEAD_ZONE_DIVISOR ? offset : spread + offset, -bound, bound))
}

/**
 * One touch of the market. n = x·1000·dt + rem; Δ = ⌊n / 86 400⌋, rem = n mod 86 400, so many short touches add up to
 * exactly what one long touch gives. @throws MathError DivisionByZero, Overflow.
 */
export function accrueFunding(inputs: FundingInputs): FundingAccrual {
  const premium = fundingPremium(inputs.oracle, inputs.mark, inputs.clampDivisor)
  const numerator = premium * INDEX_PER_PRICE * min(inputs.seconds, MAX_ACCRUAL_SECONDS) + inputs.remainder
  const indexDelta = i64(floorDivSigned(numerator, FUNDING_PERIOD))
  return {
    premium,
    indexDelta,
    remainder: numerator - indexDelta * FUNDING_PERIOD,
    forgiven: saturatingSub(inputs.seconds, MAX_ACCRUAL_SECONDS),
  }
}

/**
 * Cash an account receives for holding `base` while its side's index (1e9) moved from `lastIndex` to `index`:
 * ⌊−base·Δ / 1e12⌋. Negative is a payment, rounded up; positive a receipt, rounded down. @throws MathError Overflow.
 */
export function fundingPayment(base: Base, index: bigint, lastIndex: bigint): Quote {
  return i64(floorDivSigned(base * (lastIndex - index), PAYMENT_SCALE))
}
