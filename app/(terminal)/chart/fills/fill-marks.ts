import type { FillDto } from '#server/exchange/schema.ts'
import { type Bar, indexOfTime } from '../candles.ts'

/** What the account traded on one side within one candle. */
export type FillMark = {
  id: string
  /** Opening time of its candle. */
  t: number
  side: 'buy' | 'sell'
  /** Base, and average price: floats, for the picture. */
  size: number
  price: number
  count: number
}

type Fill = Pick<FillDto, 'side' | 'price' | 'size' | 'at'>

/** Fills of one side within one candle are one mark, at their average price. Oldest first; none before the first bar. */
export function marksOf(fills: readonly Fill[], bars: readonly Bar[], barMs: number): FillMark[] {
  const marks = new Map<string, FillMark>()
  for (const { side, price, size, at } of fills) {
    const bar = bars[Math.floor(indexOfTime(bars, at, barMs))]
    if (bar === undefined) continue
    const id = `${bar.t}-${side}`
    const known = marks.get(id) ?? { id, t: bar.t, side, size: 0, price: 0, count: 0 }
    const total = known.size + Number(size)
    const average = (known.price * known.size + Number(price) * Number(size)) / total
    marks.set(id, { ...known, size: total, price: average, count: known.count + 1 })
  }
  return [...marks.values()].sort((a, b) => a.t - b.t)
}
