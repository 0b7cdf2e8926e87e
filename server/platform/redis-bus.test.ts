import { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { BUS_RESUMED, type Bus } from './bus.ts'
import { silentLog as log } from './log.ts'
import { redisBus } from './redis-bus.ts'
import { REDIS_MISSING, redisBinary, startTestRedis, type TestRedis } from './testing-redis.ts'

const PATIENCE = { timeout: 10_000 }

describe.skipIf(redisBinary === undefined)(`the redis bus when its server fails${REDIS_MISSING}`, () => {
  let redis: TestRedis
  let [publisher, subscriber]: [Bus, Bus] = [undefined!, undefined!]
  const resumed = vi.fn()
  let got: unknown[]

  beforeEach(async () => {
    redis = await startTestRedis()
    publisher = await redisBus({ url: redis.url, log })
    subscriber = await redisBus({ url: redis.url, log })
    resumed.mockClear()
    got = []
    subscriber.subscribe(BUS_RESUMED, resumed)
    subscriber.subscribe('trade.*', (message) => got.push(message))
  })
  afterEach(async () => {
    await Promise.all([publisher.close(), subscriber.close()])
    await redis.stop()
  })

  /** Publishes again and again until the server takes it. */
  async function publish(message: unknown): Promise<void> {
    await vi.waitFor(() => publisher.publish('trade.SOL-PERP', message), PATIENCE)
  }

  /** As another publisher would, in one transaction, so that the reader cannot come between. */
  async function addRaw({ id, skipped, body }: { id: string; skipped: number; body: number }): Promise<void> {
    const admin = new Redis(redis.url)
    const script = `local n = redis.call('INCRBY', KEYS[2], ARGV[2] + 1)
      redis.call('XADD', KEYS[1], ARGV[1], 'n', n, 't', 'trade.X', 'b', ARGV[3])`
    await admin.eval(script, 2, '{quantdesk}:bus', '{quantdesk}:bus:count', id, skipped, body)
    admin.disconnect()
  }

  test('a cut connection loses nothing, and its subscribers are told that something may be missing', async () => {
    await publish(1)
    await vi.waitFor(() => expect(got).toEqual([1]))
    await redis.cutConnections()
    for (const message of [2, 3, 4]) await publish(message)
    await vi.waitFor(() => expect(got).toEqual([1, 2, 3, 4]), PATIENCE)
    expect(resumed).toHaveBeenCalled()
  })

  test('a server that comes back with its data goes on where it was', async () => {
    await publish(1)
    await vi.waitFor(() => expect(got).toEqual([1]))
    await redis.restart({ keepData: true })
    await publish(2)
    await vi.waitFor(() => expect(got).toEqual([1, 2]), PATIENCE)
    expect(resumed).toHaveBeenCalled()
  })

  test('a server that comes back empty is noticed even when nobody publishes, and new messages arrive', async () => {
    await publish(1)
    await vi.waitFor(() => expect(got).toEqual([1]))
    await redis.restart({ keepData: false })
    await vi.waitFor(() => expect(resumed).toHaveBeenCalled(), PATIENCE)
    await publish(2)
    await vi.waitFor(() => expect(got).toEqual([1, 2]), PATIENCE)
  })

  test('a server whose clock is behind that of the one before it is read from its beginning', async () => {
    await publish(1)
    await addRaw({ id: '9999999999999-0', skipped: 0, body: 2 })
    await vi.waitFor(() => expect(got).toEqual([1, 2]))
    await redis.restart({ keepData: false })
    await vi.waitFor(() => expect(resumed).toHaveBeenCalled(), PATIENCE)
    await publish(3)
    await vi.waitFor(() => expect(got).toEqual([1, 2, 3]), PATIENCE)
  })

  test('messages that are trimmed before a reader came to them are told as missing', async () => {
    await publish(1)
    await vi.waitFor(() => expect(got).toEqual([1]))
    await addRaw({ id: '*', skipped: 2, body: 4 })
    await vi.waitFor(() => expect(got).toEqual([1, 4]), PATIENCE)
    expect(resumed).toHaveBeenCalledTimes(1)
  })

  test('however much is published, the server keeps only the newest', async () => {
    await Promise.all(Array.from({ length: 6_000 }, (_, n) => publisher.publish('trade.SOL-PERP', n)))
    const admin = new Redis(redis.url)
    // Trimmed in whole nodes of 100 entries.
    expect(await admin.xlen('{quantdesk}:bus')).toBeLessThan(4_096 + 100)
    admin.disconnect()
    await vi.waitFor(() => expect(got.at(-1)).toBe(5_999), PATIENCE)
  })

  test('while the server is away a publish is refused in a sentence, and the bus can be closed', async () => {
    await redis.stop()
    await expect(publisher.publish('trade.SOL-PERP', 1)).rejects.toMatchObject({
      code: 'UPSTREAM',
      message: expect.stringMatching(/^The bus could not publish: the Redis at 127\.0\.0\.1:\d+ does not answer$/),
    })
  })
})

test('a server that does not answer at the start is named, without its password', async () => {
  await expect(redisBus({ url: 'redis://user:secret@127.0.0.1:1/0', log })).rejects.toMatchObject({
    code: 'UPSTREAM',
    message: expect.stringMatching(
      /^The bus cannot use the Redis at 127\.0\.0\.1:1: connect ECONNREFUSED 127\.0\.0\.1:1\. Check REDIS_URL(?!.*secret)/,
    ),
  })
})
