import { type Base, type Price, parseUnits, type Quote } from '#client/units.ts'
import type { BookDto, Side } from '#server/exchange/schema.ts'
import type { Reach } from '../../data/settings.ts'
import type { MarketView } from '../account/market-view.ts'
import { buildBook, higher, type Level, lower } from '../book/levels.ts'

const PERCENT_DECIMALS = 4
const WHOLE = 1_000_000n
/** Steps of the curve to each side: finer than a panel has pixels for would not show. */
const STEPS = 150
const BASE = 1_000_000_000n

export type Curve = {
  middle: Price
  low: Price
  high: Price
  /** Best first; what can be traded up to each price. */
  asks: Level[]
  bids: Level[]
}

/** The two curves around the middle; null when a side is empty, because then there is no middle. */
export function depthCurve(
  market: Parameters<typeof buildBook>[0],
  resting: BookDto,
  own: ReadonlySet<string>,
  reach: Reach,
): Curve | null {
  const span = (market.price.price * parseUnits(reach, PERCENT_DECIMALS)) / WHOLE
  const { tickSize } = market
  const steps = span / (tickSize * BigInt(STEPS))
  const grouping = tickSize * (steps > 1n ? steps : 1n)
  const { asks, bids, spread } = buildBook(market, resting, own, { grouping, count: STEPS * 2 })
  if (spread === null) return null
  const [low, high] = [spread.middle - span, spread.middle + span]
  return {
    middle: spread.middle,
    low,
    high,
    asks: asks.filter(({ price }) => price <= high),
    bids: bids.filter(({ price }) => price >= low),
  }
}

/** What a taker could trade up to `price`: before fees; value and average as the book's. */
export function depthAt(curve: Curve, price: Price): { side: Side; size: Base; value: Quote; average: Price } | null {
  const isAsk = price >= curve.middle
  const taken = (isAsk ? curve.asks : curve.bids).filter((level) =>
    isAsk ? level.price <= price : level.price >= price,
  )
  const size = taken.at(-1)?.total
  if (size === undefined || size === 0n) return null
  const value = taken.reduce((sum, level) => sum + level.size * level.price, 0n)
  return { side: isAsk ? 'buy' : 'sell', size, value: value / BASE, average: value / size }
}

/** A range marked on the curve: where it began and where it is now. */
export type Range = { from: Price; to: Price }

/** The scaled order a range asks for: buys below the middle, sells above it, from the end nearest to the middle. */
export function ladderOf(
  { from, to }: Range,
  { middle }: Pick<Curve, 'middle'>,
  { tickSize }: Pick<MarketView, 'tickSize'>,
): { side: Side; first: Price; last: Price } | null {
  const side = from < middle ? 'buy' : 'sell'
  const within = side === 'buy' ? (to < middle ? to : middle - tickSize) : to > middle ? to : middle + tickSize
  const down = (price: Price) => (price / tickSize) * tickSize
  const up = (price: Price) => ((price + tickSize - 1n) / tickSize) * tickSize
  const round = side === 'buy' ? down : up
  const [a, b] = [round(from), round(within)]
  if (a === b || a <= 0n || b <= 0n) return null
  const nearest = side === 'buy' ? higher(a, b) : lower(a, b)
  return { side, first: nearest, last: nearest === a ? b : a }
}
