import type { Clock } from '#server/platform/clock.ts'
import { errorMessage } from '#server/platform/errors.ts'
import type { Log } from '#server/platform/log.ts'
import type { OracleFeed } from '../feeds.ts'
import { scaleToPrice } from '../price.ts'
import { type PriceBar, type PriceHistory, sourceFailure } from '../source.ts'
import { type Candle, medianCandle, QUOTE_EXPONENT } from './quote.ts'
import { askVenue } from './source.ts'
import type { Venue } from './venues.ts'

const MINUTE_MS = 60_000
/** Two exchanges that kept a minute make it; what only one tells is left out. */
const LEAST_CANDLES = 2
const FIRST_SPAN_MS = 86_400_000
/** Live sources publish with pauses; a longer one is a hole in the minutes. */
const HOLE_MS = 60_000

/**
 * The past as the exchanges kept it: the median of their one-minute candles. All live sources use it, because only the
 * exchanges keep candles of what everybody traded; ticks they do not give away.
 */
export function exchangeHistory({
  feeds,
  venues,
  clock,
  log,
  signal,
}: {
  feeds: readonly OracleFeed[]
  venues: readonly Venue[]
  clock: Clock
  log: Log
  signal: AbortSignal
}): PriceHistory {
  const keepers = venues.filter((venue) => venue.candles !== undefined)
  return {
    source: 'exchange',
    markets: feeds.map(({ market }) => market),
    firstSpanMs: FIRST_SPAN_MS,
    holeMs: HOLE_MS,
    ticks: () => [],
    older: () => [],
    minutes: async (market, fromMs, toMs) => {
      const symbol = feeds.find((feed) => feed.market === market)?.symbol
      if (symbol === undefined) throw new RangeError(`no exchange is asked for ${market}`)
      const from = Math.ceil(fromMs / MINUTE_MS) * MINUTE_MS
      const to = Math.floor(Math.min(toMs, clock.now()) / MINUTE_MS) * MINUTE_MS
      if (to <= from) return []
      const told = await Promise.allSettled(keepers.map((venue) => readCandles(venue, symbol, from, to, signal)))
      for (const [index, result] of told.entries()) {
        if (result.status === 'rejected') {
          const reason = errorMessage(result.reason)
          log.warn({ venue: keepers[index]?.name, market }, `its candles are missing in the history: ${reason}`)
        }
      }
      const series = told.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
      if (series.length < LEAST_CANDLES) {
        throw sourceFailure('unreachable', `the history of ${market} needs candles of ${LEAST_CANDLES} exchanges`)
      }
      return mergeMinutes(series)
    },
  }
}

async function readCandles(
  venue: Venue,
  symbol: OracleFeed['symbol'],
  fromMs: number,
  toMs: number,
  signal: AbortSignal,
): Promise<Candle[]> {
  const candles: Candle[] = []
  if (venue.candles === undefined) return candles
  const spanMs = venue.candles.most * MINUTE_MS
  for (let at = fromMs; at < toMs; at += spanMs) {
    const until = Math.min(at + spanMs, toMs)
    const read = await askVenue(venue, venue.candles.ask(symbol, at, until), signal)
    if (read === undefined) throw sourceFailure('unreachable', `${venue.name} answered no candles`)
    candles.push(...read.filter(({ t }) => t >= at && t < until))
  }
  return candles
}

/** Minutes that enough exchanges know, oldest first. */
export function mergeMinutes(series: readonly (readonly Candle[])[]): PriceBar[] {
  const minutes = new Map<number, Candle[]>()
  for (const candles of series) {
    // An exchange that tells a minute twice has one say.
    for (const candle of new Map(candles.map((each) => [each.t, each])).values()) {
      minutes.set(candle.t, [...(minutes.get(candle.t) ?? []), candle])
    }
  }
  return [...minutes]
    .filter(([, candles]) => candles.length >= LEAST_CANDLES)
    .toSorted(([a], [b]) => a - b)
    .map(([t, candles]) => {
      const { open, high, low, close } = medianCandle(candles)
      const scale = (value: bigint) => scaleToPrice(value, QUOTE_EXPONENT, 'nearest')
      return { t, open: scale(open), high: scale(high), low: scale(low), close: scale(close) }
    })
}
