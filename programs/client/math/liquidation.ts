/** How much of a position a liquidation takes, and what it costs. */
import type { Base, Bps, Price, Quote } from '../units.ts'
import { MathError } from './error.ts'
import {
  abs,
  BASE,
  ceilDiv,
  clamp,
  floorDivSigned,
  max,
  min,
  mulDivCeil,
  mulDivFloor,
  QUOTE,
  RATIO,
  saturatingSub,
  u64,
} from './fixed.ts'
import { marginRequirement } from './margin.ts'

/** Positions below this notional ($50) are taken whole. */
export const WHOLE_BELOW: Quote = 50n * QUOTE
/** The caller's share of the liquidation fee and its cap ($5). */
const CALLER_SHARE = 1_000n
const CALLER_CAP = 5n * QUOTE
/** What a liquidator of collateral pays less than the oracle (1 %). */
export const COLLATERAL_DISCOUNT: Bps = 100
const RATIO_SCALE = BASE * RATIO

export type LiquidationInputs = {
  /** Position to reduce, signed. */
  readonly base: Base
  /** Oracle price of its market, > 0. */
  readonly price: Price
  /** The account's maintenance collateral. */
  readonly equity: Quote
  /** Σ|base|·P·(MM + buffer) of the whole account: requirement of the `Liquidation` health. */
  readonly target: Quote
  readonly maintenance: Bps
  readonly liquidationBuffer: Bps
  readonly liquidationFee: Bps
  readonly insuranceFee: Bps
  /** Smallest change of base, > 0. */
  readonly step: Base
}

export type LiquidationPlan = {
  /** Base to take from the position, ≤ |base|. */
  readonly size: Base
  /** To whoever takes the position over. */
  readonly liquidationFee: Quote
  /** To insurance; never more than the equity that the first fee leaves. */
  readonly insuranceFee: Quote
  readonly whole: boolean
}

/**
 * Size and fees, rounded up, of a liquidation that brings an account below maintenance back to its target. Whole below
 * $50 and whole when equity ≤ notional·(both fees); else
 * min(|base|, ⌈⌈S·1e13 / P·(MM + buffer − fees)⌉⌉ to the step) with S = target − equity.
 * @throws MathError NotLiquidatable (equity covers the target), DivisionByZero (ratios leave nothing, or no step),
 * InvalidPrice, Overflow.
 */
export function liquidationSize(inputs: LiquidationInputs): LiquidationPlan {
  if (inputs.price === 0n) throw new MathError('InvalidPrice', 'the oracle price is zero')
  const missing = inputs.target - inputs.equity
  if (missing <= 0n || inputs.base === 0n)
    throw new MathError('NotLiquidatable', `equity ${inputs.equity} covers ${inputs.target}`)
  const held = abs(inputs.base)
  const value = held * inputs.price
  const isSmall = value < WHOLE_BELOW * BASE
  const size = isSmall || !equityCoversFees(inputs) ? held : partialSize(inputs, missing)
  return { size, ...liquidationFees(size, inputs), whole: size === held }
}

/**
 * True while the account's equity exceeds ⌊|base|·P·(both fees)⌋ of the position: until then it is reduced in parts, and
 * nobody else is made to close it. @throws MathError Overflow.
 */
export function equityCoversFees(inputs: LiquidationInputs): boolean {
  return inputs.equity > mulDivFloor(abs(inputs.base) * inputs.price, bothFees(inputs), RATIO_SCALE)
}

const bothFees = (inputs: LiquidationInputs): bigint => BigInt(inputs.liquidationFee) + BigInt(inputs.insuranceFee)

function partialSize(inputs: LiquidationInputs, missing: bigint): Base {
  const gain = saturatingSub(BigInt(inputs.maintenance) + BigInt(inputs.liquidationBuffer), bothFees(inputs))
  const exact = mulDivCeil(missing, RATIO_SCALE, inputs.price * gain)
  const stepped = ceilDiv(exact, inputs.step) * inputs.step
  return u64(min(stepped, abs(inputs.base)))
}

/**
 * Fees of taking `size` at the oracle, rounded up. Insurance gets clamp(equity − liquidation fee, 0, its rate): it never
 * deepens a loss. @throws MathError Overflow.
 */
export function liquidationFees(
  size: Base,
  inputs: LiquidationInputs,
): Pick<LiquidationPlan, 'liquidationFee' | 'insuranceFee'> {
  const value = size * inputs.price
  const liquidationFee = u64(mulDivCeil(value, BigInt(inputs.liquidationFee), RATIO_SCALE))
  const cap = u64(mulDivCeil(value, BigInt(inputs.insuranceFee), RATIO_SCALE))
  return { liquidationFee, insuranceFee: clamp(inputs.equity - liquidationFee, 0n, cap) }
}

/**
 * Quote at which the pool takes over `size` (≤ |base|) of the position, for which it takes `fees`: the worse for the
 * liquidated account of oracle ∓ fee and `curveQuote`, the pool's own quote for the same trade. Beyond the fee the curve
 * takes no more than this part's share of the account's equity less the insurance fee, so that no take-over makes a
 * solvent account bankrupt, and none by the curve leaves it with a worse ratio. A part's share is that of its margin in
 * the account's target. What a long gets rounds down (not below zero), what a short pays rounds up.
 * @throws MathError DivisionByZero (target), Overflow.
 */
