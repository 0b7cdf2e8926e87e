import { bridgeCandle, type Candle } from './bridge.ts'
import type { Recording } from './recording.ts'

/** Position 0 of the loop. A multiple of every candle interval, so that recorded minutes are whole minutes here. */
export const REPLAY_EPOCH_MS = Date.UTC(2026, 0, 1)
export const TICK_MS = 500
const MINUTE_MS = 60_000
const TICKS_PER_MINUTE = MINUTE_MS / TICK_MS

/** Pyth's EMA follows the price over about one hour. */
const EMA_WINDOW_MS = 3_600_000
/** The confidence is this share of the mean one-minute range around the candle, at least 1 bp of the price. */
const CONFIDENCE_OF_RANGE = 0.2
const CONFIDENCE_RADIUS_MINUTES = 7
const CONFIDENCE_FLOOR = 0.0001

export type ReplayTick = { publishedAt: number; price: number; confidence: number; emaPrice: number }
export type ReplayMinute = Candle & { t: number }

/**
 * Endless prices from a finite recording, as a pure function of time: the recorded minutes forward, then the same
 * ticks backward, and again, so that neither end has a jump and a restart goes on where the clock is.
 * All prices are whole 1e-6 units.
 */
export type Replay = {
  /** The newest tick published at or before `atMs`. */
  tickAt(atMs: number): ReplayTick
  /** The candle of the minute that `atMs` lies in; equal to the candle of that minute's ticks. */
  minuteAt(atMs: number): ReplayMinute
}

export function createReplay(recording: Recording, seed: number): Replay {
  if (recording.stepMs !== MINUTE_MS) throw new RangeError('a replay needs a recording of one-minute candles')
  const { length } = recording
  const loop = 2 * length
  const candles = Array.from({ length }, (_, index) => candleOf(recording, index))
  const confidences = meanConfidences(candles)
  const emaAtOpen = loopEma(candles)
  let cached: { index: number; path: Float64Array } = { index: -1, path: new Float64Array() }

  const pathOf = (index: number): Float64Array => {
    if (cached.index !== index) {
      const candle = at(candles, index)
      cached = { index, path: bridgeCandle(candle, TICKS_PER_MINUTE, Math.imul(index + 1, 0x9e3779b1) ^ seed) }
    }
    return cached.path
  }
  const placeOf = (minute: number) => {
    const position = modulo(minute, loop)
    const backward = position >= length
    return { position, backward, index: backward ? loop - 1 - position : position }
  }

  return {
    tickAt: (atMs) => {
      const tick = Math.floor((atMs - REPLAY_EPOCH_MS) / TICK_MS)
      const minute = Math.floor(tick / TICKS_PER_MINUTE)
      const within = tick - minute * TICKS_PER_MINUTE
      const { position, backward, index } = placeOf(minute)
      const price = at(pathOf(index), backward ? TICKS_PER_MINUTE - 1 - within : within)
      const ema = at(emaAtOpen, position)
      return {
        publishedAt: REPLAY_EPOCH_MS + tick * TICK_MS,
        price,
        confidence: Math.ceil(price * at(confidences, index)),
        emaPrice: Math.round(ema + ((price - ema) * within * TICK_MS) / EMA_WINDOW_MS),
      }
    },
    minuteAt: (atMs) => {
      const minute = Math.floor((atMs - REPLAY_EPOCH_MS) / MINUTE_MS)
      const { backward, index } = placeOf(minute)
      const { open, high, low, close } = at(candles, index)
      const t = REPLAY_EPOCH_MS + minute * MINUTE_MS
      return backward ? { t, open: close, high, low, close: open } : { t, open, high, low, close }
    },
  }
}

export function candleOf({ open, high, low, close }: Recording, index: number): Candle {
  return { open: at(open, index), high: at(high, index), low: at(low, index), close: at(close, index) }
}

/** Confidence as a ratio of the price. The window is symmetric, so that it is the same in both directions of play. */
function meanConfidences(candles: readonly Candle[]): Float64Array {
  const ranges = candles.map(({ high, low, close }) => (high - low) / close)
  return Float64Array.from(ranges, (_, index) => {
    const window = ranges.slice(Math.max(0, index - CONFIDENCE_RADIUS_MINUTES), index + CONFIDENCE_RADIUS_MINUTES + 1)
    const mean = window.reduce((sum, range) => sum + range, 0) / window.length
    return Math.max(CONFIDENCE_FLOOR, mean * CONFIDENCE_OF_RANGE)
  })
}

/**
 * The EMA at the open of every minute of the loop, in the order of play. Two rounds: after the first the start value
 * has decayed to nothing (e^-240 for a loop of ten days), so the series closes on itself.
 */
function loopEma(candles: readonly Candle[]): Float64Array {
  const closes = [...candles.map(({ close }) => close), ...candles.map(({ open }) => open).reverse()]
  const series = new Float64Array(closes.length)
  let ema = at(candles, 0).open
  for (let round = 0; round < 2; round++) {
    for (const [minute, close] of closes.entries()) {
      series[minute] = ema
      ema += ((close - ema) * MINUTE_MS) / EMA_WINDOW_MS
    }
  }
  return series
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor
}

function at<T>(series: ArrayLike<T>, index: number): T {
  const value = series[index]
  if (value === undefined) throw new RangeError(`no entry ${index} among ${series.length}`)
  return value
}
