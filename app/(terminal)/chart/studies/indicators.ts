import type { Bar } from '../candles.ts'
import { combined, deviation, exponentialAverage, simpleAverage, type Value, wilderAverage } from './series.ts'

/*
 * Each indicator as its author defined it, of the closes unless said otherwise: bars in, one run per line out.
 */

const DAY_MS = 86_400_000

const closes = (bars: readonly Bar[]): number[] => bars.map(({ c }) => c)

export const movingAverage = (bars: readonly Bar[], length: number): Value[] => simpleAverage(closes(bars), length)

export const exponentialMovingAverage = (bars: readonly Bar[], length: number): Value[] =>
  exponentialAverage(closes(bars), length)

/** Bollinger bands: the simple average and `width` population deviations above and below it. */
export function bollingerBands(bars: readonly Bar[], length: number, width: number) {
  const middle = movingAverage(bars, length)
  const spread = deviation(closes(bars), length)
  return {
    middle,
    upper: combined(middle, spread, (mean, sigma) => mean + width * sigma),
    lower: combined(middle, spread, (mean, sigma) => mean - width * sigma),
  }
}

/** Wilder's relative strength, 0 – 100: 100 where nothing fell, 50 where nothing moved. */
export function relativeStrength(bars: readonly Bar[], length: number): Value[] {
  const changes = bars.map(({ c }, at) => (at === 0 ? null : c - (bars[at - 1]?.c ?? c)))
  const average = (part: (change: number) => number) =>
    wilderAverage(
      changes.map((change) => (change === null ? null : part(change))),
      length,
    )
  const gains = average((change) => Math.max(change, 0))
  const losses = average((change) => Math.max(-change, 0))
  return combined(gains, losses, (gain, loss) => (gain + loss === 0 ? 50 : (100 * gain) / (gain + loss)))
}

/** Appel's MACD: fast less slow exponential average, its own exponential average, and how far it is from that. */
export function macd(bars: readonly Bar[], fast: number, slow: number, signalLength: number) {
  const minus = (a: number, b: number) => a - b
  const line = combined(exponentialMovingAverage(bars, fast), exponentialMovingAverage(bars, slow), minus)
  const signal = exponentialAverage(line, signalLength)
  return { line, signal, histogram: combined(line, signal, minus) }
}

/** Average of typical prices by volume since the UTC day began; null until something has traded in it. */
export function dailyVwap(bars: readonly Bar[]): Value[] {
  let day = -1
  let [value, volume] = [0, 0]
  return bars.map(({ t, h, l, c, v }) => {
    const today = Math.floor(t / DAY_MS)
    if (today !== day) [day, value, volume] = [today, 0, 0]
    value += ((h + l + c) / 3) * v
    volume += v
    return volume === 0 ? null : value / volume
  })
}
