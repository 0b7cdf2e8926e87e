import { createTRPCClient, httpBatchLink } from '@trpc/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { poolDto } from '#server/exchange/pool-schema.ts'
import { accountDto, bookDto, marketDto, tradeDto } from '#server/exchange/schema.ts'
import { recordEvents } from '#server/indexer/record-events.ts'
import { tradingHistory } from '#server/indexer/testing.ts'
import { fillHistory } from '#server/ingest/fill-history.ts'
import { upsertHealth } from '#server/ingest/oracle-health-repo.ts'
import { candleDto, MAX_TIME_MS, oracleHealthDto, tickDto } from '#server/ingest/schema.ts'
import { ORACLE_FEEDS, type OraclePrice, priceDto } from '#server/oracle/index.ts'
import { replaySource } from '#server/oracle/replay/source.ts'
import { systemClock } from '#server/platform/clock.ts'
import { testDatabase } from '#server/platform/db/testing.ts'
import { calendarDayDto, portfolioHistoryDto, statisticsDto } from '#server/portfolio/schema.ts'
import { MAX_BATCH, MAX_BODY_BYTES } from './app.ts'
import type { AppRouter } from './root.ts'
import { healthDto, systemConfigDto } from './schema.ts'
import { startTestApi } from './testing.ts'

const db = await testDatabase()
const history = tradingHistory({ traders: 2, rounds: 3 })
const authority = history.traders[0]?.authority.toBase58() ?? ''
let api: Awaited<ReturnType<typeof startTestApi>>

const get = async (path: string, init?: RequestInit) => {
  const response = await fetch(api.url + path, init)
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    id: response.headers.get('x-request-id'),
    body: await response.json(),
  }
}

beforeAll(async () => {
  await recordEvents(db, history.events, { singletons: history.singletons, nowMs: Date.now() })
  await fillHistory(db, replaySource(ORACLE_FEEDS, systemClock).history, Date.now())
  const price: OraclePrice = {
    market: 'SOL-PERP',
    feedId: ORACLE_FEEDS[0].feedId,
    price: 143_270_000n,
    confidence: 40_000n,
    emaPrice: 143_000_000n,
    publishedAt: Date.now(),
    source: 'replay',
    quality: 'valid',
    flags: [],
  }
  await upsertHealth(db, [{ price, receivedAt: Date.now() }], new Map())
  api = await startTestApi(db, db)
})
afterAll(() => api.stop())

