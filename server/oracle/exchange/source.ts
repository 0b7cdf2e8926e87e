import { wakeable } from '#server/chain/index.ts'
import type { Clock } from '#server/platform/clock.ts'
import type { Log } from '#server/platform/log.ts'
import { type Breaker, createBreaker } from '../breaker.ts'
import type { OracleFeed } from '../feeds.ts'
import { fetchSource, readJson } from '../fetch-source.ts'
import { failureOf, type OracleSource, type SourceReport } from '../source.ts'
import { isSound, medianOf, QUOTE_EXPONENT, type Quote } from './quote.ts'
import type { Question, Venue } from './venues.ts'

const PUBLISH_EVERY_MS = 1_000
/** An exchange that has not answered for this long has no say. */
const QUOTE_AGE_MS = 10_000
const SILENT_MS = 30_000
const ANSWER_WITHIN_MS = 5_000
/** The same window as Pyth's average. */
const EMA_WINDOW_MS = 3_600_000n

export type ExchangeParts = { feeds: readonly OracleFeed[]; venues: readonly Venue[]; clock: Clock; log: Log }

type HeldQuote = Quote & { atUptimeMs: number }
/** Exponential average of the medians since this process started; before an hour has passed it knows less than Pyth's. */
type Average = { value: bigint; atUptimeMs: number }

/**
 * The median over several exchanges, a price a second. Each exchange is asked at its own pace and left alone by itself
 * when it fails; a market with fewer than three fresh quotes has no price.
 */
export function exchangeMedian({ feeds, venues, clock, log }: ExchangeParts): OracleSource {
  const breakers = new Map(venues.map((venue) => [venue.name, createBreaker()]))
  const averages = new Map<string, Average>()
  const symbols = feeds.map(({ symbol }) => symbol)

  const publish = (quotes: ReadonlyMap<string, HeldQuote>, report: SourceReport) => {
    const uptimeMs = performance.now()
    for (const { feedId, symbol } of feeds) {
      const fresh = [...quotes].filter(
        ([key, held]) => key.endsWith(` ${symbol}`) && uptimeMs - held.atUptimeMs <= QUOTE_AGE_MS,
      )
      const median = medianOf(fresh.map(([, quote]) => quote))
      if (median === undefined) {
        report.onRefused('too-few-quotes', `${fresh.length} exchanges have a fresh price of ${symbol}`, feedId)
        continue
      }
      const average = follow(averages.get(symbol), median.price, uptimeMs)
      averages.set(symbol, average)
      report.onPrice({ feedId, ...median, emaPrice: average.value, exponent: QUOTE_EXPONENT, publishedAt: clock.now() })
    }
  }

  return {
    name: 'exchange',
    silentAfterMs: SILENT_MS,
    connect: async (report, signal) => {
      const quotes = new Map<string, HeldQuote>()
      const asking = venues.map((venue) =>
        followVenue(
          { venue, breaker: breakers.get(venue.name) ?? createBreaker(), symbols, quotes, report, log },
          signal,
        ),
      )
      const sleeper = wakeable(signal)
      while (!signal.aborted) {
        await sleeper.orAfter(PUBLISH_EVERY_MS)
        if (quotes.size > 0 && !signal.aborted) publish(quotes, report)
      }
      await Promise.all(asking)
    },
  }
}

type Following = {
  venue: Venue
  breaker: Breaker
  symbols: readonly OracleFeed['symbol'][]
  quotes: Map<string, HeldQuote>
  report: SourceReport
  log: Log
}

async function followVenue({ venue, breaker, symbols, quotes, report, log }: Following, signal: AbortSignal) {
  const sleeper = wakeable(signal)
  let failing = false
  while (!signal.aborted) {
    // Kept over reconnects: an exchange that turned us away must not be asked again at once.
    await sleeper.orAfter(Math.max(0, breaker.retryAt() - performance.now()))
    try {
      const answers = await Promise.all(venue.tickers(symbols).map((question) => askVenue(venue, question, signal)))
      report.onAlive()
      for (const [symbol, quote] of answers.flat()) {
        if (quote === undefined) report.onRefused('malformed', `${venue.name} gave no quote of ${symbol}`)
        else if (isSound(quote)) quotes.set(`${venue.name} ${symbol}`, { ...quote, atUptimeMs: performance.now() })
        else report.onRefused('bad-quote', `${venue.name} quotes ${symbol} at ${quote.bid} / ${quote.ask}`)
      }
      breaker.delivered(performance.now())
      if (failing) log.info({ venue: venue.name }, `${venue.name} answers again`)
      failing = false
    } catch (error) {
      if (signal.aborted) return
      const { kind, retryAfterMs, reason } = failureOf(error)
      breaker.failed(kind, performance.now(), retryAfterMs)
      if (!failing) log.warn({ venue: venue.name, failure: kind }, reason)
      failing = true
    }
    await sleeper.orAfter(venue.everyMs)
  }
}

export async function askVenue<T>(
  { name, origin }: Venue,
  { path, read }: Question<T>,
  signal: AbortSignal,
): Promise<T> {
  const response = await fetchSource({
    name,
    url: new URL(`${origin}${path}`),
    headers: { accept: 'application/json', 'user-agent': 'quantdesk' },
    whenDenied: 'it does not serve this address; the others go on without it',
    signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
  })
  return read(await readJson(name, response))
}

function follow(average: Average | undefined, price: bigint, uptimeMs: number): Average {
  if (average === undefined) return { value: price, atUptimeMs: uptimeMs }
  const passedMs = BigInt(Math.min(Math.round(uptimeMs - average.atUptimeMs), Number(EMA_WINDOW_MS)))
  return { value: average.value + ((price - average.value) * passedMs) / EMA_WINDOW_MS, atUptimeMs: uptimeMs }
}
