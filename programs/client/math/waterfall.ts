/** Who bears a loss that an account cannot: insurance, the pool, then everyone in the market. */
import type { Base, Price, Quote } from '../units.ts'
import { BASE, i64, min, mulDivCeil, mulDivFloor, RATIO, saturatingSub, u64 } from './fixed.ts'

/** One bankruptcy moves the index of a market by at most this share of its price (2.5 %). */
const MAX_SOCIALISED = 250n
/** Price 1e6 → funding index 1e9. */
const INDEX_PER_PRICE = 1_000n

export type LossInputs = {
  /** What the bankrupt account could not pay. */
  readonly loss: Quote
  /** Balance of the insurance fund, the floor it keeps, and what this market may still draw. */
  readonly insurance: Quote
  readonly insuranceFloor: Quote
  readonly insuranceCap: Quote
  /** What the market's pool may still bear. */
  readonly poolCap: Quote
  /** Users' open interest after the bankrupt position is gone. */
  readonly openInterestLong: Base
  readonly openInterestShort: Base
  readonly price: Price
}

export type LossShares = {
  readonly fromInsurance: Quote
  readonly fromPool: Quote
  /** Added to the long funding index and taken from the short one, 1e9. */
  readonly indexDelta: bigint
  /** What the index will collect, rounded down. */
  readonly fromLongs: Quote
  readonly fromShorts: Quote
  /** Collected beyond the loss, to insurance. */
  readonly residue: Quote
  /** Still nobody's: recorded on the market, repaid before any fee leaves it. */
  readonly deficit: Quote
}

/**
 * a = min(loss, max(0, insurance − floor), cap); b = min(rest, pool cap);
 * per base = min(⌈rest·1e9 / (L + S)⌉, 2.5 % of the price); the rest is the deficit. @throws MathError Overflow.
 */
export function shareLoss(inputs: LossInputs): LossShares {
  const available = saturatingSub(inputs.insurance, inputs.insuranceFloor)
  const fromInsurance = min(min(inputs.loss, available), inputs.insuranceCap)
  const uninsured = inputs.loss - fromInsurance
  const fromPool = min(uninsured, inputs.poolCap)
  const rest = uninsured - fromPool

  const perBase = socialisedPerBase(rest, inputs)
  const collect = (openInterest: Base): Quote => u64(mulDivFloor(openInterest, perBase, BASE))
  const [fromLongs, fromShorts] = [collect(inputs.openInterestLong), collect(inputs.openInterestShort)]
  const collected = u64(fromLongs + fromShorts)
  return {
    fromInsurance,
    fromPool,
    indexDelta: i64(u64(perBase * INDEX_PER_PRICE)),
    fromLongs,
    fromShorts,
    residue: saturatingSub(collected, rest),
    deficit: saturatingSub(rest, collected),
  }
}

function socialisedPerBase(rest: Quote, inputs: LossInputs): Price {
  const openInterest = inputs.openInterestLong + inputs.openInterestShort
  if (openInterest === 0n) return 0n
  return u64(min(mulDivCeil(rest, BASE, openInterest), mulDivFloor(inputs.price, MAX_SOCIALISED, RATIO)))
}

/**
 * The part of an account's debt that one market answers for: debt·here / everywhere, rounded up, at most the debt, by what
 * the account lost in it and in all its markets. Asked with the debt and the losses still unassigned, the parts add up to
 * the whole debt. @throws MathError DivisionByZero without any loss.
 */
export function shareOfDebt(debt: Quote, lossHere: Quote, lossEverywhere: Quote): Quote {
  return min(mulDivCeil(debt, lossHere, lossEverywhere), debt)
}