describe('reads over REST', () => {
  it.each([
    ['/api/markets', marketDto.array()],
    ['/api/markets/SOL-PERP', marketDto],
    ['/api/markets/SOL-PERP/trades?limit=2', tradeDto.array().length(2)],
    ['/api/oracle/prices', priceDto.array().length(1)],
    ['/api/oracle/health', oracleHealthDto],
    ['/api/oracle/SOL-PERP', priceDto],
    ['/api/oracle/SOL-PERP/history?limit=5', tickDto.array()],
    ['/api/oracle/SOL-PERP/candles?interval=1m&limit=3', candleDto.array().length(3)],
    ['/api/pool', poolDto],
    ['/api/system/config', systemConfigDto],
    ['/api/system/health', healthDto],
  ])('%s answers its documented shape', async (path, schema) => {
    const { status, body } = await get(path)
    expect(body).toEqual(schema.parse(body))
    expect(status).toBe(200)
  })

  it('gives a wallet its account, and one that never traded an empty one', async () => {
    const { body } = await get(`/api/portfolio/${authority}`)
    expect(accountDto.parse(body).subAccounts).toHaveLength(1)
    expect((await get('/api/portfolio/11111111111111111111111111111111')).body.subAccounts).toEqual([])
  })

  it('gives what a wallet made of its money, and its ledger as a file', async () => {
    const { body: history } = await get(`/api/portfolio/history/${authority}?range=30d`)
    expect(portfolioHistoryDto.parse(history).netDeposits).toBe('1000')
    const { body: days } = await get(`/api/portfolio/calendar/${authority}?year=2023&timeZone=Europe/Berlin`)
    expect(calendarDayDto.array().parse(days)).toHaveLength(1)
    const { body: statistics } = await get(`/api/portfolio/statistics/${authority}`)
    expect(statisticsDto.array().parse(statistics)[0]).toMatchObject({ market: null, net: days[0].net })
    const file = await fetch(`${api.url}/api/portfolio/csv/${authority}`)
    expect(file.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(file.headers.get('content-disposition')).toMatch(/^attachment; filename="quantdesk-\w{8}\.csv"$/)
    const lines = (await file.text()).trimEnd().split('\r\n')
    expect(lines).toHaveLength(2 + days[0].fills)
  })

  it('pages candles back without a hole', async () => {
    const path = '/api/markets/SOL-PERP/candles?interval=1m&limit=100'
    const { body: newest } = await get(path)
    const { body: before } = await get(`${path}&before=${newest[0].t}`)
    expect(newest).toHaveLength(100)
    const times = [...before, ...newest].map(({ t }: { t: number }) => t)
    expect(times).toEqual(times.map((_, index) => (times[0] ?? 0) + index * 60_000))
    expect(Object.keys(newest[0] ?? {})).toEqual(['t', 'o', 'h', 'l', 'c', 'v'])
  })

  it('takes the last time there is as the end of candles', async () => {
    const { status, body } = await get(`/api/markets/SOL-PERP/candles?interval=1m&limit=1&before=${MAX_TIME_MS}`)
    expect([status, body]).toEqual([200, [expect.objectContaining({ t: expect.any(Number) })]])
  })

  it('says what this deployment is', async () => {
    const { body } = await get('/api/system/config')
    expect(body).toMatchObject({ cluster: 'localnet', oracleMode: 'replay', features: { faucet: true } })
    expect(body.explorerUrl).toBeUndefined()
  })
})

describe('what is wrong is said in a sentence', () => {
  it.each([
    ['/api/markets/sol', 400, 'market: must look like SOL-PERP'],
    ['/api/markets/SOL-PERP/candles?interval=2m', 400, 'interval: choose one of 1s, 5s, 1m, 5m, 15m, 1h, 4h, 1d'],
    ['/api/markets/SOL-PERP/candles', 400, 'interval: choose one of'],
    ['/api/markets/SOL-PERP/candles?interval=1m&limit=100000', 400, 'limit: at most 1000; page back with before'],
    ['/api/markets/SOL-PERP/candles?interval=1m&limit=x', 400, 'limit'],
    [`/api/markets/SOL-PERP/candles?interval=1m&before=${MAX_TIME_MS + 1}`, 400, 'before'],
    ['/api/markets/SOL-PERP/candles?interval=1m&before=0', 400, 'before'],
    ['/api/portfolio/nobody', 400, 'authority: must be a Solana address in base58'],
    ['/api/portfolio/csv/nobody', 400, 'authority: must be a Solana address in base58'],
    [`/api/portfolio/csv/${authority}?timeZone=Mars/Olympus`, 400, 'timeZone: must be a time zone'],
    ['/api/markets/DOGE-PERP', 404, 'There is no market DOGE-PERP'],
    ['/api/markets/DOGE-PERP/candles?interval=1m', 404, 'there is no market DOGE-PERP: choose one of SOL-PERP'],
    ['/api/oracle/DOGE-PERP', 404, 'there is no market DOGE-PERP'],
    ['/api/oracle/DOGE-PERP/history', 404, 'there is no market DOGE-PERP'],
    ['/api/oracle/SOL-PERP/history?limit=0', 400, 'limit: ask for at least 1'],
    ['/api/nothing/here', 404, 'there is no GET /api/nothing/here'],
    ['/api/stream', 400, 'name at least one topic'],
    ['/api/stream?topics=nonsense', 400, 'there is no topic "nonsense"'],
    ['/api/stream?topics=price.sol', 400, 'topic "price.sol": the market must look like SOL-PERP'],
    ['/api/stream?topics=user.me', 400, 'topic "user.me": the wallet must be a Solana address in base58'],
  ])('%s: %i %s', async (path, status, sentence) => {
    const answer = await get(path)
    expect(answer.body.detail).toContain(sentence)
    expect(answer).toMatchObject({ status, type: 'application/problem+json' })
    expect(answer.body).toMatchObject({
      status,
      code: status === 404 ? 'NOT_FOUND' : 'BAD_INPUT',
      requestId: answer.id,
    })
    expect(JSON.stringify(answer.body)).not.toMatch(/stack|node_modules/)
  })

  it('a request id of a proxy is kept, a harmful one is replaced', async () => {
    expect((await get('/api/pool', { headers: { 'x-request-id': 'proxy-12345678' } })).id).toBe('proxy-12345678')
    expect((await get('/api/pool', { headers: { 'x-request-id': '{"a":1} forged' } })).id).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('a body above the limit is refused', async () => {
    const body = JSON.stringify({ text: 'x'.repeat(MAX_BODY_BYTES) })
    const { status, body: refusal } = await get('/api/trpc/market.list', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    })
    expect([status, refusal.detail]).toEqual([400, expect.stringContaining('larger than')])
  })

  it.each([
    ['PURGE', '/api/solvency', 'GET'],
    ['DELETE', '/api/markets/SOL-PERP', 'GET'],
    // Another route's parameter would take these names.
    ['GET', '/api/trading/intents/cancel', 'POST'],
    ['DELETE', '/api/auth/sessions/end-others', 'POST'],
  ])('%s %s is told what is taken there', async (method, path, allowed) => {
    const response = await fetch(`${api.url}${path}`, { method })
    expect([response.status, response.headers.get('allow')]).toEqual([405, allowed])
    expect((await response.json()).code).toBe('METHOD_NOT_ALLOWED')
  })
})

describe('tRPC', () => {
  const client = () => createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: `${api.url}/api/trpc` })] })

  it('answers a batch of queries as REST does', async () => {
    const trpc = client()
    const [markets, candles] = await Promise.all([
      trpc.market.list.query(),
      trpc.market.candles.query({ market: 'SOL-PERP', interval: '1h', limit: 3 }),
    ])
    expect(markets).toEqual((await get('/api/markets')).body)
    expect(candles).toHaveLength(3)
  })

  it('refuses a larger batch than the limit', async () => {
    const names = Array.from({ length: MAX_BATCH + 1 }, () => 'pool.get').join(',')
    expect((await get(`/api/trpc/${names}?batch=1&input={}`)).status).toBe(400)
  })

  it('carries our code, the request id and the fields that are wrong', async () => {
    const error = await client()
      .market.get.query({ market: 'sol' })
      .catch((thrown) => thrown)
    expect(error.data).toMatchObject({
      httpStatus: 400,
      appCode: 'BAD_INPUT',
      requestId: expect.stringMatching(/.{36}/),
    })
    expect(error.data.details.fields).toEqual([{ field: 'market', message: 'must look like SOL-PERP' }])
    expect(error.message).toBe('market: must look like SOL-PERP')
  })

  it('is called without HTTP by pages of the same process', async () => {
    const caller = globalThis.quantdeskCaller
    expect(await caller?.market.get({ market: 'SOL-PERP' })).toMatchObject({ market: 'SOL-PERP' })
    expect(bookDto.safeParse({ bids: [], asks: [] }).success).toBe(true)
  })
})

