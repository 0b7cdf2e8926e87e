import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accountDto, bookDto, fundingRateDto, marketStateDto, tradeDto } from '#server/exchange/schema.ts'
import { recordEvents } from '#server/indexer/record-events.ts'
import { tradingHistory } from '#server/indexer/testing.ts'
import { upsertHealth } from '#server/ingest/oracle-health-repo.ts'
import { ORACLE_FEEDS, priceDto } from '#server/oracle/index.ts'
import { BUS_RESUMED } from '#server/platform/bus.ts'
import { testDatabase } from '#server/platform/db/testing.ts'
import { AppError } from '#server/platform/errors.ts'
import { pollUntil } from '#server/platform/poll.ts'
import { signedInAs } from '#server/platform/testing-principal.ts'
import { MAX_TOPICS, systemDto } from './schema.ts'
import { startTestApi } from './testing.ts'
import { TRANSPORTS } from './testing-streams.ts'
import { TOPIC_FAMILIES, WALLET } from './topics.ts'

const db = await testDatabase()
const history = tradingHistory({ traders: 2, rounds: 3 })
const [alice, bob] = history.traders.map(({ authority }) => authority.toBase58()) as [string, string]
let api: Awaited<ReturnType<typeof startTestApi>>
/** Moved by hand, so that a sign-in expires when a test says so. */
let ahead = 0
const clock = { now: () => Date.now() + ahead }

beforeAll(async () => {
  await recordEvents(db, history.events, { singletons: history.singletons, nowMs: Date.now() })
  const price = {
    market: 'SOL-PERP',
    feedId: ORACLE_FEEDS[0].feedId,
    price: 143_270_000n,
    confidence: 40_000n,
    emaPrice: 143_000_000n,
    publishedAt: Date.now(),
    source: 'replay',
    quality: 'valid',
    flags: [],
  } as const
  await upsertHealth(db, [{ price, receivedAt: Date.now() }], new Map())
  api = await startTestApi(db, {
    url: db.url,
    clock,
    // A token of these tests names its wallet and its end.
    authenticate: async ({ headers }) => {
      const token = headers.get('authorization')?.slice('Bearer '.length)
      if (token === undefined) return null
      const [authority = '', expiresAt = ''] = token.split('.')
      if (expiresAt === '') throw new AppError('UNAUTHENTICATED', { message: 'the token is forged' })
      return signedInAs({ authority, expiresAt: Number(expiresAt) })
    },
    topics: {
      ...TOPIC_FAMILIES,
      mail: { key: WALLET, kind: 'deltas', snapshotKeptMs: 0, private: true, load: async () => [] },
    },
  })
})
afterAll(() => api.stop())

const tokenOf = (wallet: string, lastsMs = 60_000) => `${wallet}.${clock.now() + lastsMs}`

