import type { OraclePrice } from '#server/oracle/index.ts'
import type { CandleRow } from './candle-repo.ts'
import { barOfPrice, candleOpenAt, extendBar, INTERVALS, type Interval } from './candles.ts'

/**
 * The candles that are open now, and those changed since they were last written. Pure state: no clock, no database.
 */
export type LiveCandles = {
  /** Puts candles from storage in as the open ones. */
  seed(rows: readonly CandleRow[]): void
  add(price: Pick<OraclePrice, 'market' | 'price' | 'publishedAt' | 'source'>): void
  /** Hands over the changed candles; give them back with `restore` when they could not be written. */
  takeChanged(): CandleRow[]
  restore(rows: readonly CandleRow[]): void
  /** Changed candles waiting to be written. */
  changed(): number
}

export function liveCandles(): LiveCandles {
  const open = new Map<string, CandleRow>()
  let waiting = new Map<string, CandleRow>()

  return {
    seed: (rows) => {
      for (const row of rows) open.set(openKey(row.market, row.interval), row)
    },
    add: ({ market, price, publishedAt, source }) => {
      if (price <= 0n) return
      for (const interval of INTERVALS) {
        const t = candleOpenAt(interval, publishedAt)
        const before = open.get(openKey(market, interval))?.bar
        // A price older than the open candle belongs to one that is closed; its source refused it already.
        if (before !== undefined && before.t > t) continue
        const row = { market, interval, source, bar: extendBar(before, t, barOfPrice(publishedAt, price)) }
        open.set(openKey(market, interval), row)
        waiting.set(`${openKey(market, interval)} ${t}`, row)
      }
    },
    takeChanged: () => {
      const rows = [...waiting.values()]
      waiting = new Map()
      return rows
    },
    restore: (rows) => {
      const newer = waiting
      waiting = new Map(rows.map((row) => [`${openKey(row.market, row.interval)} ${row.bar.t}`, row]))
      for (const [key, row] of newer) waiting.set(key, row)
    },
    changed: () => waiting.size,
  }
}

function openKey(market: string, interval: Interval): string {
  return `${market} ${interval}`
}
