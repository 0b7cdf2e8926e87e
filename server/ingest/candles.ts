import type { PriceBar } from '#server/oracle/index.ts'

export const INTERVALS = ['1s', '5s', '1m', '5m', '15m', '1h', '4h', '1d'] as const
export type Interval = (typeof INTERVALS)[number]

export const INTERVAL_MS: Readonly<Record<Interval, number>> = {
  '1s': 1_000,
  '5s': 5_000,
  '1m': 60_000,
  '5m': 300_000,
  '15m': 900_000,
  '1h': 3_600_000,
  '4h': 14_400_000,
  '1d': 86_400_000,
}

/** Open time of the candle that `atMs` belongs to; candles of every interval are aligned to 1970-01-01 UTC. */
export function candleOpenAt(interval: Interval, atMs: number): number {
  const step = INTERVAL_MS[interval]
  return Math.floor(atMs / step) * step
}

/** The candle after one more price or finer candle, in order of time. */
export function extendBar(bar: PriceBar | undefined, t: number, next: Omit<PriceBar, 't'>): PriceBar {
  if (bar === undefined || bar.t !== t) return { ...next, t }
  const extended = { ...bar, close: next.close }
  if (next.high > bar.high) extended.high = next.high
  if (next.low < bar.low) extended.low = next.low
  return extended
}

/** A price as the candle that holds only it. */
export function barOfPrice(atMs: number, price: bigint): PriceBar {
  return { t: atMs, open: price, high: price, low: price, close: price }
}

/** Candles of `interval` out of finer ones (or of prices as bars), which must be in order of time. */
export function rollUp(finer: Iterable<PriceBar>, interval: Interval): PriceBar[] {
  const bars: PriceBar[] = []
  for (const bar of finer) {
    const t = candleOpenAt(interval, bar.t)
    const open = bars.at(-1)
    if (open?.t === t) bars[bars.length - 1] = extendBar(open, t, bar)
    else bars.push(extendBar(undefined, t, bar))
  }
  return bars
}
