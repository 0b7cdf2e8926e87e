import { z } from 'zod'
import type { OracleMode, PriceHistory, TakenPrices } from '#server/oracle/index.ts'
import { errorMessage, toAppError } from '#server/platform/errors.ts'
import type { RoleContext } from '#server/platform/role.ts'
import { dropOldCandles, openCandles, refreshVolumes, upsertCandles } from './candle-repo.ts'
import { fillHistory } from './fill-history.ts'
import { liveCandles } from './live-candles.ts'
import { forgetOtherMode, upsertHealth, writeSources } from './oracle-health-repo.ts'
import { insertTicks, type ReceivedPrice } from './price-repo.ts'
import { repairMinutes } from './repair-minutes.ts'

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
  write(taken: Pick<TakenPrices, 'refused' | 'health'>): Promise<void>
}

/** Between the price stream and the database: collects, and writes in batches. */
export function marketDataWriter(
  { db, clock, log, metrics }: Pick<RoleContext, 'db' | 'clock' | 'log' | 'metrics'>,
  history: PriceHistory,
  mode: OracleMode,
): MarketDataWriter {
  const candles = liveCandles()
  const latest = new Map<string, ReceivedPrice>()
  const trades = new Map<string, { oldestAt: number; newestAt: number }>()
  let ticks: ReceivedPrice[] = []
  /** Prices that wait until the candles before them are complete; undefined when nothing is missing. */
  let held: ReceivedPrice[] | undefined = []
  let housekeepingAt = Number.NEGATIVE_INFINITY
  let begun = false

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
    const made = mode === 'replay' ? await fillHistory(db, history, first.price.publishedAt) : await repair()
    for (const market of history.markets) {
      candles.seed(await openCandles(db, mode, market, first.price.publishedAt))
    }
    log.info({ made, durationMs: Math.round(performance.now() - startedAt) }, 'candle history was brought up to now')
    // More prices may have come while the history was written.
    for (const { price } of held ?? []) candles.add(price)
    held = undefined
  }

  /** A history that does not answer leaves its gaps for the next housekeeping; prices do not wait for it. */
  const repair = async (): Promise<number> => {
    const results = await Promise.allSettled(
      history.markets.map((market) => repairMinutes(db, history, market, clock.now())),
    )
    let made = 0
    for (const [index, result] of results.entries()) {
      if (result.status === 'fulfilled') made += result.value
      else if (toAppError(result.reason).code !== 'UPSTREAM') throw result.reason
      else
        log.warn({ market: history.markets[index] }, `gaps in the candles stay for now: ${errorMessage(result.reason)}`)
    }
    return made
  }

  const writeCandles = async (): Promise<void> => {
    const changed = candles.takeChanged()
    try {
      await upsertCandles(db, changed)
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
      if (previousAt !== undefined && publishedAt - previousAt > history.holeMs) held ??= []
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
    write: async ({ refused, health }) => {
      const nowMs = clock.now()
      if (!begun) await forgetOtherMode(db, mode)
      begun = true
      if (nowMs - housekeepingAt > HOUSEKEEPING_EVERY_MS) {
        await dropOldCandles(db, nowMs)
        housekeepingAt = nowMs
        if (mode === 'live') held ??= []
      }
      for (const [market, { price }] of latest) age.set({ market }, (nowMs - price.publishedAt) / 1_000)
      await upsertHealth(db, [...latest.values()], refused())
      await writeSources(db, health(), nowMs)
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
