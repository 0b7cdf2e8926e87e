import { min } from '#client/math/fixed.ts'
import {
  curveOf,
  isNearOracle,
  isNoWorse,
  isWithinLimit,
  limitQuote,
  oneFillCap,
  poolQuote,
  poolRoom,
} from '#client/math/index.ts'
import type { Base, Price, Quote } from '#client/units.ts'
import type { Side } from '#server/exchange/schema.ts'
import type { MarketView } from '../account/market-view.ts'

/** Resting orders of others by price, best first. */
export type Resting = { readonly bids: readonly RestingLevel[]; readonly asks: readonly RestingLevel[] }
export type RestingLevel = readonly [price: Price, size: Base]

/** The program's bounds on makers: so many in one fill, this near the oracle (ratio 1e4). */
const MOST_MAKERS = 4
const MAKER_BAND_BPS = 200

export type Taken = { quote: Quote; fromMakers: Base; fromPool: Base }

/**
 * What a taker gets now, as the program matches: resting orders that are no worse than the pool, best first, then the
 * pool for the rest, all of it or nothing. A level counts as one order, which it may not be.
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
  const fromPool = left === 0n ? 0n : poolQuote(curve, signed(left))
  return { quote: quote + fromPool, fromMakers: size - left, fromPool: left }
}
