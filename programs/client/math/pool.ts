/** The market's liquidity pool: a linear price curve around the oracle, and the caps that keep it solvent. */
import type { Base, Bps, Ppm, Price, Quote } from '../units.ts'
import type { Side } from './depth.ts'
import { MathError } from './error.ts'
import {
  abs,
  BASE,
  ceilDiv,
  clamp,
  floorDivSigned,
  i64,
  max,
  min,
  mulDivCeil,
  mulDivFloor,
  PPM,
  RATIO,
  saturatingSub,
  u32,
  u64,
} from './fixed.ts'
import { isWithinLimit } from './orders.ts'

/** Opening fills keep |d|·P within this share of the pool's equity. */
export const OPEN_CAP: Bps = 4_500
/** Closing fills and liquidation take-overs may go this far. */
export const LIQUIDATION_CAP: Bps = 7_000
/** Share of the curve's depth that one pool fill may take. */
export const ONE_FILL_CAP: Bps = 10
/** Below this share of |d|·P in equity the market is reduce-only by itself. */
export const REDUCE_ONLY_EQUITY: Bps = 5_000
/** A market's depth may fall while |d|/K is within this (10 bp). */
const LOWER_DEPTH_SKEW = 10n

const SPREAD_SCALE = BASE * PPM
/** What an i64 holds. */
const LARGEST_BASE = 2n ** 63n - 1n

/** What prices a trade against the pool. */
export type PoolCurve = {
  /** Oracle price, > 0. */
  readonly price: Price
  /** d: users' net base; the pool holds −d. */
  readonly userNetBase: Base
  /** K, > 0: moving d by K would move the mark by 100 %. */
  readonly depth: Base
  /** Against the taker; see {@link halfSpreadPpm}. */
  readonly halfSpreadPpm: Ppm
}

/** max(s0, ⌈c·conf/price⌉), rounded up. `confMultiplier` c: 1e4 = 1.0. @throws MathError InvalidPrice, Overflow. */
export function halfSpreadPpm(price: Price, confidence: Price, baseSpreadPpm: Ppm, confMultiplier: Bps): Ppm {
  if (price === 0n) throw new MathError('InvalidPrice', 'the oracle price is zero')
  const fromConfidence = u32(mulDivCeil(confidence * BigInt(confMultiplier), PPM, price * RATIO))
  return Math.max(baseSpreadPpm, Number(fromConfidence))
}

/**
 * Quote of trading `base` (> 0 the taker buys, < 0 sells) with the pool: what a buyer pays, rounded up, or a seller
 * gets, rounded down. Path independent before rounding, so splitting a trade or a round trip at one price never profits.
 * @throws MathError InvalidPrice, DivisionByZero (no depth), OutsideCurve, Overflow.
 */
export function poolQuote(curve: PoolCurve, base: Base): Quote {
  if (curve.price === 0n) throw new MathError('InvalidPrice', 'the oracle price is zero')
  const span = 2n * (curve.depth + curve.userNetBase) + base
  if (span <= 0n) throw new MathError('OutsideCurve', `selling ${abs(base)} would take the price to zero`)
  const oracleValue = curve.price * abs(base)
  const spread = BigInt(curve.halfSpreadPpm)
  if (base > 0n) {
    return u64(mulDivCeil(mulDivCeil(oracleValue, span, 2n * curve.depth), PPM + spread, SPREAD_SCALE))
  }
  if (spread > PPM) throw new MathError('OutsideCurve', `a half spread of ${spread} ppm exceeds the price`)
  return u64(mulDivFloor(mulDivFloor(oracleValue, span, 2n * curve.depth), PPM - spread, SPREAD_SCALE))
}

/** What the pool gives of an order. */
export type PoolFill = { readonly size: Base; readonly quote: Quote }

/**
 * The largest part of `most` that a taker gets at an average price within `limitPrice`: all of it, else a multiple of
 * `step`, else nothing. What rounding may leave out is worth at most a unit of price and two of quote.
 * @throws MathError as {@link poolQuote}; DivisionByZero without a step.
 */
