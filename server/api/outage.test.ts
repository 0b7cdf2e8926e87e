import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { recordEvents } from '#server/indexer/record-events.ts'
import { tradingHistory } from '#server/indexer/testing.ts'
import { createDb, type Db } from '#server/platform/db/index.ts'
import { testDatabase } from '#server/platform/db/testing.ts'
import { silentLog } from '#server/platform/log.ts'
import { pollUntil } from '#server/platform/poll.ts'
import { redisBus } from '#server/platform/redis-bus.ts'
import { REDIS_MISSING, redisBinary, startTestRedis } from '#server/platform/testing-redis.ts'
import { readServerSentEvents } from './sse-client.ts'
import { startTestApi } from './testing.ts'
import { openSocket } from './testing-streams.ts'

const real = await testDatabase()
const sockets = new Set<Socket>()
let wire: Server
let db: Db
let port: number
let api: Awaited<ReturnType<typeof startTestApi>>

/** A wire to the database that can be cut. */
function openWire(at: number): Promise<Server> {
  const { hostname, port: target } = new URL(real.url)
  const server = createServer((client) => {
    const upstream = connect(Number(target), hostname)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    client.pipe(upstream).pipe(client)
  })
  return new Promise((resolve) => server.listen(at, '127.0.0.1', () => resolve(server)))
}

async function cut(): Promise<void> {
  const closed = new Promise((resolve) => wire.close(resolve))
  for (const socket of sockets) socket.destroy()
  await closed
}

beforeAll(async () => {
  const history = tradingHistory({ traders: 1, rounds: 1 })
  await recordEvents(real, history.events, { singletons: history.singletons, nowMs: Date.now() })
  wire = await openWire(0)
  const address = wire.address()
  port = typeof address === 'object' && address !== null ? address.port : 0
  const url = new URL(real.url)
  url.port = String(port)
  url.hostname = '127.0.0.1'
  db = createDb({ url: url.href, log: silentLog })
  api = await startTestApi(db, { url: url.href })
})
afterAll(async () => {
  await api.stop()
  await db.destroy()
  await cut()
})

it('while the database is away every read says so and what to do; it answers again by itself', async () => {
  const stream = readServerSentEvents(await fetch(`${api.url}/api/stream?topics=system,trade.SOL-PERP`))
  const next = async (topic: string) => {
    for (;;) {
      const { value } = await stream.next()
      const message: { topic: string; kind: string; data: { database?: string } } = JSON.parse(value?.data ?? '{}')
      if (message.topic === topic) return message
    }
  }
  expect((await next('trade.SOL-PERP')).kind).toBe('snapshot')

  await cut()
  for (const path of ['/api/markets', '/api/markets/SOL-PERP/candles?interval=1m', '/api/oracle/SOL-PERP']) {
    const response = await fetch(api.url + path)
    expect(await response.json()).toMatchObject({
      status: 503,
      code: 'DATABASE_UNAVAILABLE',
      detail: expect.stringContaining('Try again'),
    })
    expect(response.headers.get('content-type')).toBe('application/problem+json')
  }
  const batch = await fetch(`${api.url}/api/trpc/market.list`)
  expect([batch.status, await batch.json()]).toMatchObject([
    503,
    { error: { data: { appCode: 'DATABASE_UNAVAILABLE' } } },
  ])
  // The stream stays open and tells.
  await pollUntil(async () => (await next('system')).data.database === 'down', { timeoutMs: 15_000, everyMs: 0 })
  expect((await fetch(`${api.url}/readyz`)).status).toBe(503)
  expect((await fetch(`${api.url}/healthz`)).status).toBe(200)

  wire = await openWire(port)
  const back = await pollUntil(async () => (await fetch(`${api.url}/api/markets`)).status === 200, {
    timeoutMs: 15_000,
  })
  expect(back).toBe(true)
  await pollUntil(async () => (await next('system')).data.database === 'ok', { timeoutMs: 15_000, everyMs: 0 })
  expect((await fetch(`${api.url}/readyz`)).status).toBe(200)
  await stream.return()
})

it.skipIf(redisBinary === undefined)(
  `whoever watches begins anew after the bus server was lost with what it held${REDIS_MISSING}`,
  async () => {
    const redis = await startTestRedis()
    const publisher = await redisBus({ url: redis.url, log: silentLog })
    const bus = await redisBus({ url: redis.url, log: silentLog })
    const served = await startTestApi(real, { url: real.url, bus })
    const reader = openSocket(served.url)
    const next = async () => {
      for (;;) {
        const message = await reader.next()
        if (message.type === 'EVENT') return message
      }
    }
    reader.say({ type: 'SUBSCRIBE', topics: ['trade.SOL-PERP'] })
    expect(await next()).toMatchObject({ kind: 'snapshot', seq: 0 })
    await publisher.publish('trade.SOL-PERP', { id: 'before' })
    expect(await next()).toMatchObject({ kind: 'delta', seq: 1 })

    await redis.restart({ keepData: false })
    expect(await next()).toMatchObject({ kind: 'snapshot', seq: 1 })
    await vi.waitFor(() => publisher.publish('trade.SOL-PERP', { id: 'after' }), { timeout: 10_000 })
    expect(await next()).toMatchObject({ kind: 'delta', seq: 2, data: { id: 'after' } })

    reader.socket.terminate()
    await served.stop()
    await Promise.all([publisher.close(), bus.close()])
    await redis.stop()
  },
)
