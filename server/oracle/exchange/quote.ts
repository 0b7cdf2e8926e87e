/** Prices of exchanges are integers of 1e-8 dollars here. */
export const QUOTE_EXPONENT = -8
const DIGITS = 8

export type Quote = { bid: bigint; ask: bigint }
export type Candle = { t: number; open: bigint; high: bigint; low: bigint; close: bigint }

export type Median = { price: bigint; confidence: bigint }

/** Fewer exchanges than this are no second opinion. */
export const LEAST_QUOTES = 3
/** A wider spread is an empty or halted book. */
const MAX_SPREAD_PPM = 10_000n
/** Exchanges never agree better than this. */
const LEAST_CONFIDENCE_PPM = 100n
const PPM = 1_000_000n
const DECIMAL = /^(\d{1,12})(?:\.(\d{1,40}))?$/

/** A plain decimal number in 1e-8, cut off below; undefined for anything else. */
export function decimal8(value: string | number | undefined): bigint | undefined {
  const match = DECIMAL.exec(String(value))
  if (match === null) return undefined
  return BigInt((match[1] ?? '') + (match[2] ?? '').slice(0, DIGITS).padEnd(DIGITS, '0'))
}

/** True for a book that trades: both sides there, not crossed, close to each other. */
export function isSound({ bid, ask }: Quote): boolean {
  return bid > 0n && ask >= bid && (ask - bid) * PPM <= ask * MAX_SPREAD_PPM
}

/**
 * The median of the mid prices, so that less than half of the exchanges cannot move it beyond the others, and how far
 * they lie from it: the median of the distances and of the half spreads, whichever is wider. Undefined for fewer than
 * three.
 */
export function medianOf(quotes: readonly Quote[]): Median | undefined {
  if (quotes.length < LEAST_QUOTES) return undefined
  const mids = quotes.map(({ bid, ask }) => (bid + ask) / 2n)
  const price = median(mids)
  const widths = [
    median(mids.map((mid) => (mid > price ? mid - price : price - mid))),
    median(quotes.map(({ bid, ask }) => (ask - bid + 1n) / 2n)),
    (price * LEAST_CONFIDENCE_PPM + PPM - 1n) / PPM,
  ]
  return { price, confidence: widths.reduce((most, width) => (width > most ? width : most)) }
}

/**
 * The median of each figure. Every candle has low ≤ open, close ≤ high, and medians keep that order.
 */
export function medianCandle(candles: readonly Candle[]): Omit<Candle, 't'> {
  return {
    open: median(candles.map(({ open }) => open)),
    high: median(candles.map(({ high }) => high)),
    low: median(candles.map(({ low }) => low)),
    close: median(candles.map(({ close }) => close)),
  }
}

/** The middle value, of an even number the mean of the two in the middle, rounded down. */
export function median(values: readonly bigint[]): bigint {
  const sorted = values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  if (low === undefined || high === undefined) throw new RangeError('nothing has no median')
  return (low + high) / 2n
}
