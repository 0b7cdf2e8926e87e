import { min } from '#client/math/fixed.ts'
import {
  curveOf,
  isNearOracle,
  isNoWorse,
  isWithinLimit,
  largestFill,
  limitQuote,
  oneFillCap,
  poolQuote,
  poolRoom,
} from '#client/math/index.ts'
import type { Base, Price, Quote } from '#client/units.ts'
import type { Side } from '#server/exchange/schema.ts'
import { answerOf } from '../account/answer.ts'
import type { MarketView } from '../account/market-view.ts'

/** Resting orders of others by price, best first. */
export type Resting = { readonly bids: readonly RestingLevel[]; readonly asks: readonly RestingLevel[] }
export type RestingLevel = readonly [price: Price, size: Base]

/** The program's bounds on makers: so many in one fill, this near the oracle (ratio 1e4). */
const MOST_MAKERS = 4
const MAKER_BAND_BPS = 200

const NOTHING = { size: 0n, quote: 0n }

export type Taken = { size: Base; quote: Quote; fromMakers: Base }

/**
 * What a taker gets now, as the program matches: resting orders that are no worse than the pool, best first, then of the
 * pool the largest part that is within the limit. A level counts as one order, which it may not be. How much the pool has
 * room for is not asked here: that bounds the size of a whole order, and is said there.
 * @throws MathError where the pool's curve has no answer.
 */
export function takeNow(side: Side, size: Base, limit: Price, market: MarketView, resting: Resting): Taken {
  const curve = curveOf(market)
  const signed = (part: Base): Base => (side === 'buy' ? part : -part)
  const room = min(poolRoom(curve, market, side), oneFillCap(market.depth))
  const beats = (part: Base, quote: Quote): boolean => {
    const offered = min(part, room)
    return offered > 0n && !isNoWorse(side, part, quote, offered, poolQuote(curve, signed(offered)))
  }
  let [left, quote] = [size, 0n]
  for (const [price, offered] of (side === 'buy' ? resting.asks : resting.bids).slice(0, MOST_MAKERS)) {
    const part = min(offered, left)
    if (part === 0n) break
    const value = limitQuote(side === 'buy' ? 'sell' : 'buy', part, price)
    const accepted =
      isWithinLimit(side, part, value, limit) &&
      isNearOracle(part, value, market.price.price, MAKER_BAND_BPS) &&
      !beats(part, value)
    if (!accepted) continue
    left -= part
    quote += value
  }
  const pool = left === 0n ? NOTHING : largestFill(curve, side, limit, left, market.stepSize)
  return { size: size - left + pool.size, quote: quote + pool.quote, fromMakers: size - left }
}

/** True when the pool would fill a limit order's first step: then it takes before it rests. */
export function crossesPool(side: Side, limit: Price, market: MarketView): boolean {
  const { stepSize } = market
  const value = answerOf(() => poolQuote(curveOf(market), side === 'buy' ? stepSize : -stepSize))
  return value !== null && isWithinLimit(side, stepSize, value, limit)
}
