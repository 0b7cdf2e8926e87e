import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { ORACLE_FEEDS, type PriceBar, type PriceHistory } from '#server/oracle/index.ts'
import { manualClock } from '#server/platform/clock.ts'
import { testDatabase } from '#server/platform/db/testing.ts'
import { AppError } from '#server/platform/errors.ts'
import { silentLog } from '#server/platform/log.ts'
import { createMetrics } from '#server/platform/metrics.ts'
import { type CandleRow, listCandles, storedMinutes, upsertCandles } from './candle-repo.ts'
import { INTERVAL_MS, rollUp } from './candles.ts'
import { marketDataWriter } from './market-data-writer.ts'
import { holesBetween, repairMinutes } from './repair-minutes.ts'

const MARKET = 'SOL-PERP'
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const NOW = Date.UTC(2026, 10, 21, 6, 0, 30)
const db = await testDatabase()

/** A bar that tells its minute by its price. */
const barAt = (t: number): PriceBar => {
  const price = BigInt(t / MINUTE) * 1_000n
  return { t, open: price, high: price + 3n, low: price - 2n, close: price + 1n }
}
const asked: [from: number, to: number][] = []
let unknown: readonly number[] = []
const history: PriceHistory = {
  source: 'exchange',
  markets: [MARKET],
  firstSpanMs: 2 * HOUR,
  holeMs: MINUTE,
  ticks: () => [],
  older: () => [],
  minutes: async (_market, fromMs, toMs) => {
    asked.push([fromMs, toMs])
    const length = (toMs - fromMs) / MINUTE
    return Array.from({ length }, (_, index) => barAt(fromMs + index * MINUTE)).filter(({ t }) => !unknown.includes(t))
  },
}
const heard = (t: number): CandleRow => ({
  market: MARKET,
  interval: '1m',
  source: 'hermes',
  bar: { t, open: 7n, high: 9n, low: 5n, close: 8n },
})
const minutes = () => storedMinutes(db, 'live', MARKET, 0, NOW)

beforeEach(async () => {
  asked.length = 0
  unknown = []
  await db.deleteFrom('candles').execute()
})

describe('repairing the candles of a live market', () => {
  it('fills a first start from midnight on, and every coarser candle out of its minutes', async () => {
    expect(await repairMinutes(db, history, MARKET, NOW)).toBe(360)
    const stored = await minutes()
    expect(stored.map(({ bar }) => bar)).toEqual(
      Array.from({ length: 360 }, (_, index) => barAt(Date.UTC(2026, 10, 21) + index * MINUTE)),
    )
    for (const interval of ['5m', '1h', '1d'] as const) {
      const rows = await listCandles(db, 'live', { market: MARKET, interval, limit: 1_000 })
      expect(rows.map(({ t }) => t)).toEqual(
        rollUp(
          stored.map(({ bar }) => bar),
          interval,
        ).map(({ t }) => t),
      )
    }
  })

  it('asks only for what is missing, leaves alone what was heard, and does nothing the second time', async () => {
    await repairMinutes(db, history, MARKET, NOW - 30 * MINUTE)
    await upsertCandles(db, [heard(NOW - 30 * MINUTE - 30_000), heard(NOW - 5 * MINUTE - 30_000)])
    asked.length = 0
    expect(await repairMinutes(db, history, MARKET, NOW)).toBe(28)
    const last = Math.floor(NOW / MINUTE) * MINUTE
    expect(asked).toEqual([
      [last - 29 * MINUTE, last - 5 * MINUTE],
      [last - 4 * MINUTE, last],
    ])
    const stored = await minutes()
    expect(stored.filter(({ source }) => source === 'hermes').map(({ bar }) => bar.close)).toEqual([8n, 8n])
    expect(await repairMinutes(db, history, MARKET, NOW)).toBe(0)
  })

  it('keeps an honest gap where the history knows nothing', async () => {
    const gap = NOW - 10 * MINUTE - 30_000
    unknown = [gap, gap + MINUTE]
    await repairMinutes(db, history, MARKET, NOW)
    expect((await minutes()).some(({ bar }) => unknown.includes(bar.t))).toBe(false)
    unknown = []
    expect(await repairMinutes(db, history, MARKET, NOW)).toBe(2)
  })

  it('finds every hole and nothing else', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 61 }), (present) => {
        const opens = present.toSorted((a, b) => a - b).map((index) => index * MINUTE)
        const missing = new Set<number>()
        for (const { fromMs, toMs } of holesBetween(opens, { fromMs: 0, toMs: 61 * MINUTE })) {
          for (let t = fromMs; t < toMs; t += INTERVAL_MS['1m']) missing.add(t)
        }
        for (let index = 0; index <= 60; index++) expect(missing.has(index * MINUTE)).toBe(!present.includes(index))
      }),
      { seed: 10 },
    )
  })
})

