import { RATIO } from '#client/math/fixed.ts'
import { BASE_DECIMALS, type Base, type Bps, type Price, type Quote } from '#client/units.ts'

/** What an order that may open or enlarge a position is judged by before somebody else signs it. */
export type Exposure = {
  market: string
  /** Worth of the whole order at the worst price it may get, rounded up (quote 1e6). */
  notional: Quote
  /** What of it is new: an order that is changed was counted when it was placed. */
  added: Quote
  /** How much worse than the oracle its limit is, rounded up; 0 for a better one and for none. */
  distance: Bps
}

/** Prices of 0 are not given. `size` is what has not filled yet. */
export type OrderTerms = {
  readonly side: 'buy' | 'sell'
  readonly size: Base
  readonly limitPrice?: Price
  readonly triggerDirection?: 'none' | 'above' | 'below'
  readonly triggerPrice?: Price
}

const ONE_BASE = 10n ** BigInt(BASE_DECIMALS)

export function exposureOf(market: string, order: OrderTerms, oracle: Price, before?: OrderTerms): Exposure {
  const notional = worth(order, oracle)
  const counted = before === undefined ? 0n : worth(before, oracle)
  return {
    market,
    notional,
    added: notional > counted ? notional - counted : 0n,
    distance: distanceOf(order, referenceOf(order, oracle)),
  }
}

/** A seller's limit is the least he gets, so his order is worth the oracle's price too. */
function worth(order: OrderTerms, oracle: Price): Quote {
  const reference = referenceOf(order, oracle)
  const limit = order.limitPrice ?? 0n
  const price = limit === 0n || (order.side === 'sell' && reference > limit) ? reference : limit
  return ceil(order.size * price, ONE_BASE)
}

function distanceOf({ side, limitPrice = 0n }: OrderTerms, reference: Price): Bps {
  const worse = side === 'buy' ? limitPrice - reference : reference - limitPrice
  if (limitPrice === 0n || worse <= 0n) return 0
  return reference === 0n ? Number.MAX_SAFE_INTEGER : Number(ceil(worse * RATIO, reference))
}

/** Where the oracle will be when the order may fill: at once here, else at its trigger or beyond. */
function referenceOf({ triggerDirection, triggerPrice = 0n }: OrderTerms, oracle: Price): Price {
  if (triggerPrice === 0n) return oracle
  if (triggerDirection === 'above') return triggerPrice > oracle ? triggerPrice : oracle
  return triggerPrice < oracle ? triggerPrice : oracle
}

const ceil = (amount: bigint, by: bigint): bigint => (amount + by - 1n) / by
