import { poolDepth } from '#client/math/depth.ts'
import { MathError } from '#client/math/error.ts'
import { halfSpreadPpm } from '#client/math/pool.ts'
import type { Base, Price } from '#client/units.ts'
import type { BookDto } from '#server/exchange/schema.ts'
import { toBase, toPrice } from '../account/decimal.ts'
import type { MarketView } from '../account/market-view.ts'

export type Level = {
  price: Price
  size: Base
  /** From the best level to this one. */
  total: Base
  /** One of the reader's own orders rests here. */
  own: boolean
}

export type Book = {
  /** Best first. */
  asks: Level[]
  bids: Level[]
  /** Between the best ask and the best bid of the finest grouping; null when a side is empty. */
  spread: { middle: Price; absolute: Price; ppm: number } | null
}

/** What the pool's curve of a market is made of. */
type CurveInput = Pick<
  MarketView,
  'price' | 'userNetBase' | 'depth' | 'baseSpreadPpm' | 'confMultiplier' | 'allocation' | 'quoteCash' | 'tickSize'
>

const PPM = 1_000_000n
const NO_BOOK: Book = { asks: [], bids: [], spread: null }

/**
 * What can be traded now: the pool's curve plus resting limit orders, in steps of `grouping`, `count` levels a side.
 * Asks round up to their step and bids down, so no level promises a better price than it holds.
 */
export function buildBook(
  market: CurveInput,
  resting: BookDto,
  ownPrices: ReadonlySet<string>,
  { grouping, count }: { grouping: Price; count: number },
): Book {
  const { price, confidence } = market.price
  try {
    const curve = {
      price,
      userNetBase: market.userNetBase,
      depth: market.depth,
      halfSpreadPpm: halfSpreadPpm(price, confidence, market.baseSpreadPpm, market.confMultiplier),
    }
    const pool = poolDepth(curve, market, { grouping, levels: count })
    const best =
      grouping === market.tickSize ? pool : poolDepth(curve, market, { grouping: market.tickSize, levels: 1 })
    const up = (at: Price) => ((at + grouping - 1n) / grouping) * grouping
    const down = (at: Price) => (at / grouping) * grouping
    const asks = stack(pool.asks, resting.asks, ownPrices, up, count).sort(byPrice).slice(0, count)
    const bids = stack(pool.bids, resting.bids, ownPrices, down, count).sort(byPrice).reverse().slice(0, count)
    return {
      asks: accumulate(asks),
      bids: accumulate(bids),
      spread: spreadOf(
        nearest(best.asks[0]?.price, resting.asks[0]?.[0], lower),
        nearest(best.bids[0]?.price, resting.bids[0]?.[0], higher),
      ),
    }
  } catch (error) {
    // A market without depth or price has no curve; it shows as empty until it has one.
    if (error instanceof MathError) return NO_BOOK
    throw error
  }
}

type Row = Omit<Level, 'total'>

function stack(
  pool: readonly { price: Price; size: Base }[],
  resting: BookDto['asks'],
  ownPrices: ReadonlySet<string>,
  round: (price: Price) => Price,
  count: number,
): Row[] {
  const rows = new Map<Price, Row>()
  const add = (price: Price, size: Base, own: boolean) => {
    const known = rows.get(price)
    rows.set(price, { price, size: size + (known?.size ?? 0n), own: own || known?.own === true })
  }
  for (const { price, size } of pool.slice(0, count)) add(price, size, false)
  for (const [price, size] of resting) add(round(toPrice(price)), toBase(size), ownPrices.has(price))
  return [...rows.values()]
}

const byPrice = (a: Row, b: Row) => (a.price < b.price ? -1 : a.price > b.price ? 1 : 0)

function accumulate(rows: readonly Row[]): Level[] {
  let total = 0n
  return rows.map((row) => {
    total += row.size
    return { ...row, total }
  })
}

export const lower = (a: Price, b: Price) => (a < b ? a : b)
export const higher = (a: Price, b: Price) => (a > b ? a : b)

function nearest(
  pool: Price | undefined,
  resting: string | undefined,
  better: (a: Price, b: Price) => Price,
): Price | undefined {
  const order = resting === undefined ? undefined : toPrice(resting)
  if (pool === undefined || order === undefined) return pool ?? order
  return better(pool, order)
}

function spreadOf(ask: Price | undefined, bid: Price | undefined): Book['spread'] {
  if (ask === undefined || bid === undefined || bid === 0n) return null
  const absolute = ask > bid ? ask - bid : 0n
  return { middle: (ask + bid) / 2n, absolute, ppm: Number((absolute * PPM * 2n) / (ask + bid)) }
}

/** Steps offered for grouping, as multiples of the tick. */
const MULTIPLES = [1n, 2n, 5n, 10n, 50n, 100n, 500n, 1_000n] as const
/** About the row height that reads well, as a share of price: 1 bp. */
const TARGET = 10_000n

/** Groupings that make sense at this price, finest first, and the one to begin with. */
export function groupings(tick: Price, price: Price): { offered: Price[]; initial: Price } {
  const target = price / TARGET
  const all = MULTIPLES.map((multiple) => tick * multiple)
  const offered = all.filter((step) => step <= target * 20n || step === tick)
  const distance = (step: Price) => Math.abs(Math.log(Number(step) / Math.max(1, Number(target))))
  const initial = offered.reduce((best, step) => (distance(step) < distance(best) ? step : best), tick)
  return { offered, initial }
}
