import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { formatUnits, PRICE_DECIMALS } from '#client/units.ts'
import {
  ORACLE_FEEDS,
  type OraclePrice,
  type PriceDto,
  type PriceHistory,
  priceDto,
  type SourceHealth,
} from '#server/oracle/index.ts'
import { replaySource } from '#server/oracle/replay/source.ts'
import { memoryBus } from '#server/platform/bus.ts'
import { manualClock, systemClock } from '#server/platform/clock.ts'
import { loadConfig } from '#server/platform/config.ts'
import { testDatabase } from '#server/platform/db/testing.ts'
import { silentLog } from '#server/platform/log.ts'
import { createMetrics } from '#server/platform/metrics.ts'
import { pollUntil } from '#server/platform/poll.ts'
import { dropOldCandles, listCandles, upsertCandles } from './candle-repo.ts'
import { barOfPrice, rollUp } from './candles.ts'
import { startIngest } from './ingest.ts'
import { marketDataWriter } from './market-data-writer.ts'
import { latestPrice, oracleHealth, pricedMarkets } from './oracle-health-repo.ts'
import { listTicks } from './price-repo.ts'

const MARKET = 'SOL-PERP'
const START = Date.UTC(2026, 10, 21, 12)
const db = await testDatabase()
const metrics = createMetrics({ role: 'test' })
const NO_HISTORY: PriceHistory = {
  source: 'exchange',
  markets: [MARKET],
  firstSpanMs: 0,
  holeMs: 60_000,
  ticks: () => [],
  minutes: async () => [],
  older: () => [],
}
const TAKEN = { refused: () => new Map(), health: () => [] }

function priceAt(publishedAt: number, price: bigint): { price: OraclePrice; receivedAt: number } {
  const feedId = 'ef0d8b6fda2ceba41da15d4095d1da392a0d2f8ed0c6c7bc0f4cfac8c280b56d'
  return {
    price: {
      market: MARKET,
      feedId,
      price,
      confidence: 1n,
      emaPrice: price,
      publishedAt,
      source: 'exchange',
      quality: 'valid',
      flags: ['unchecked'],
    },
    receivedAt: publishedAt + 5,
  }
}

async function trade(at: number, size: bigint, quote: bigint, taker = true) {
  await db
    .insertInto('trades')
    .values({
      signature: crypto.randomUUID(),
      path: '0',
      sub_account: taker ? 'taker' : 'maker',
      authority: 'authority',
      market: MARKET,
      side: 'buy',
      taker,
      cause: 'order',
      interest: 0n,
      price: 1n,
      size,
      quote,
      fee: 0n,
      realised_pnl: 0n,
      funding_payment: 0n,
      oracle_price: 1n,
      published_at: new Date(at),
      position_base_after: 0n,
      sequence: BigInt(at),
      market_sequence: BigInt(at),
      slot: 1n,
      at: new Date(at),
    })
    .execute()
}

const candles = (interval: '1s' | '1m' | '1h' | '1d', limit = 10) =>
  listCandles(db, 'live', { market: MARKET, interval, limit })

