/** What limits money on its way out: the vault's withdraw level, the warm-up of profits, a delegate's loss budget. */
import type { Quote } from '../units.ts'
import { ceilDiv, i64, max, min, mulDivCeil, mulDivFloor, QUOTE, RATIO, saturatingSub, u64 } from './fixed.ts'

/** Seconds of the vault's mean and of a budget. */
const DAY = 86_400n
/** A withdrawal leaves at least this share of the vault's 24 h mean (75 %). */
const WITHDRAW_LEVEL = 7_500n
/** Small withdrawals of one owner that pass the withdraw level in a day ($10 000). */
export const SMALL_WITHDRAWALS: Quote = 10_000n * QUOTE
/** Small withdrawals of all owners together in a day: this share of the vault's total (5 %), or one owner's. */
const SMALL_WITHDRAWALS_SHARE = 500n
/** Seconds in which a profit becomes withdrawable. */
const WARM_UP = 600n
/** Locked profit that may leave all the same ($100). */
const WARM_UP_EXEMPT: Quote = 100n * QUOTE

/**
 * 24 h time-weighted mean of a vault's balance (native token units), `elapsed` seconds after the last one, during which
 * the vault held `balance`; rounded up, so that rounding never lowers the withdraw level.
 */
export function meanBalance(mean: bigint, balance: bigint, elapsed: bigint): bigint {
  const weight = min(elapsed, DAY)
  return ceilDiv(mean * (DAY - weight) + balance * weight, DAY)
}

/** Balance that a withdrawal must leave in the vault: 75 % of the mean, rounded up. */
export function withdrawFloor(mean: bigint): bigint {
  return mulDivCeil(mean, WITHDRAW_LEVEL, RATIO)
}

/**
 * Native units of a vault's `total` that small withdrawals may take beyond the withdraw level in a day, rounded down: 5 %
 * of it, or what one owner may take, if that is more. `unit`: native units of one whole token, which `price` is for.
 * @throws MathError DivisionByZero (price), Overflow.
 */
export function smallWithdrawalsOfVault(total: bigint, price: bigint, unit: bigint): bigint {
  const share = mulDivFloor(total, SMALL_WITHDRAWALS_SHARE, RATIO)
  return u64(max(share, mulDivFloor(SMALL_WITHDRAWALS, unit, price)))
}

/**
 * What `amount` native units count as among an owner's small withdrawals, rounded up. `unit`: native units of one whole
 * token, which `price` is for.
 * @throws MathError DivisionByZero (unit), Overflow.
 */
export function withdrawalValue(amount: bigint, price: bigint, unit: bigint): Quote {
  return u64(mulDivCeil(amount, price, unit))
}

/**
 * Realised profit that is margin but may not leave yet: a straight line from `locked` at `from` to zero at `until` (unix
 * seconds).
 */
export type WarmUp = { readonly locked: Quote; readonly from: bigint; readonly until: bigint }

/** What is still locked at `now`, rounded up: all of it before `from`, nothing from `until` on. */
export function stillLocked({ locked, from, until }: WarmUp, now: bigint): Quote {
  const [left, span] = [saturatingSub(until, now), saturatingSub(until, from)]
  if (left >= span) return left === 0n ? 0n : locked
  return mulDivCeil(locked, left, span)
}

/**
 * The warm-up after a realised `profit`: what is still locked and the profit share one line of 600 s from now. Every
 * profit stays locked at least as long as on a line of its own, so an old one cannot shorten a new one's.
 * A clock that went back counts as standing still.
 * @throws MathError Overflow.
 */
export function afterProfit(warmUp: WarmUp, now: bigint, profit: Quote): WarmUp {
  const from = max(now, warmUp.from)
  const still = stillLocked(warmUp, from)
  const locked = u64(still + profit)
  if (profit === 0n) return { locked, from, until: still === 0n ? from : warmUp.until }
  return { locked, from, until: i64(from + WARM_UP) }
}

/**
 * The warm-up after a realised `loss`, which consumes what is still locked first; the rest unlocks until the same time.
 * A clock that went back counts as standing still.
 */
export function afterLoss(warmUp: WarmUp, now: bigint, loss: Quote): WarmUp {
  const from = max(now, warmUp.from)
  const locked = saturatingSub(stillLocked(warmUp, from), loss)
  return { locked, from, until: locked === 0n ? from : warmUp.until }
}

/** Balance that may not leave the account at `now`: what is still locked beyond the first $100. */
export function notWithdrawable(warmUp: WarmUp, now: bigint): Quote {
  return saturatingSub(stillLocked(warmUp, now), WARM_UP_EXEMPT)
}

/**
 * What of a 24 h budget (a delegate's losses, small withdrawals) is still spent `elapsed` seconds after `spent` was true:
 * the budget comes back evenly over a day, rounded down.
 */
export function budgetSpent(spent: Quote, budget: Quote, elapsed: bigint): Quote {
  return saturatingSub(spent, mulDivFloor(budget, elapsed, DAY))
}
