import type { CandleDto } from '#server/ingest/schema.ts'
import type { Interval } from '../../data/settings.ts'

/*
 * Bars of the chart. Floats are right here and only here: they become pixels.
 */

export type Bar = { t: number; o: number; h: number; l: number; c: number; v: number }

export const INTERVAL_MS: Record<Interval, number> = {
  '1s': 1_000,
  '5s': 5_000,
  '1m': 60_000,
  '5m': 300_000,
  '15m': 900_000,
  '1h': 3_600_000,
  '4h': 14_400_000,
  '1d': 86_400_000,
}

/** Bars of the first paint and of each page of history. */
export const FIRST_CANDLES = 300
export const PAGE_CANDLES = 500

export const toBar = ({ t, o, h, l, c, v }: CandleDto): Bar => ({
  t,
  o: Number(o),
  h: Number(h),
  l: Number(l),
  c: Number(c),
  v: Number(v),
})

/** Opening time of the bar that holds `at`. Bars start at whole multiples of their length since 1970, UTC. */
export const barStart = (at: number, interval: Interval): number => at - (at % INTERVAL_MS[interval])

/**
 * The bar that `price` at `at` makes of `last`: the same one grown, or the next one opened at the old close. Undefined
 * for a price older than the last bar.
 */
export function growBar(last: Bar | undefined, price: number, at: number, interval: Interval): Bar | undefined {
  const t = barStart(at, interval)
  if (last === undefined || t > last.t) {
    const o = last?.c ?? price
    return { t, o, h: Math.max(o, price), l: Math.min(o, price), c: price, v: 0 }
  }
  if (t < last.t) return undefined
  return { ...last, h: Math.max(last.h, price), l: Math.min(last.l, price), c: price }
}

/** True when at least one whole bar is missing between `last` and `at`. */
export function hasGap(last: Bar | undefined, at: number, interval: Interval): boolean {
  return last !== undefined && barStart(at, interval) - last.t > INTERVAL_MS[interval]
}

/** Two runs of bars as one, ordered by time; where both have a bar, `newer` wins. */
export function mergeBars(older: readonly Bar[], newer: readonly Bar[]): Bar[] {
  const byTime = new Map<number, Bar>()
  for (const bar of older) byTime.set(bar.t, bar)
  for (const bar of newer) byTime.set(bar.t, bar)
  return [...byTime.values()].sort((a, b) => a.t - b.t)
}

/**
 * `bars` with the freshly loaded tail. The bar that is still growing keeps its close, because the answer
 * may be a moment older than the last price.
 */
export function mergeTail(bars: readonly Bar[], loaded: readonly Bar[]): Bar[] {
  const live = bars.at(-1)
  return mergeBars(bars, loaded).map((bar) =>
    live === undefined || bar.t !== live.t
      ? bar
      : { ...bar, h: Math.max(bar.h, live.c), l: Math.min(bar.l, live.c), c: live.c },
  )
}

const SILENCE_MS = 5_000

/** True when prices were missed while no price came for `silentMs`: the extremes of the last bar may be too narrow. */
export const wasSilent = (silentMs: number): boolean => silentMs > SILENCE_MS

const RETRY_MS = [1_000, 2_000, 4_000, 8_000, 15_000] as const

/** How long to wait after the `failures`-th failure in a row. */
export const retryDelay = (failures: number): number => RETRY_MS[failures - 1] ?? 15_000

/**
 * Place of a time among `bars` as a fractional index: between two of them by its share of the way, before the first and
 * after the last as if the bars went on. 0 without bars.
 */
export function indexOfTime(bars: readonly Bar[], t: number, barMs: number): number {
  const [first, last] = [bars[0], bars.at(-1)]
  if (first === undefined || last === undefined) return 0
  if (t <= first.t) return (t - first.t) / barMs
  if (t >= last.t) return bars.length - 1 + (t - last.t) / barMs
  let [low, high] = [0, bars.length - 1]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((bars[middle]?.t ?? 0) <= t) low = middle
    else high = middle
  }
  const [before, after] = [bars[low]?.t ?? t, bars[high]?.t ?? t]
  return low + (t - before) / (after - before)
}

/** Opening time of the bar at a whole index, also of one that is not there yet. */
export function timeOfIndex(bars: readonly Bar[], index: number, barMs: number): number {
  const [first, last] = [bars[0], bars.at(-1)]
  if (first === undefined || last === undefined) return 0
  if (index < 0) return first.t + index * barMs
  return bars[index]?.t ?? last.t + (index - bars.length + 1) * barMs
}