describe('recorded and live candles', () => {
  it('are never shown together, and a live one takes the place of a recorded one, never the other way', async () => {
    const t = NOW - 10 * MINUTE - 30_000
    await upsertCandles(db, [
      { ...heard(t), source: 'replay' },
      { ...heard(t + MINUTE), source: 'replay' },
    ])
    await upsertCandles(db, [heard(t)])
    await upsertCandles(db, [{ ...heard(t), source: 'replay', bar: barAt(t) }])
    const shown = async (mode: 'live' | 'replay') =>
      (await listCandles(db, mode, { market: MARKET, interval: '1m', limit: 10 })).map((row) => row.t)
    expect([await shown('live'), await shown('replay')]).toEqual([[t], [t + MINUTE]])
  })
})

describe('a live writer', () => {
  const parts = (clock = manualClock(NOW)) => ({
    db,
    clock,
    log: silentLog,
    metrics: createMetrics({ role: 'test' }),
  })
  const price = (publishedAt: number, source: 'hermes' | 'exchange') => ({
    price: {
      market: MARKET,
      feedId: ORACLE_FEEDS[0].feedId,
      price: 143_000_000n,
      confidence: 1n,
      emaPrice: 143_000_000n,
      publishedAt,
      source,
      quality: 'valid',
      flags: ['unchecked'],
    } as const,
    receivedAt: publishedAt,
  })
  const taken = {
    refused: () => new Map([[MARKET, { jump: 2 }]]),
    health: () => [
      {
        source: 'hermes' as const,
        rank: 0,
        breaker: 'open' as const,
        retryInMs: 1_000,
        error: 'Hermes answered HTTP 401',
        active: [],
        lastPublishedAt: null,
        refused: { malformed: 1 },
      },
    ],
  }

  it('continues the candles of before it was started, with the hole between filled', async () => {
    const day = Math.floor(NOW / INTERVAL_MS['1d']) * INTERVAL_MS['1d']
    const writer = marketDataWriter(parts(), history, 'live')
    writer.add(price(NOW, 'hermes'))
    await writer.write(taken)
    const [candle] = await listCandles(db, 'live', { market: MARKET, interval: '1d', limit: 1 })
    expect(candle).toMatchObject({ t: day, c: '143' })
    expect(candle?.o).not.toBe('143')
    expect((await minutes()).length).toBe(361)
  })

  it('writes prices although the history does not answer, and fills the hole when it does', async () => {
    let away = true
    const moody: PriceHistory = {
      ...history,
      minutes: (...range) =>
        away ? Promise.reject(new AppError('UPSTREAM', { message: 'away' })) : history.minutes(...range),
    }
    const clock = manualClock(NOW)
    const writer = marketDataWriter(parts(clock), moody, 'live')
    writer.add(price(NOW, 'exchange'))
    await writer.write(taken)
    expect((await minutes()).length).toBe(1)
    away = false
    clock.advance(11 * MINUTE)
    writer.add(price(clock.now(), 'exchange'))
    await writer.write(taken)
    expect((await storedMinutes(db, 'live', MARKET, 0, clock.now() + 1)).length).toBe(372)
  })
})
