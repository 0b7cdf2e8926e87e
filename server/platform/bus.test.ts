import pg from 'pg'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { openProxy } from '../../tests/chaos/proxy.ts'
import { BUS_RESUMED, type Bus, memoryBus } from './bus.ts'
import { testDatabase } from './db/testing.ts'
import { silentLog as log } from './log.ts'
import { notifyBus } from './notify-bus.ts'
import { redisBus } from './redis-bus.ts'
import { REDIS_MISSING, redisBinary, startTestRedis } from './testing-redis.ts'

const db = await testDatabase()
const redis = redisBinary === undefined ? undefined : await startTestRedis()
const redisUrl = redis?.url ?? ''

/** What each implementation must do; `pair` is the publisher's and the subscriber's end, which may be two processes. */
const implementations: [name: string, skipped: string, pair: () => Promise<[Bus, Bus]>][] = [
  [
    'memory',
    '',
    async () => {
      const bus = memoryBus(() => {})
      return [bus, bus]
    },
  ],
  ['notify', '', async () => [await notifyBus({ url: db.url, log }), await notifyBus({ url: db.url, log })]],
  [
    'redis',
    REDIS_MISSING,
    async () => [await redisBus({ url: redisUrl, log }), await redisBus({ url: redisUrl, log })],
  ],
]

const open: Bus[] = []
afterAll(async () => {
  await Promise.all(open.map((bus) => bus.close()))
  await redis?.stop()
})

describe.each(implementations)('%s bus%s', (_name, skipped, pair) => {
  async function ends(): Promise<[Bus, Bus]> {
    const buses = await pair()
    open.push(...buses)
    return buses
  }
  /** Topics of their own keep tests that share one database apart. */
  const topicRoot = () => crypto.randomUUID()

  test.skipIf(skipped !== '')(
    'delivers JSON values in order to exact and prefix subscribers, and to nobody else',
    async () => {
      const [publisher, subscriber] = await ends()
      const root = topicRoot()
      const exact: unknown[] = []
      const prefix: unknown[] = []
      const other = vi.fn()
      subscriber.subscribe(`${root}.price.SOL-PERP`, (message) => exact.push(message))
      subscriber.subscribe(`${root}.price.*`, (message, topic) => prefix.push([topic, message]))
      subscriber.subscribe(`${root}.trade.*`, other)
      await publisher.publish(`${root}.price.SOL-PERP`, { price: '143.27' })
      await publisher.publish(`${root}.price.BTC-PERP`, { price: '1' })
      await publisher.publish(`${root}.price.SOL-PERP`, 'two\nlines')
      await publisher.publish(`${root}.price.SOL-PERP`, null)
      await vi.waitFor(() => expect(exact).toHaveLength(3))
      expect(exact).toEqual([{ price: '143.27' }, 'two\nlines', null])
      expect(prefix).toEqual([
        [`${root}.price.SOL-PERP`, { price: '143.27' }],
        [`${root}.price.BTC-PERP`, { price: '1' }],
        [`${root}.price.SOL-PERP`, 'two\nlines'],
        [`${root}.price.SOL-PERP`, null],
      ])
      expect(other).not.toHaveBeenCalled()
    },
  )

  test.skipIf(skipped !== '')(
    'keeps order and loses nothing among many messages, equal ones and ones above 8 kB',
    async () => {
      const [publisher, subscriber] = await ends()
      const topic = topicRoot()
      const sent = Array.from({ length: 200 }, (_, i) =>
        i % 20 === 0 ? `${i}${'ü'.repeat(20_000)}` : i % 7 === 0 ? 'same' : i,
      )
      const got: unknown[] = []
      subscriber.subscribe(topic, (message) => got.push(message))
      await Promise.all(sent.map((message) => publisher.publish(topic, message)))
      await vi.waitFor(() => expect(got).toHaveLength(sent.length), { timeout: 5_000 })
      expect(got).toEqual(sent)
    },
  )

  test.skipIf(skipped !== '')('delivers a copy, also to the publisher itself', async () => {
    const [publisher] = await ends()
    const topic = topicRoot()
    const got: unknown[] = []
    publisher.subscribe(topic, (message) => got.push(message))
    const message = { levels: [1] }
    await publisher.publish(topic, message)
    message.levels.push(2)
    await vi.waitFor(() => expect(got).toEqual([{ levels: [1] }]))
  })

  test.skipIf(skipped !== '')('a subscriber that fails or leaves does not touch the others', async () => {
    const [publisher, subscriber] = await ends()
    const topic = topicRoot()
    const left = vi.fn()
    const got: unknown[] = []
    subscriber.subscribe(topic, () => {
      throw new Error('this subscriber is broken')
    })
    const leave = subscriber.subscribe(topic, left)
    subscriber.subscribe(topic, (message) => got.push(message))
    leave()
    leave()
    await publisher.publish(topic, 1)
    await vi.waitFor(() => expect(got).toEqual([1]))
    expect(left).not.toHaveBeenCalled()
  })

  test.skipIf(skipped !== '')(
    'refuses what JSON cannot carry, a star inside a pattern, and work after close',
    async () => {
      const [publisher, subscriber] = await ends()
      await expect(publisher.publish('a', 1n)).rejects.toThrow(TypeError)
      await expect(publisher.publish('a', undefined)).rejects.toThrow(/JSON value/)
      expect(() => subscriber.subscribe('a.*.b', () => {})).toThrow(/only at its end/)
      await publisher.close()
      await expect(publisher.publish('a', 1)).rejects.toThrow(/closed/)
    },
  )
})

test('the notify bus listens again after its connection was cut, and tells its subscribers that messages are missing', async () => {
  const bus = await notifyBus({ url: db.url, log })
  open.push(bus)
  const topic = crypto.randomUUID()
  const resumed = vi.fn()
  const got: unknown[] = []
  bus.subscribe(BUS_RESUMED, resumed)
  bus.subscribe(topic, (message) => got.push(message))

  const admin = new pg.Client({ connectionString: db.url })
  await admin.connect()
  await admin.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'quantdesk bus%' and datname = current_database()",
  )
  await admin.end()

  await vi.waitFor(() => expect(resumed).toHaveBeenCalled(), { timeout: 5_000 })
  await bus.publish(topic, 'after')
  await vi.waitFor(() => expect(got).toEqual(['after']))
})

test('the notify bus notices a server that vanished without a word, and hears again when it is back', {
  timeout: 60_000,
}, async () => {
  const server = new URL(db.url)
  const proxy = await openProxy(Number(server.port))
  server.port = String(proxy.port)
  const bus = await notifyBus({ url: server.href, log, pingEveryMs: 50, answerWithinMs: 2_000 })
  open.push(bus)
  const topic = crypto.randomUUID()
  const got: unknown[] = []
  const resumed = vi.fn()
  bus.subscribe(BUS_RESUMED, resumed)
  bus.subscribe(topic, (message) => got.push(message))

  proxy.set({ blackhole: true })
  await expect(bus.publish(topic, 'lost')).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
  proxy.set()
  await vi.waitFor(() => expect(resumed).toHaveBeenCalled(), { timeout: 40_000 })
  await bus.publish(topic, 'after')
  await vi.waitFor(() => expect(got).toContain('after'))
  await bus.close()
  await proxy.close()
})