/** Of a gauge or counter, summed over its labels. */
async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${api.url}/metrics`)).text()
  return [...text.matchAll(new RegExp(`^quantdesk_${name}\\{[^}]*\\} (\\d+)`, 'gm'))].reduce(
    (sum, [, value]) => sum + Number(value),
    0,
  )
}

describe.each(TRANSPORTS)('the stream over %s', (transport, open) => {
  /** Markets of this transport alone keep it apart from the others. */
  const market = (name: string) =>
    `${name}${transport
      .replace(/[^A-Z]/gi, '')
      .slice(0, 4)
      .toUpperCase()}-PERP`

  it('gives a snapshot of every topic in its documented shape', async () => {
    const shapes = {
      'price.SOL-PERP': priceDto,
      'market.SOL-PERP': marketStateDto,
      'book.SOL-PERP': bookDto,
      'trade.SOL-PERP': tradeDto.array(),
      'funding.SOL-PERP': fundingRateDto.array(),
      [`user.${alice}`]: accountDto,
      system: systemDto,
    }
    const reader = open(api.url, Object.keys(shapes))
    const seen = new Set<string>()
    while (seen.size < Object.keys(shapes).length) {
      const { topic, kind, data } = await reader.next()
      if (kind === 'snapshot') expect(shapes[topic]?.parse(data)).toEqual(data)
      seen.add(topic)
    }
    reader.leave()
  })

  it('goes on with deltas, and after a cut with exactly what was missed', async () => {
    const topic = `trade.${market('A')}`
    const reader = open(api.url, [topic])
    expect(await reader.next()).toMatchObject({ topic, seq: 0, kind: 'snapshot', data: [] })
    await api.bus.publish(topic, { id: 'first' })
    const { id, ...message } = await reader.next()
    expect(message).toEqual({ topic, seq: 1, kind: 'delta', data: { id: 'first' } })
    reader.leave()
    await api.bus.publish(topic, { id: 'second' })
    const again = open(api.url, [topic], { after: id })
    expect(await again.next()).toMatchObject({ topic, seq: 2, kind: 'delta', data: { id: 'second' } })
    again.leave()
  })

  it('begins anew when the bus may have lost messages, and after an id nobody knows', async () => {
    const topic = `trade.${market('B')}`
    const reader = open(api.url, [topic], { after: 'deadbeef-7' })
    expect(await reader.next()).toMatchObject({ kind: 'snapshot', seq: 0 })
    await api.bus.publish(topic, { id: 'first' })
    await reader.next()
    await api.bus.publish(BUS_RESUMED, {})
    expect(await reader.next()).toMatchObject({ kind: 'snapshot', seq: 1 })
    reader.leave()
  })

  it.each([
    [
      'a topic that no name can have',
      ['nonsense'],
      400,
      'BAD_INPUT',
      'there is no topic "nonsense": choose from price.',
    ],
    ['a market that is not listed', ['price.NONE-PERP'], 404, 'NOT_FOUND', 'there is no market NONE-PERP: choose one'],
    ['no topic', [], 400, 'BAD_INPUT', 'name at least one topic'],
    [
      'too many topics',
      Array.from({ length: MAX_TOPICS + 1 }, (_, index) => `price.M${index}-PERP`),
      400,
      'BAD_INPUT',
      'at most 32 topics',
    ],
  ])('refuses %s with a typed error', async (_, topics, status, code, words) => {
    const reader = open(api.url, topics)
    await expect(reader.next()).rejects.toMatchObject({
      refusal: { status, code, detail: expect.stringContaining(words) },
    })
    reader.leave()
  })

  it('gives a private topic to its owner alone', async () => {
    const topic = `mail.${alice}`
    const refusal = async (token?: string) => {
      const reader = open(api.url, [topic], token === undefined ? {} : { token })
      const error = await reader.next().catch((thrown: unknown) => thrown)
      reader.leave()
      return error
    }
    expect(await refusal()).toMatchObject({ refusal: { code: 'UNAUTHENTICATED', status: 401 } })
    expect(await refusal(tokenOf(bob))).toMatchObject({ refusal: { code: 'FORBIDDEN', status: 403 } })
    expect(await refusal('forged')).toMatchObject({
      refusal: { code: 'UNAUTHENTICATED', detail: 'the token is forged' },
    })
    expect(await refusal(tokenOf(alice, -1))).toMatchObject({ refusal: { code: 'UNAUTHENTICATED' } })
    const reader = open(api.url, [topic], { token: tokenOf(alice) })
    expect(await reader.next()).toMatchObject({ topic, kind: 'snapshot' })
    reader.leave()
  })

  it('ends a private topic when the sign-in expires, with not one message after', async () => {
    const topic = `mail.${bob}`
    const reader = open(api.url, [topic], { token: tokenOf(bob) })
    await reader.next()
    await api.bus.publish(topic, 'in time')
    expect(await reader.next()).toMatchObject({ data: 'in time' })
    ahead += 60_001
    await api.bus.publish(topic, 'too late')
    await expect(reader.next()).rejects.toMatchObject({ refusal: { code: 'UNAUTHENTICATED' } })
    reader.leave()
  })

  it('keeps a reader that does not read bounded, lets it jump to the present, and holds up nobody else', async () => {
    const [state, deltas] = [`book.${market('C')}`, `trade.${market('C')}`]
    const [slow, quick] = [open(api.url, [state, deltas]), open(api.url, [deltas])]
    await Promise.all([slow.next(), quick.next()])
    const padding = 'x'.repeat(10_000)
    const last = 3_000
    for (let n = 1; n <= last; n++) {
      await api.bus.publish(state, { n, padding })
      await api.bus.publish(deltas, { n, padding })
      expect(await quick.next()).toMatchObject({ kind: 'delta', seq: n })
    }
    let read = 0
    const newest = { [state]: 0, [deltas]: 0 }
    while (newest[state] !== last || newest[deltas] !== last) {
      const { topic, seq } = await slow.next()
      expect(seq).toBeGreaterThanOrEqual(newest[topic] ?? 0)
      newest[topic] = seq
      read += 1
    }
    expect(read).toBeLessThan(last)
    slow.leave()
    quick.leave()
  })

  it('leaves no client, subscription or socket behind after 1 000 that came and went', async () => {
    const round = async () => {
      const readers = Array.from({ length: 50 }, () => open(api.url, ['book.SOL-PERP', 'trade.SOL-PERP']))
      await Promise.all(readers.map((reader) => reader.next()))
      for (const reader of readers) reader.leave()
    }
    const settled = async () => {
      const empty = async () => (await metric('stream_clients')) + (await metric('stream_subscriptions')) === 0
      expect(await pollUntil(empty, { timeoutMs: 15_000 })).toBe(true)
    }
    const sockets = () => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length
    await round()
    await settled()
    const [topics, open1] = [await metric('stream_topics'), sockets()]
    for (let rounds = 1; rounds < 20; rounds++) await round()
    await settled()
    expect(await metric('stream_topics')).toBeLessThanOrEqual(topics)
    expect(await pollUntil(async () => sockets() <= open1, { timeoutMs: 15_000 })).toBe(true)
  })
})

it('the topic system tells every second how the parts are', async () => {
  const [, open] = TRANSPORTS[0]!
  const reader = open(api.url, ['system'])
  const first = systemDto.parse((await reader.next()).data)
  const second = systemDto.parse((await reader.next()).data)
  expect(second).toMatchObject({ database: 'ok', chain: 'down', keeper: 'down' })
  expect(second.at).toBeGreaterThan(first.at)
  reader.leave()
})

it('a caller in the same process reads the procedure without HTTP, and leaves nothing behind', async () => {
  for await (const message of await globalThis.quantdeskCaller!.stream.subscribe({ topics: ['book.SOL-PERP'] })) {
    expect(message).toEqual([
      expect.stringMatching(/-\d+$/),
      expect.objectContaining({ kind: 'snapshot' }),
      expect.anything(),
    ])
    break
  }
  const left = async () => (await metric('stream_subscriptions')) === 0
  expect(await pollUntil(left, { timeoutMs: 15_000 })).toBe(true)
})