export function takeoverQuote(
  inputs: LiquidationInputs,
  size: Base,
  { liquidationFee, insuranceFee }: Pick<LiquidationPlan, 'liquidationFee' | 'insuranceFee'>,
  curveQuote: Quote,
): Quote {
  const most = max(saturatingSub(equityShare(inputs, size), insuranceFee), liquidationFee)
  const [atFee, atMost] = [oracleQuote(inputs, size, liquidationFee), oracleQuote(inputs, size, most)]
  return inputs.base > 0n ? min(atFee, max(curveQuote, atMost)) : max(atFee, min(curveQuote, atMost))
}

/**
 * Quote at which another trader takes over `size` (≤ |base|): oracle ∓ liquidation fee, but given up is no more than this
 * part's share of the account's equity, that of its margin in the target. Rounds as {@link takeoverQuote}.
 * @throws MathError DivisionByZero (target), Overflow.
 */
export function traderTakeoverQuote(inputs: LiquidationInputs, size: Base): Quote {
  const { liquidationFee } = liquidationFees(size, inputs)
  return oracleQuote(inputs, size, min(liquidationFee, equityShare(inputs, size)))
}

/**
 * Price no resting order that takes part of `size` over may be worse than: that of {@link traderTakeoverQuote}, rounded in
 * favour of the liquidated account.
 * @throws MathError DivisionByZero (target, size), Overflow.
 */
export function takeoverLimitPrice(inputs: LiquidationInputs, size: Base): Price {
  const round = inputs.base > 0n ? mulDivCeil : mulDivFloor
  return u64(round(traderTakeoverQuote(inputs, size), BASE, size))
}

/** ⌊equity·part / target⌋, where the part is the margin of `size` in the target; zero for an account without equity. */
function equityShare(inputs: LiquidationInputs, size: Base): Quote {
  const ratio = inputs.maintenance + inputs.liquidationBuffer
  const part = min(marginRequirement(size, inputs.price, ratio), inputs.target)
  return u64(mulDivFloor(max(inputs.equity, 0n), part, inputs.target))
}

/** Quote of `size` at the oracle, worse by `given` for whoever closes. */
function oracleQuote({ base, price }: Pick<LiquidationInputs, 'base' | 'price'>, size: Base, given: Quote): Quote {
  const value = size * price
  return base > 0n ? saturatingSub(u64(value / BASE), given) : u64(u64(ceilDiv(value, BASE)) + given)
}

/** What the caller of a liquidation earns of its fee: 10 %, at most $5, rounded down. */
export function callerReward(liquidationFee: Quote): Quote {
  return min(mulDivFloor(liquidationFee, CALLER_SHARE, RATIO), CALLER_CAP)
}

/**
 * Quote that `tokens` of an indebted account cost their liquidator: oracle less {@link COLLATERAL_DISCOUNT}, rounded up.
 * `unit`: native units of one whole token. @throws MathError InvalidPrice, DivisionByZero (unit), Overflow.
 */
export function collateralCost(tokens: bigint, price: Price, unit: bigint): Quote {
  const { discounted, whole } = discountedPrice(price, unit)
  return u64(mulDivCeil(tokens, discounted, whole))
}

/**
 * Fewest native token units that cost their liquidator at least `debt`: nothing is taken beyond what repays it.
 * @throws MathError InvalidPrice, DivisionByZero (unit), Overflow.
 */
export function collateralForDebt(debt: Quote, price: Price, unit: bigint): bigint {
  const { discounted, whole } = discountedPrice(price, unit)
  // The cost rounds up, so it reaches the debt as soon as it exceeds debt − 1.
  return debt === 0n ? 0n : u64(mulDivFloor(debt - 1n, whole, discounted) + 1n)
}

/** Discounted price of one native token unit, as a fraction. */
function discountedPrice(price: Price, unit: bigint): { discounted: bigint; whole: bigint } {
  if (price === 0n) throw new MathError('InvalidPrice', 'the oracle price is zero')
  if (unit === 0n) throw new MathError('DivisionByZero', 'the token has no unit')
  return { discounted: price * (RATIO - BigInt(COLLATERAL_DISCOUNT)), whole: unit * RATIO }
}

/**
 * The equity a deleveraged position is closed with: a hole in it is the counterparty's only as far as this position made
 * it, `ownPnl` being its unrealised PnL; what other markets lost is theirs.
 */
export function deleverageEquity(equity: Quote, ownPnl: Quote): Quote {
  return max(equity, min(ownPnl, 0n))
}

/**
 * Quote at which closing `size` (≤ |base|) of a position leaves nothing of that part's share of `equity` (signed), which
 * the whole position answers for: all the account's, unless it holds others. It is the oracle value ∓ equity·size / |base|.
 * What a long gets rounds down (not below zero), what a short pays rounds up: the closed account never keeps more than the
 * share of the part that stays open, and exactly nothing when all of it is closed.
 * @throws MathError DivisionByZero (base), Overflow.
 */
export function bankruptcyQuote(base: Base, size: Base, price: Price, equity: Quote): Quote {
  // −⌊−x⌋ = ⌈x⌉
  const givenUp = -floorDivSigned(-equity * size, abs(base))
  const value = size * price
  return u64(max(base > 0n ? value / BASE - givenUp : ceilDiv(value, BASE) + givenUp, 0n))
}
