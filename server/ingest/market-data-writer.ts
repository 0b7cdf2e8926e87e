import { z } from 'zod'
import type { OracleSource, RefusalCounts } from '#server/oracle/index.ts'
import type { RoleContext } from '#server/platform/role.ts'
import { dropOldCandles, openCandles, refreshVolumes, upsertCandles } from './candle-repo.ts'
import { fillHistory } from './fill-history.ts'
import { liveCandles } from './live-candles.ts'
import { insertTicks, type ReceivedPrice, upsertHealth } from './price-repo.ts'

/** A longer silence of a source that knows its past leaves a hole in the candles, which is then filled from there. */
const HOLE_MS = 1_000
const HOUSEKEEPING_EVERY_MS = 600_000
/** With the database away this much waits in memory. Beyond it the oldest ticks go, and candles are filled later. */
const MAX_WAITING = 20_000
/** A trade may be on chain a little before the candle of its second is written: its candles are visited until then. */
const TRADE_SETTLES_MS = 5_000

const tradeMessage = z.object({ market: z.string(), at: z.number() })

export type MarketDataWriter = {
  add(received: ReceivedPrice): void
  /** A message of the bus topics `trade.*`. */
  traded(message: unknown): void
  /** Writes what waits. One call at a time; what a failed call could not write, the next one writes. */
  write(refused: RefusalCounts): Promise<void>
}

/** Between the price stream and the database: collects, and writes in batches. */
export function marketDataWriter(
  { db, clock, log, metrics }: Pick<RoleContext, 'db' | 'clock' | 'log' | 'metrics'>,
  source: OracleSource,
): MarketDataWriter {
  const candles = liveCandles()
  const latest = new Map<string, ReceivedPrice>()
  const trades = new Map<string, { oldestAt: number; newestAt: number }>()
  let ticks: ReceivedPrice[] = []
  /** Prices that wait until the candles before them are complete; undefined when nothing is missing. */
  let held: ReceivedPrice[] | undefined = []
  let housekeepingAt = Number.NEGATIVE_INFINITY

  const age = metrics.gauge({
    name: 'quantdesk_oracle_age_seconds',
    help: 'Age of the newest oracle price',
    labelNames: ['market'],
  })
  const dropped = metrics.counter({
    name: 'quantdesk_price_ticks_dropped_total',
    help: 'Ticks given up because the database was away for too long',
  })

  const fillHole = async (waiting: readonly ReceivedPrice[]): Promise<void> => {
    const first = waiting[0]
    if (first === undefined) return
    const startedAt = performance.now()
    const made = await fillHistory(db, source, first.price.publishedAt)
    for (const market of source.history?.markets ?? latest.keys()) {
      candles.seed(await openCandles(db, market, first.price.publishedAt))
    }
    log.info({ made, durationMs: Math.round(performance.now() - startedAt) }, 'candle history is complete')
    // More prices may have come while the history was written.
    for (const { price } of held ?? []) candles.add(price)
    held = undefined
  }

  const writeCandles = async (): Promise<void> => {
    const changed = candles.takeChanged()
    try {
      await upsertCandles(db, source.name, changed)
    } catch (error) {
      if (changed.length < MAX_WAITING) candles.restore(changed)
      else held ??= []
      throw error
    }
  }

  const writeTicks = async (): Promise<void> => {
    const batch = ticks
    ticks = []
    try {
      await insertTicks(db, batch)
    } catch (error) {
      ticks = [...batch, ...ticks]
      if (ticks.length > MAX_WAITING) {
        dropped.inc(ticks.length - MAX_WAITING)
        ticks = ticks.slice(-MAX_WAITING)
      }
      throw error
    }
  }

  const writeVolumes = async (): Promise<void> => {
    for (const [market, traded] of trades) {
      await refreshVolumes(db, market, traded.oldestAt)
      if (traded.newestAt < clock.now() - TRADE_SETTLES_MS) trades.delete(market)
    }
  }

  return {
    add: (received) => {
      const { market, publishedAt } = received.price
      const previousAt = latest.get(market)?.price.publishedAt
      latest.set(market, received)
      ticks.push(received)
      if (source.history !== undefined && previousAt !== undefined && publishedAt - previousAt > HOLE_MS) held ??= []
      if (held === undefined) candles.add(received.price)
      else held = held.length < MAX_WAITING ? [...held, received] : [received]
    },
    traded: (message) => {
      const { market, at } = tradeMessage.parse(message)
      const before = trades.get(market)
      trades.set(market, {
        oldestAt: Math.min(at, before?.oldestAt ?? at),
        newestAt: Math.max(at, before?.newestAt ?? at),
      })
    },
    write: async (refused) => {
      const nowMs = clock.now()
      if (nowMs - housekeepingAt > HOUSEKEEPING_EVERY_MS) {
        await dropOldCandles(db, nowMs)
        housekeepingAt = nowMs
      }
      for (const [market, { price }] of latest) age.set({ market }, (nowMs - price.publishedAt) / 1_000)
      await upsertHealth(db, [...latest.values()], refused)
      if (held !== undefined) {
        await writeCandles()
        await fillHole(held)
      }
      await writeCandles()
      await writeTicks()
      await writeVolumes()
    },
  }
}
