/** The pool's curve as the order book shows it. */
import type { Base, Bps, Price, Quote } from '../units.ts'
import { MathError } from './error.ts'
import { ceilDiv, max, min, PPM } from './fixed.ts'
import { OPEN_CAP, oneFillCap, openCapBase, type PoolCurve, poolEquity } from './pool.ts'

export type Side = 'buy' | 'sell'

export type PoolFunds = {
  /** The market's own share of the pool. */
  readonly allocation: Quote
  /** Signed cash of the pool's fills and funding in this market. */
  readonly quoteCash: Quote
}

export type DepthLevel = {
  readonly price: Price
  /** Base on offer between the level before and this one. */
  readonly size: Base
  /** Base on offer up to and including this level. */
  readonly cumulative: Base
}

/** Nearest level first. */
export type PoolDepth = { readonly bids: readonly DepthLevel[]; readonly asks: readonly DepthLevel[] }

/**
 * Base a taker may still buy or sell before the pool's cap, rounded down; one fill takes at most {@link oneFillCap} of
 * it. `cap`: what only closes may go as far as {@link LIQUIDATION_CAP}. A fill at the oracle never lowers the pool's
 * equity, so this is a lower bound. A pool with less than nothing fills nothing: it would pay with what is not its own.
 * @throws MathError DivisionByZero (no depth or price), Overflow.
 */
export function poolRoom(curve: PoolCurve, funds: PoolFunds, side: Side, cap: Bps = OPEN_CAP): Base {
  const equity = poolEquity(funds.allocation, funds.quoteCash, curve.userNetBase, curve.price, curve.depth)
  if (equity < 0n) return 0n
  const largest = openCapBase(equity, curve.price, cap)
  return max(side === 'buy' ? largest - curve.userNetBase : largest + curve.userNetBase, 0n)
}

/** Largest base one market order may fill from the pool now. @throws MathError as {@link poolRoom}. */
export function maxPoolFill(curve: PoolCurve, funds: PoolFunds, side: Side, cap: Bps = OPEN_CAP): Base {
  return min(poolRoom(curve, funds, side, cap), oneFillCap(curve.depth))
}

/**
 * Levels of the curve at prices that are multiples of `grouping`: an ask level holds what the pool sells at a marginal
 * price up to it, a bid level what it buys down to it. `levels` price steps from the best; sizes round down and empty
 * levels are left out.
 * @throws MathError InvalidPrice, DivisionByZero (no depth).
 */
export function poolDepth(
  curve: PoolCurve,
  funds: PoolFunds,
  { grouping, levels }: { grouping: Price; levels: number },
): PoolDepth {
  if (curve.price <= 0n) throw new MathError('InvalidPrice', 'the oracle price is zero')
  if (grouping <= 0n) throw new MathError('DivisionByZero', 'the price grouping must be positive')
  return {
    asks: collectLevels(levels, poolRoom(curve, funds, 'buy'), firstAsk(curve, grouping), grouping, (price) =>
      soldUpTo(curve, price),
    ),
    bids: collectLevels(levels, poolRoom(curve, funds, 'sell'), firstBid(curve, grouping), -grouping, (price) =>
      boughtDownTo(curve, price),
    ),
  }
}

function collectLevels(
  levels: number,
  room: Base,
  first: Price,
  step: Price,
  cumulativeAt: (price: Price) => Base,
): DepthLevel[] {
  const collected: DepthLevel[] = []
  let before = 0n
  for (let level = 0; level < levels && before < room; level++) {
    const price = first + BigInt(level) * step
    if (price <= 0n) break
    const cumulative = min(cumulativeAt(price), room)
    if (cumulative > before) collected.push({ price, size: cumulative - before, cumulative })
    before = max(cumulative, before)
  }
  return collected
}

/** x with P·(1 + (d + x)/K)·(1 + h) ≤ price. */
function soldUpTo({ price: oracle, userNetBase, depth, halfSpreadPpm }: PoolCurve, price: Price): Base {
  return (depth * price * PPM) / (oracle * (PPM + BigInt(halfSpreadPpm))) - depth - userNetBase
}

/** x with P·(1 + (d − x)/K)·(1 − h) ≥ price. */
function boughtDownTo({ price: oracle, userNetBase, depth, halfSpreadPpm }: PoolCurve, price: Price): Base {
  return depth + userNetBase - ceilDiv(depth * price * PPM, oracle * (PPM - BigInt(halfSpreadPpm)))
}

function firstAsk({ price, userNetBase, depth, halfSpreadPpm }: PoolCurve, grouping: Price): Price {
  const best = ceilDiv(price * (depth + userNetBase) * (PPM + BigInt(halfSpreadPpm)), depth * PPM)
  return ceilDiv(best, grouping) * grouping
}

function firstBid({ price, userNetBase, depth, halfSpreadPpm }: PoolCurve, grouping: Price): Price {
  const best = (price * (depth + userNetBase) * (PPM - BigInt(halfSpreadPpm))) / (depth * PPM)
  return (best / grouping) * grouping
}