describe('what a live source says', () => {
  const clock = manualClock(START)
  const writer = marketDataWriter({ db, clock, log: silentLog, metrics }, NO_HISTORY, 'live')

  it('becomes candles, ticks and the newest price', async () => {
    for (const [at, price] of [
      [0, 100n],
      [400, 103n],
      [900, 99n],
      [61_000, 101n],
    ] as const) {
      clock.set(START + at)
      writer.add(priceAt(START + at, price * 1_000_000n))
    }
    await writer.write(TAKEN)
    expect(await candles('1m')).toEqual([
      { t: START, o: '100', h: '103', l: '99', c: '99', v: '0' },
      { t: START + 60_000, o: '101', h: '101', l: '101', c: '101', v: '0' },
    ])
    expect(await candles('1h')).toEqual([{ t: START, o: '100', h: '103', l: '99', c: '101', v: '0' }])
    const ticks = await db
      .selectFrom('price_ticks')
      .select('price')
      .where('market', '=', MARKET)
      .orderBy('published_at')
      .execute()
    expect(ticks.map(({ price }) => price)).toEqual([100_000_000n, 103_000_000n, 99_000_000n, 101_000_000n])
    expect(await pricedMarkets(db)).toEqual([MARKET])
  })

  it('can be read back, oldest first, page by page, and never beside recorded prices', async () => {
    const at = async (before?: number) =>
      (await listTicks(db, 'live', { market: MARKET, before, limit: 2 })).map(({ publishedAt }) => publishedAt - START)
    expect([await at(), await at(START + 900), await at(START)]).toEqual([[900, 61_000], [0, 400], []])
    expect(await listTicks(db, 'replay', { market: MARKET, before: undefined, limit: 2 })).toEqual([])
    expect((await listTicks(db, 'live', { market: MARKET, before: undefined, limit: 1 }))[0]).toEqual({
      publishedAt: START + 61_000,
      receivedAt: START + 61_005,
      price: '101',
      confidence: '0.000001',
      emaPrice: '101',
      source: 'exchange',
      quality: 'valid',
      flags: ['unchecked'],
    })
  })

  it('is judged by its age when it is read', async () => {
    expect(await latestPrice(db, MARKET, START + 61_000)).toMatchObject({
      price: '101',
      quality: 'valid',
      source: 'exchange',
    })
    expect(await latestPrice(db, MARKET, START + 61_000 + 10_001)).toMatchObject({ price: '101', quality: 'stale' })
    expect(await latestPrice(db, 'NO-PERP', START)).toBeUndefined()
  })

  it('gets its volume from the takers of the trades table, however often a message comes', async () => {
    await trade(START + 1_000, 2_000_000_000n, 200_000_000n)
    await trade(START + 1_000, 2_000_000_000n, 200_000_000n, false)
    await trade(START + 61_000, 500_000_000n, 50_500_000n)
    for (let times = 0; times < 2; times++) {
      writer.traded({ market: MARKET, at: START + 61_000 })
      writer.traded({ market: MARKET, at: START + 1_000 })
      await writer.write(TAKEN)
    }
    expect((await candles('1m')).map(({ v }) => v)).toEqual(['2', '0.5'])
    expect((await candles('1s')).map(({ v }) => v)).toEqual(['0', '0.5'])
    expect((await candles('1h')).map(({ v }) => v)).toEqual(['2.5'])
    const day = await db.selectFrom('candles').select('volume_quote').where('interval', '=', '1d').executeTakeFirst()
    expect(day?.volume_quote).toBe(250_500_000n)
  })

  it('is not lost while the database cannot take it', async () => {
    const whileRefused = async (work: () => Promise<void>) => {
      await sql`alter table candles rename to candles_away`.execute(db)
      await work().finally(() => sql`alter table candles_away rename to candles`.execute(db))
    }
    for (const [at, high, low] of [
      [62_000, 120n, 90n],
      [63_000, 130n, 80n],
    ] as const) {
      await whileRefused(async () => {
        writer.add(priceAt(START + at, high * 1_000_000n))
        await expect(writer.write(TAKEN)).rejects.toThrow(/candles/)
      })
      writer.add(priceAt(START + at + 400, low * 1_000_000n))
      await writer.write(TAKEN)
      expect((await candles('1m')).at(-1)).toMatchObject({ o: '101', h: `${high}`, l: `${low}`, c: `${low}` })
    }
    const ticks = await db
      .selectFrom('price_ticks')
      .select('price')
      .where('published_at', '>=', new Date(START + 62_000))
      .execute()
    expect(ticks.length).toBe(4)
  })
})

it('the sources in use, their troubles and refusals can be read by another process', async () => {
  const own = await testDatabase()
  const clock = manualClock(START)
  const nothing: PriceHistory = { ...NO_HISTORY, markets: [] }
  const writer = marketDataWriter({ db: own, clock, log: silentLog, metrics }, nothing, 'live')
  writer.add(priceAt(START, 100_000_000n))
  const hermes: SourceHealth = {
    source: 'hermes',
    rank: 0,
    breaker: 'open',
    retryInMs: 5_000,
    error: 'Hermes answered HTTP 401: set HERMES_API_KEY',
    active: [],
    lastPublishedAt: null,
    refused: { malformed: 1 },
  }
  const exchange: SourceHealth = {
    ...hermes,
    source: 'exchange',
    rank: 1,
    breaker: 'closed',
    retryInMs: null,
    error: null,
    active: [MARKET],
    lastPublishedAt: START,
    refused: {},
  }
  const refused = new Map([[MARKET, { jump: 2 }]])
  await writer.write({ refused: () => refused, health: () => [hermes, exchange] })
  expect(await oracleHealth(own, 'live', START + 1_000)).toEqual({
    mode: 'live',
    reportedAt: START,
    sources: [
      {
        source: 'hermes',
        rank: 0,
        state: 'open',
        retryAt: START + 5_000,
        error: hermes.error,
        active: [],
        lastPublishedAt: null,
        refused: { malformed: 1 },
      },
      {
        source: 'exchange',
        rank: 1,
        state: 'closed',
        retryAt: null,
        error: null,
        active: [MARKET],
        lastPublishedAt: START,
        refused: {},
      },
    ],
    markets: [
      {
        market: MARKET,
        source: 'exchange',
        quality: 'valid',
        flags: ['unchecked'],
        ageMs: 1_000,
        refused: { jump: 2 },
      },
    ],
  })
  await writer.write({ refused: () => refused, health: () => [exchange] })
  expect((await oracleHealth(own, 'live', START)).sources.map(({ source }) => source)).toEqual(['exchange'])

  const recorded = marketDataWriter({ db: own, clock, log: silentLog, metrics }, nothing, 'replay')
  await recorded.write(TAKEN)
  expect(await pricedMarkets(own)).toEqual([])
})

