import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { manualClock, systemClock } from '../clock.ts'
import { testDatabase } from '../db/testing.ts'
import { silentLog as log } from '../log.ts'
import { REDIS_MISSING, redisBinary, startTestRedis, type TestRedis } from '../testing-redis.ts'
import { type BucketStore, HOLD_MS, memoryBuckets } from './bucket.ts'
import { createLimiter } from './limiter.ts'
import { postgresBuckets } from './postgres-buckets.ts'
import { redisBuckets } from './redis-buckets.ts'

const db = await testDatabase()
const PROCESS = fileURLToPath(new URL('./testing-process.ts', import.meta.url))
const run = promisify(execFile)

/** Refills nothing while a test runs. */
const STILL = 1e-9

async function processes(
  url: string,
  capacity: number,
  perSecond: number,
): Promise<{ accepted: number; tookMs: number }> {
  const key = crypto.randomUUID()
  const args = [PROCESS, url, key, capacity, perSecond, 25].map(String)
  const outputs = await Promise.all([run(process.execPath, args), run(process.execPath, args)])
  const counts = outputs.map(({ stdout }) => JSON.parse(stdout))
  return {
    accepted: counts.reduce((sum, { accepted }) => sum + accepted, 0),
    tookMs: Math.max(...counts.map(({ tookMs }) => tookMs)),
  }
}

/** The same rules for each store. */
function storeContract(store: () => BucketStore, url: () => string) {
  it.each([100, 1_000])('lets exactly %i calls through over two processes with 50 clients', async (capacity) => {
    expect(await processes(url(), capacity, STILL)).toMatchObject({ accepted: capacity })
  })

  it('grows by what passes, and by no more', async () => {
    const key = crypto.randomUUID()
    const policy = { capacity: 10, perSecond: 20 }
    const limiter = createLimiter({ store: store(), clock: systemClock, log })
    const startedAt = performance.now()
    let accepted = 0
    while (performance.now() - startedAt < 500) if ((await limiter.spend(key, policy, 1)).taken) accepted += 1
    const most = 10 + (20 * (performance.now() - startedAt)) / 1_000
    expect(accepted).toBeGreaterThan(most - 3)
    expect(accepted).toBeLessThanOrEqual(most)
    await limiter.close()
  })

  it('hands out blocks while there are many and single tokens when there are few', async () => {
    const key = crypto.randomUUID()
    const policy = { capacity: 1_000, perSecond: STILL }
    expect(await store().take(key, policy, 1)).toMatchObject({ granted: 1 + 62 })
    await store().take(key, policy, 700)
    expect(await store().take(key, policy, 1)).toMatchObject({ granted: 1 })
  })

  it('gets back what was not spent, and never more than was held', async () => {
    const key = crypto.randomUUID()
    const policy = { capacity: 100, perSecond: STILL }
    const { granted, remaining } = await store().take(key, policy, 1)
    await store().giveBack(key, granted - 1)
    await store().giveBack(key, 50)
    const next = await store().take(key, policy, 1)
    expect(next.remaining + next.granted).toBeCloseTo(remaining + granted - 1, 6)
  })

  it('does not refill what is held elsewhere', async () => {
    const key = crypto.randomUUID()
    const policy = { capacity: 100, perSecond: 1e6 }
    const first = await store().take(key, policy, 1)
    const second = await store().take(key, policy, 1)
    expect(second.remaining + second.granted).toBeLessThanOrEqual(100 - (first.granted - 1))
  })

  it('refuses a call that weighs more than is left, and tells when it is worth trying again', async () => {
    const limiter = createLimiter({ store: store(), clock: systemClock, log })
    const policy = { capacity: 10, perSecond: 0.5 }
    const key = crypto.randomUUID()
    expect(await limiter.spend(key, policy, 9)).toMatchObject({ taken: true })
    const refused = await limiter.spend(key, policy, 5)
    expect(refused.taken).toBe(false)
    expect(refused.retryAfterS).toBeGreaterThanOrEqual(7)
    expect(refused.retryAfterS).toBeLessThanOrEqual(8)
    await limiter.close()
  })
}

describe('limits over PostgreSQL', () => {
  storeContract(
    () => postgresBuckets(db),
    () => db.url,
  )
})

describe.skipIf(redisBinary === undefined)(`limits over Redis${REDIS_MISSING}`, () => {
  let redis: TestRedis
  let store: BucketStore
  beforeAll(async () => {
    redis = await startTestRedis()
    store = redisBuckets(redis.url, log)
  })
  afterAll(async () => {
    store.close()
    await redis.stop()
  })
  storeContract(
    () => store,
    () => redis.url,
  )
})

describe('a process of its own', () => {
  const broken: BucketStore = {
    take: () => Promise.reject(new Error('the store is away')),
    giveBack: () => Promise.reject(new Error('the store is away')),
    close: () => undefined,
  }

  it('goes on counting by itself while the store is away', async () => {
    const limiter = createLimiter({ store: broken, clock: manualClock(), log })
    const policy = { capacity: 3, perSecond: 1 }
    const taken = []
    for (let call = 0; call < 5; call += 1) taken.push((await limiter.spend('k', policy, 1)).taken)
    expect(taken).toEqual([true, true, true, false, false])
  })

  it('gives back what it holds before the bucket stops counting it as held', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] })
    try {
      const back: number[] = []
      const store: BucketStore = {
        take: async () => ({ granted: 10, remaining: 90 }),
        giveBack: async (_, tokens) => void back.push(tokens),
        close: () => undefined,
      }
      const limiter = createLimiter({ store, clock: manualClock(), log })
      await limiter.spend('k', { capacity: 100, perSecond: 1 }, 1)
      await limiter.spend('k', { capacity: 100, perSecond: 1 }, 1)
      await vi.advanceTimersByTimeAsync(HOLD_MS / 5)
      expect(back).toEqual([8])
    } finally {
      vi.useRealTimers()
    }
  })

  it('keeps its own buckets as token buckets', async () => {
    const clock = manualClock()
    const buckets = memoryBuckets(clock.now)
    const policy = { capacity: 2, perSecond: 1 }
    const take = async () => (await buckets.take('k', policy, 1)).granted
    expect([await take(), await take(), await take()]).toEqual([1, 1, 0])
    clock.advance(1_000)
    expect([await take(), await take()]).toEqual([1, 0])
    clock.advance(60_000)
    expect([await take(), await take(), await take()]).toEqual([1, 1, 0])
  })
})
