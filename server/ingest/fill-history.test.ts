import { sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import { ORACLE_FEEDS } from '#server/oracle/index.ts'
import { replaySource } from '#server/oracle/replay/source.ts'
import { manualClock } from '#server/platform/clock.ts'
import { testDatabase } from '#server/platform/db/testing.ts'
import { newestMinute, upsertCandles } from './candle-repo.ts'
import { barOfPrice, INTERVALS, type Interval, rollUp } from './candles.ts'
import { fillHistory } from './fill-history.ts'

const DAY_MS = 86_400_000
const NOW = Date.UTC(2026, 10, 21, 14, 37, 22, 250)
const db = await testDatabase()
const { history } = replaySource(ORACLE_FEEDS, manualClock(NOW))

async function stored(market: string, interval: Interval, from = 0) {
  const rows = await db
    .selectFrom('candles')
    .select(['t', 'open', 'high', 'low', 'close'])
    .where('market', '=', market)
    .where('interval', '=', interval)
    .where('t', '>=', new Date(from))
    .orderBy('t')
    .execute()
  return rows.map(({ t, ...bar }) => ({ t: t.getTime(), ...bar }))
}

async function everything() {
  const { rows } = await sql`
    select count(*), md5(string_agg(candles::text, ' ' order by market, interval, t)) as digest from candles
  `.execute(db)
  return rows[0]
}

describe('a first start', () => {
  beforeAll(async () => {
    await fillHistory(db, history, NOW)
  })

  it.each(['SOL-PERP', 'BTC-PERP', 'ETH-PERP'])(
    'has the minutes of %s as they were recorded, without a hole, up to now',
    async (market) => {
      const minutes = await stored(market, '1m')
      const from = minutes[0]?.t ?? 0
      expect(from % DAY_MS).toBe(0)
      expect(minutes.length).toBe(Math.ceil((NOW - from) / 60_000))
      expect(minutes.slice(0, -1)).toEqual(await history.minutes(market, from, NOW))
    },
  )

  it('has the same candle at every interval as the ticks that fall into it', async () => {
    const ticks = [...history.ticks('SOL-PERP', NOW - 1_800_000, NOW)].map(({ publishedAt, price }) =>
      barOfPrice(publishedAt, price),
    )
    for (const interval of ['1s', '5s', '1m', '5m'] as const) {
      const [, ...whole] = rollUp(ticks, interval)
      expect(await stored('SOL-PERP', interval, whole[0]?.t)).toEqual(whole)
    }
  })

  it('rolls every coarser interval up from the one below', async () => {
    for (const [finer, interval] of [
      ['5m', '15m'],
      ['15m', '1h'],
      ['1h', '4h'],
      ['4h', '1d'],
    ] as const) {
      expect(await stored('ETH-PERP', interval)).toEqual(rollUp(await stored('ETH-PERP', finer), interval))
    }
  })

  it('puts the older five-minute bars right behind the recent ones', async () => {
    const candles = await stored('BTC-PERP', '5m')
    const firstMinute = (await stored('BTC-PERP', '1m'))[0]?.t ?? 0
    expect(candles.filter(({ t }) => t < firstMinute)).toEqual([...history.older('BTC-PERP', firstMinute)])
    for (const [index, { t }] of candles.entries()) expect(t).toBe((candles[0]?.t ?? 0) + index * 300_000)
  })

  it('marks all of it as replay', async () => {
    const sources = await db.selectFrom('candles').select('source').distinct().execute()
    expect(sources).toEqual([{ source: 'replay' }])
  })

  it('changes nothing the second time', async () => {
    const before = await everything()
    await fillHistory(db, history, NOW)
    expect(await everything()).toEqual(before)
  })
})

describe('a later start', () => {
  it('fills what was missed, mends the candles that were open, and keeps their volume', async () => {
    const later = NOW + 3 * 3_600_000
    const cut = await newestMinute(db, 'replay', 'SOL-PERP')
    const wrong = { t: cut ?? 0, open: 1n, high: 2n, low: 1n, close: 2n }
    await upsertCandles(db, [{ market: 'SOL-PERP', interval: '1m', source: 'replay', bar: wrong }])
    await db
      .updateTable('candles')
      .set({ volume_base: 7n })
      .where('market', '=', 'SOL-PERP')
      .where('interval', '=', '1d')
      .execute()
    const volumes = () =>
      db
        .selectFrom('candles')
        .select('volume_base')
        .where('market', '=', 'SOL-PERP')
        .where('interval', '=', '1d')
        .where('t', '<', new Date(NOW - DAY_MS))
        .execute()

    await fillHistory(db, history, later)
    const minutes = await stored('SOL-PERP', '1m')
    expect(minutes.slice(0, -1)).toEqual(await history.minutes('SOL-PERP', minutes[0]?.t ?? 0, later))
    expect(new Set((await volumes()).map(({ volume_base }) => volume_base))).toEqual(new Set([7n]))
    for (const interval of INTERVALS.slice(3)) {
      expect(await stored('SOL-PERP', interval, minutes[0]?.t)).toEqual(rollUp(minutes, interval))
    }
  })

  it('never overwrites what a live source said', async () => {
    const [minute] = await stored('ETH-PERP', '1m')
    const live = { t: minute?.t ?? 0, open: 5n, high: 5n, low: 5n, close: 5n }
    await db
      .updateTable('candles')
      .set({ ...live, t: new Date(live.t), source: 'hermes' })
      .where('market', '=', 'ETH-PERP')
      .where('interval', '=', '1m')
      .where('t', '=', new Date(live.t))
      .execute()
    await upsertCandles(db, [{ market: 'ETH-PERP', interval: '1m', source: 'replay', bar: minute ?? live }])
    expect((await stored('ETH-PERP', '1m'))[0]).toEqual(live)
  })
})
