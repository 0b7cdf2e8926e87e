import type { Price } from '#client/units.ts'
import type { PriceSource, SourcePrice } from './price.ts'

/** What every price source is, recorded or live. */
export type OracleSource = {
  name: PriceSource
  /** Calls `onPrice` until `signal` aborts, then resolves; reconnecting is the source's own affair. Rejects when it cannot go on. */
  start(onPrice: (price: SourcePrice) => void, signal: AbortSignal): Promise<void>
  /** The past as this source knows it, for charts; absent when it only knows the present. */
  history?: PriceHistory
}

export type PriceBar = { t: number; open: Price; high: Price; low: Price; close: Price }

/** Prices before now, exactly as the source published them or would have. Ranges are [from, to) in ms. */
export type PriceHistory = {
  markets: readonly string[]
  /** Every published price. */
  ticks(market: string, fromMs: number, toMs: number): Iterable<{ publishedAt: number; price: Price }>
  /** Whole one-minute candles. */
  minutes(market: string, fromMs: number, toMs: number): Iterable<PriceBar>
  /** Five-minute candles of an older time, moved so that the last one closes at `beforeMs`. */
  older(market: string, beforeMs: number): Iterable<PriceBar>
}
