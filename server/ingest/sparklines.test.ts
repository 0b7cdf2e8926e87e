import { expect, it } from 'vitest'
import { recordEvents } from '#server/indexer/record-events.ts'
import { tradingHistory } from '#server/indexer/testing.ts'
import { testDatabase } from '#server/platform/db/testing.ts'
import { listSparklines, upsertCandles } from './candle-repo.ts'

const db = await testDatabase()
const NOW = Date.UTC(2026, 10, 21, 18)
const QUARTER = 900_000
const { events, singletons } = tradingHistory({ traders: 0, rounds: 0 })
await recordEvents(db, events, { singletons, nowMs: NOW })

const candle = (quartersAgo: number, close: bigint, given = {}) => {
  const price = close * 1_000_000n
  const bar = { t: NOW - quartersAgo * QUARTER, open: price, high: price, low: price, close: price }
  return { market: 'SOL-PERP', interval: '15m' as const, source: 'replay' as const, bar, ...given }
}

it('gives the day of every listed market, oldest first, from the prices of this mode alone', async () => {
  expect(await listSparklines(db, 'replay', NOW)).toEqual([{ market: 'SOL-PERP', closes: [] }])
  await upsertCandles(db, [
    candle(1, 103n),
    candle(96, 101n),
    candle(97, 99n),
    candle(2, 102n, { source: 'exchange' }),
    candle(3, 50n, { interval: '1m' }),
    candle(4, 50n, { market: 'GONE-PERP' }),
  ])
  expect(await listSparklines(db, 'replay', NOW)).toEqual([{ market: 'SOL-PERP', closes: ['101', '103'] }])
  expect(await listSparklines(db, 'live', NOW)).toEqual([{ market: 'SOL-PERP', closes: ['102'] }])
})
