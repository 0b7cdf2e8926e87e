import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accountDto, bookDto, marketStateDto, tradeDto } from '#server/exchange/schema.ts'
import { recordEvents } from '#server/indexer/record-events.ts'
import { tradingHistory } from '#server/indexer/testing.ts'
import { testDatabase } from '#server/platform/db/testing.ts'
import { pollUntil } from '#server/platform/poll.ts'
import { systemDto } from './schema.ts'
import { readServerSentEvents, type ServerSentEvent } from './sse-client.ts'
import { startTestApi } from './testing.ts'

const db = await testDatabase()
const history = tradingHistory({ traders: 1, rounds: 3 })
const authority = history.traders[0]?.authority.toBase58() ?? ''
let api: Awaited<ReturnType<typeof startTestApi>>
const metric = async () =>
  /quantdesk_stream_clients\{[^}]*\} (\d+)/.exec(await (await fetch(`${api.url}/metrics`)).text())?.[1]

beforeAll(async () => {
  await recordEvents(db, history.events, { singletons: history.singletons, nowMs: Date.now() })
  api = await startTestApi(db, db)
})
afterAll(() => api.stop())

type Wire = (topics: string[], after?: string) => { url: string; headers: Record<string, string> }
const plain: Wire = (topics, after) => ({
  url: `${api.url}/api/stream?topics=${topics.join(',')}`,
  headers: after === undefined ? {} : { 'last-event-id': after },
})
const trpc: Wire = (topics, after) => ({
  url: `${api.url}/api/trpc/stream.subscribe?input=${encodeURIComponent(JSON.stringify({ topics, lastEventId: after }))}`,
  headers: { accept: 'text/event-stream' },
})

function connect(wire: Wire, topics: string[], after?: string) {
  const gone = new AbortController()
  const { url, headers } = wire(topics, after)
  const events = fetch(url, { headers, signal: gone.signal }).then(async (response) => {
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    expect(response.headers.get('x-accel-buffering')).toBe('no')
    return readServerSentEvents(response)
  })
  return {
    next: async (): Promise<
      ServerSentEvent & { message: { topic: string; seq: number; kind: string; data: unknown } }
    > => {
      for (;;) {
        const { value, done } = await (await events).next()
        if (done || value === undefined) throw new Error('the stream has ended')
        // tRPC opens with an event of its own.
        if (value.id !== undefined || value.event === 'error') return { ...value, message: JSON.parse(value.data) }
      }
    },
    leave: () => gone.abort(),
  }
}

describe.each([
  ['server-sent events', plain],
  ['tRPC', trpc],
] as const)('the stream over %s', (_, wire) => {
  it('gives a snapshot of every topic in its documented shape', async () => {
    const shapes = {
      'market.SOL-PERP': marketStateDto,
      'book.SOL-PERP': bookDto,
      'trade.SOL-PERP': tradeDto.array(),
      [`user.${authority}`]: accountDto,
      system: systemDto,
    }
    const client = connect(wire, Object.keys(shapes))
    const seen = new Set<string>()
    while (seen.size < Object.keys(shapes).length) {
      const { message } = await client.next()
      const shape = shapes[message.topic]
      if (message.kind === 'snapshot') expect(shape?.parse(message.data)).toEqual(message.data)
      seen.add(message.topic)
    }
    client.leave()
  })

  it('goes on with deltas, and after a cut with exactly what was missed', async () => {
    const topic = wire === plain ? 'trade.AAA-PERP' : 'trade.BBB-PERP'
    const client = connect(wire, [topic])
    expect((await client.next()).message).toEqual({ topic, seq: 0, kind: 'snapshot', data: [] })
    await api.bus.publish(topic, { id: 'first' })
    const { id, message } = await client.next()
    expect(message).toEqual({ topic, seq: 1, kind: 'delta', data: { id: 'first' } })
    client.leave()
    await api.bus.publish(topic, { id: 'second' })
    const again = connect(wire, [topic], id)
    expect((await again.next()).message).toEqual({ topic, seq: 2, kind: 'delta', data: { id: 'second' } })
    again.leave()
  })

  it('leaves nothing behind after 200 clients that came and went', async () => {
    for (let round = 0; round < 10; round++) {
      const clients = Array.from({ length: 20 }, () => connect(wire, ['system', 'book.SOL-PERP']))
      await Promise.all(clients.map((client) => client.next()))
      for (const client of clients) client.leave()
    }
    expect(await pollUntil(async () => (await metric()) === '0', { timeoutMs: 15_000 })).toBe(true)
  })

  it('keeps a reader that does not read bounded, and lets it jump to the present', async () => {
    const topic = wire === plain ? 'book.CCC-PERP' : 'book.DDD-PERP'
    const reader = connect(wire, [topic, 'system'])
    await reader.next()
    const padding = 'x'.repeat(10_000)
    for (let n = 1; n <= 3_000; n++) await api.bus.publish(topic, { n, padding })
    let last = { n: 0 }
    let read = 0
    while (last.n < 3_000) {
      const { message } = await reader.next()
      if (message.topic !== topic) continue
      last = message.data as { n: number }
      read += 1
    }
    expect(read).toBeLessThan(3_000)
    reader.leave()
  })
})

it('a market that does not exist ends the stream with a problem', async () => {
  const client = connect(plain, ['price.NONE-PERP'])
  const { event, data } = await client.next()
  expect(event).toBe('error')
  expect(JSON.parse(data)).toMatchObject({
    status: 404,
    detail: 'there is no market NONE-PERP: choose one of SOL-PERP',
  })
})

it('the topic system tells every second how the parts are', async () => {
  const client = connect(plain, ['system'])
  const first = systemDto.parse((await client.next()).message.data)
  const second = systemDto.parse((await client.next()).message.data)
  expect(second).toMatchObject({ database: 'ok', chain: 'down', keeper: 'down' })
  expect(second.at).toBeGreaterThan(first.at)
  client.leave()
})