export function largestFill(curve: PoolCurve, side: Side, limitPrice: Price, most: Base, step: Base): PoolFill {
  const within = (size: Base): PoolFill | null => {
    const quote = poolQuote(curve, side === 'buy' ? i64(size) : -i64(size))
    return isWithinLimit(side, size, quote, limitPrice) ? { size, quote } : null
  }
  const whole = within(most)
  if (whole !== null) return whole
  const first = step <= most ? within(step) : null
  if (first === null) return { size: 0n, quote: 0n }
  const rounding = ceilDiv(2n * BASE, max(sizeAt(curve, side, limitPrice), step))
  const tighter = side === 'buy' ? saturatingSub(limitPrice, rounding) : u64(limitPrice + rounding)
  for (const limit of [limitPrice, tighter]) {
    const size = mulDivFloor(min(sizeAt(curve, side, limit), most), 1n, step) * step
    const part = within(size)
    if (part !== null && size > 0n) return part
  }
  return first
}

/** Base, rounded down, up to which the average price of {@link poolQuote}, without its rounding, is within the limit. */
function sizeAt({ price, userNetBase, depth, halfSpreadPpm }: PoolCurve, side: Side, limitPrice: Price): Base {
  const empty = 2n * (depth + userNetBase)
  const spread = BigInt(halfSpreadPpm)
  const size =
    side === 'buy'
      ? mulDivFloor(2n * depth, limitPrice * PPM, price * (PPM + spread)) - empty
      : empty - mulDivCeil(2n * depth, limitPrice * PPM, price * (PPM - spread))
  return clamp(size, 0n, LARGEST_BASE)
}

/**
 * Oracle × (1 + d/K), rounded down: the pool's mid, for funding and display only.
 * @throws MathError DivisionByZero (no depth), OutsideCurve when d ≤ −K, Overflow.
 */
export function markPrice(price: Price, userNetBase: Base, depth: Base): Price {
  const level = depth + userNetBase
  if (depth !== 0n && level <= 0n) throw new MathError('OutsideCurve', `d ${userNetBase} is beyond the depth ${depth}`)
  return u64(mulDivFloor(price, abs(level), depth))
}

/**
 * Equity of the pool in one market, rounded down: allocation + quote cash − d·P − ⌈P·d² / 2K⌉, where the last term is
 * the premium the curve pays back on the way to d = 0. Negative when the market has eaten its allocation.
 * @throws MathError DivisionByZero (no depth), Overflow.
 */
export function poolEquity(allocation: Quote, quoteCash: Quote, userNetBase: Base, price: Price, depth: Base): Quote {
  const d = abs(userNetBase)
  const premium = mulDivCeil(d * price, d, 2n * depth * BASE)
  return i64(worthAt(allocation, quoteCash, userNetBase, price) - premium)
}

/**
 * The same in a market that is wound down, where everybody closes at one `price` and the curve pays no premium back.
 * @throws MathError Overflow.
 */
export function settledEquity(allocation: Quote, quoteCash: Quote, userNetBase: Base, price: Price): Quote {
  return i64(worthAt(allocation, quoteCash, userNetBase, price))
}

function worthAt(allocation: Quote, quoteCash: Quote, userNetBase: Base, price: Price): bigint {
  return allocation + quoteCash + floorDivSigned(-userNetBase * price, BASE)
}

/** Largest |d|, rounded down, with |d|·P ≤ `cap`·equity; zero without equity. @throws MathError DivisionByZero, Overflow. */
export function openCapBase(equity: Quote, price: Price, cap: Bps): Base {
  return u64(mulDivFloor(max(equity, 0n) * BigInt(cap), BASE, price * RATIO))
}

/** Largest base, rounded down, that one fill may take from the pool: 10 bp of its depth. */
export function oneFillCap(depth: Base): Base {
  return u64(mulDivFloor(depth, BigInt(ONE_FILL_CAP), RATIO))
}

/** True when equity < `ratio`·|d|·P: see {@link REDUCE_ONLY_EQUITY}. */
export function isEquityBelow(equity: Quote, userNetBase: Base, price: Price, ratio: Bps): boolean {
  return equity < mulDivCeil(abs(userNetBase) * price, BigInt(ratio), BASE * RATIO)
}

/** Depth K, rounded down, at which the open cap moves the mark by 3 %. @throws MathError DivisionByZero, Overflow. */
export function depthForEquity(equity: Quote, price: Price): Base {
  return u64(mulDivFloor(equity * 15n, BASE, price))
}

/** True while |d|/K ≤ 10 bp: lowering K moves the mark of whoever holds d, so it may fall only when hardly anybody does. */
export function mayLowerDepth(userNetBase: Base, depth: Base): boolean {
  return abs(userNetBase) * RATIO <= depth * LOWER_DEPTH_SKEW
}