it('a pause of a source that knows its past leaves no hole', async () => {
  const own = await testDatabase()
  const clock = manualClock(START)
  const { history } = replaySource(ORACLE_FEEDS, clock)
  const writer = marketDataWriter({ db: own, clock, log: silentLog, metrics }, history, 'replay')
  const tell = (from: number, to: number) => {
    for (const { publishedAt, price } of history.ticks('SOL-PERP', START + from, START + to)) {
      writer.add({ ...priceAt(publishedAt, price), price: { ...priceAt(publishedAt, price).price, source: 'replay' } })
    }
  }
  tell(0, 3_000)
  await writer.write(TAKEN)
  tell(7_500, 9_000)
  await writer.write(TAKEN)
  tell(9_000, 10_500)
  await writer.write(TAKEN)
  const rows = await listCandles(own, 'replay', { market: 'SOL-PERP', interval: '1s', limit: 20 })
  const expected = rollUp(
    [...history.ticks('SOL-PERP', START - 9_000, START + 10_500)].map((tick) =>
      barOfPrice(tick.publishedAt, tick.price),
    ),
    '1s',
  )
  expect(rows.map(({ t, c }) => [t, c])).toEqual(
    expected.map(({ t, close }) => [t, formatUnits(close, PRICE_DECIMALS)]),
  )
})

it('the finest candles are kept for hours, the others for good', async () => {
  const bar = (t: number) => ({ t, open: 1n, high: 1n, low: 1n, close: 1n })
  const kept = (['1s', '5s', '1m'] as const).map((interval) => ({
    market: 'OLD-PERP',
    interval,
    source: 'replay' as const,
    bar: bar(START - 7 * 3_600_000),
  }))
  const old = kept.map((row) => ({ ...row, bar: bar(START - 25 * 3_600_000) }))
  await upsertCandles(db, [...kept, ...old])
  await dropOldCandles(db, START)
  const rows = await db
    .selectFrom('candles')
    .select(['interval', 't'])
    .where('market', '=', 'OLD-PERP')
    .orderBy('interval')
    .orderBy('t')
    .execute()
  expect(rows.map(({ interval, t }) => `${interval} ${(START - t.getTime()) / 3_600_000} h`)).toEqual([
    '5s 7 h',
    '1m 25 h',
    '1m 7 h',
  ])
})

describe('the ingest role', () => {
  it('publishes replay prices on the bus twice a second and leaves candles that equal the recording', async () => {
    const own = await testDatabase()
    const bus = memoryBus()
    const heard: PriceDto[] = []
    bus.subscribe('price.*', (message) => heard.push(priceDto.parse(message)))
    const config = loadConfig({ DATABASE_URL: own.url })
    const stop = await startIngest({
      config,
      log: silentLog,
      metrics,
      db: own,
      bus,
      clock: systemClock,
      signal: new AbortController().signal,
    })
    const enough = await pollUntil(() => heard.length >= 9, { timeoutMs: 15_000 })
    await stop()
    expect(enough).toBe(true)
    expect(new Set(heard.map(({ market }) => market))).toEqual(new Set(['SOL-PERP', 'BTC-PERP', 'ETH-PERP']))
    const times = heard.filter(({ market }) => market === 'BTC-PERP').map(({ publishedAt }) => publishedAt)
    expect(times.slice(1).map((at, index) => at - (times[index] ?? 0))).toEqual(times.slice(1).map(() => 500))
    expect(
      heard.every(({ source, quality, flags }) => source === 'replay' && quality === 'valid' && flags.length === 0),
    ).toBe(true)

    const { history } = replaySource(ORACLE_FEEDS, systemClock)
    const last = heard.at(-1)!
    const seconds = await own
      .selectFrom('candles')
      .select(['t', 'open', 'close'])
      .where('market', '=', last.market)
      .where('interval', '=', '1s')
      .orderBy('t')
      .execute()
    for (const { t, open } of seconds)
      expect([...history.ticks(last.market, t.getTime(), t.getTime() + 500)][0]?.price).toBe(open)
    expect(seconds.at(-1)?.t.getTime()).toBe(Math.floor(last.publishedAt / 1_000) * 1_000)
  })
})