describe('operations', () => {
  it('is alive, and ready while the database answers; the missing chain is named', async () => {
    expect(await get('/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } })
    const { status, body } = await get('/readyz')
    expect(status).toBe(200)
    expect(body).toMatchObject({ ready: true, database: 'ok', chain: 'down', indexer: 'down', keeper: 'down' })
    expect(body.reasons.chain).toContain('does not answer')
  })

  it('hears the heartbeats of the other processes', async () => {
    const at = Date.now()
    await api.bus.publish('system.indexer', { status: 'ok', lagMs: 12, slot: 7, openGaps: 0, at })
    await api.bus.publish('system.keeper', { status: 'late', loops: {}, at })
    expect((await get('/api/system/health')).body).toMatchObject({ indexer: 'ok', indexerLagMs: 12, keeper: 'late' })
  })

  it('exposes its metrics by route, not by path', async () => {
    await get('/api/oracle/SOL-PERP')
    await get('/api/wp-admin.php')
    const text = await (await fetch(`${api.url}/metrics`)).text()
    expect(text).toMatch(
      /quantdesk_http_request_seconds_count\{role="web",method="GET",route="\/api\/oracle\/:market",status="200"\} \d/,
    )
    expect(text).toMatch(/route="none",status="404"/)
    expect(text).not.toContain('wp-admin')
  })

  it('cuts a protocol upgrade that nobody speaks', async () => {
    const socket = new WebSocket(`${api.url.replace('http', 'ws')}/anything`)
    const { promise, resolve } = Promise.withResolvers<string>()
    socket.addEventListener('close', () => resolve('closed'))
    socket.addEventListener('open', () => resolve('open'))
    expect(await promise).toBe('closed')
  })
})
