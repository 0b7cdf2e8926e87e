import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

/** A recorded series without gaps. Prices are whole 1e-6 quote units, exact in a float (all far below 2^53). */
export type Recording = {
  stepMs: number
  length: number
  open: Float64Array
  high: Float64Array
  low: Float64Array
  close: Float64Array
}

const SCALE = 1e6
const STEP_MS = { '1m': 60_000, '5m': 300_000 } as const

/** Recorded candles of `symbol` ("SOL") from `data/`; source and licence are in NOTICE. */
export function loadRecording(symbol: string, interval: keyof typeof STEP_MS): Recording {
  const file = new URL(`./data/${symbol}-${interval}.csv.gz`, import.meta.url)
  return parseRecording(gunzipSync(readFileSync(file)).toString('utf8'), STEP_MS[interval])
}

/**
 * Reads `time_ms,open,high,low,close` lines under one header line.
 * @throws Error on a gap in time or a candle whose parts contradict each other, naming the line.
 */
export function parseRecording(csv: string, stepMs: number): Recording {
  const lines = csv.trimEnd().split('\n').slice(1)
  const series = { open: column(lines), high: column(lines), low: column(lines), close: column(lines) }
  let expectedAt: number | undefined
  for (const [index, line] of lines.entries()) {
    const [at, open, high, low, close] = line.split(',').map(Number) as [number, number, number, number, number]
    if (at !== (expectedAt ?? at))
      throw new Error(`recording line ${index + 2}: time ${at} where ${expectedAt} should be`)
    if (!(low > 0 && low <= Math.min(open, close) && high >= Math.max(open, close))) {
      throw new Error(`recording line ${index + 2}: ${line} is no candle`)
    }
    expectedAt = at + stepMs
    series.open[index] = Math.round(open * SCALE)
    series.high[index] = Math.round(high * SCALE)
    series.low[index] = Math.round(low * SCALE)
    series.close[index] = Math.round(close * SCALE)
  }
  return { stepMs, length: lines.length, ...series }
}

function column(lines: readonly string[]): Float64Array {
  return new Float64Array(lines.length)
}
