import type { Clock } from '#server/platform/clock.ts'
import type { OracleSource, PriceBar, PriceHistory, SourceReport } from '../source.ts'
import { loadRecording, type Recording } from './recording.ts'
import { candleOf, createReplay, type Replay, type ReplayMinute, TICK_MS } from './replay.ts'

const MINUTE_MS = 60_000
const PRICE_EXPONENT = -6
/** After a longer pause (a sleeping laptop) play goes on at the clock; the candles fetch the rest from `history`. */
const MAX_CATCH_UP_TICKS = 20
/** A recording is silent only when this process could not run. */
const SILENT_MS = 60_000

export type ReplayFeed = { market: string; feedId: string; symbol: string }
type Track = ReplayFeed & { replay: Replay; older: Recording }

/** A restart leaves a hole of its own length, which the recording fills to the tick. */
const HOLE_MS = 1_000
const FIRST_SPAN_MS = 10 * 86_400_000

export type Replayed = { source: OracleSource; history: PriceHistory }

/** The recorded prices of `feeds` as an endless source. Needs no network and gives every machine the same prices. */
export function replaySource(feeds: readonly ReplayFeed[], clock: Clock): Replayed {
  const tracks = feeds.map(
    (feed, index): Track => ({
      ...feed,
      replay: createReplay(loadRecording(feed.symbol, '1m'), index + 1),
      older: loadRecording(feed.symbol, '5m'),
    }),
  )

  const publish = (atMs: number, { onPrice }: SourceReport) => {
    for (const { feedId, replay } of tracks) {
      const tick = replay.tickAt(atMs)
      onPrice({
        feedId,
        price: BigInt(tick.price),
        confidence: BigInt(tick.confidence),
        emaPrice: BigInt(tick.emaPrice),
        exponent: PRICE_EXPONENT,
        publishedAt: tick.publishedAt,
      })
    }
  }

  const source: OracleSource = {
    name: 'replay',
    silentAfterMs: SILENT_MS,
    connect: (report, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve()
        let played = tickFloor(clock.now()) - TICK_MS
        let timer: NodeJS.Timeout
        const play = () => {
          const now = tickFloor(clock.now())
          played = Math.max(played, now - MAX_CATCH_UP_TICKS * TICK_MS)
          while (played < now) {
            played += TICK_MS
            publish(played, report)
          }
          timer = setTimeout(play, played + TICK_MS - clock.now())
        }
        signal.addEventListener(
          'abort',
          () => {
            clearTimeout(timer)
            resolve()
          },
          { once: true },
        )
        play()
      }),
  }
  return { source, history: replayHistory(tracks) }
}

function replayHistory(tracks: readonly Track[]): PriceHistory {
  const trackOf = (market: string): Track => {
    const track = tracks.find((candidate) => candidate.market === market)
    if (track === undefined) throw new RangeError(`no recording of ${market}`)
    return track
  }
  return {
    source: 'replay',
    markets: tracks.map(({ market }) => market),
    firstSpanMs: FIRST_SPAN_MS,
    holeMs: HOLE_MS,
    *ticks(market, fromMs, toMs) {
      const { replay } = trackOf(market)
      for (let at = Math.ceil(fromMs / TICK_MS) * TICK_MS; at < toMs; at += TICK_MS) {
        const { publishedAt, price } = replay.tickAt(at)
        yield { publishedAt, price: BigInt(price) }
      }
    },
    minutes: async (market, fromMs, toMs) => {
      const { replay } = trackOf(market)
      const from = Math.ceil(fromMs / MINUTE_MS) * MINUTE_MS
      const length = Math.max(0, Math.floor(toMs / MINUTE_MS) - from / MINUTE_MS)
      return Array.from({ length }, (_, index) => toBar(replay.minuteAt(from + index * MINUTE_MS)))
    },
    *older(market, beforeMs) {
      const { older } = trackOf(market)
      const firstAt = beforeMs - older.length * older.stepMs
      for (let index = 0; index < older.length; index++) {
        yield toBar({ t: firstAt + index * older.stepMs, ...candleOf(older, index) })
      }
    },
  }
}

function toBar({ t, open, high, low, close }: ReplayMinute): PriceBar {
  return { t, open: BigInt(open), high: BigInt(high), low: BigInt(low), close: BigInt(close) }
}

function tickFloor(atMs: number): number {
  return Math.floor(atMs / TICK_MS) * TICK_MS
}
