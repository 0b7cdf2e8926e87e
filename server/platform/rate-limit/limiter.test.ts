import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { manualClock, systemClock } from '../clock.ts'
import { testDatabase } from '../db/testing.ts'
import { silentLog as log } from '../log.ts'
import { REDIS_MISSING, redisBinary, startTestRedis, type TestRedis } from '../testing-redis.ts'
import { type Ask, type BucketStore, HOLD_MS, memoryBuckets } from './bucket.ts'
import { createLimiter, type Limiter } from './limiter.ts'
import { postgresBuckets } from './postgres-buckets.ts'
import { redisBuckets } from './redis-buckets.ts'

const db = await testDatabase()
const PROCESS = fileURLToPath(new URL('./testing-process.ts', import.meta.url))
const run = promisify(execFile)

const one = { need: 1, extra: 0, spent: 0 }
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

  it('hands out what is asked for later while there are many, at most a sixteenth, and single tokens when there are few', async () => {
    const key = crypto.randomUUID()
    const policy = { capacity: 1_000, perSecond: STILL }
    expect(await store().take(key, policy, one)).toMatchObject({ granted: 1 })
    expect(await store().take(key, policy, { ...one, extra: 10 })).toMatchObject({ granted: 1 + 10 })
    expect(await store().take(key, policy, { ...one, extra: 500 })).toMatchObject({ granted: 1 + 61 })
    await store().take(key, policy, { ...one, need: 700 })
    expect(await store().take(key, policy, { ...one, extra: 10 })).toMatchObject({ granted: 1 })
  })

  it('gets back what was not spent, and never more than was held', async () => {
    const key = crypto.randomUUID()
    const policy = { capacity: 100, perSecond: STILL }
    const { granted, remaining } = await store().take(key, policy, { ...one, extra: 6 })
    expect(granted).toBe(7)
    await store().giveBack(key, { unspent: 4, spent: 2 })
    await store().giveBack(key, { unspent: 50, spent: 0 })
    const next = await store().take(key, policy, one)
    expect(next.remaining + next.granted).toBeCloseTo(remaining + 4, 6)
  })

  it('does not refill what is held elsewhere, and does what was spent', async () => {
    const key = crypto.randomUUID()
    const policy = { capacity: 100, perSecond: 1e6 }
    const held = async (spent: number) => {
      const { granted, remaining } = await store().take(key, policy, { need: 1, extra: 6, spent })
      return 100 - remaining - granted
    }
    expect(await held(0)).toBe(0)
    expect(await held(0)).toBe(6)
    expect(await held(12)).toBe(0)
    expect(await held(2)).toBe(4)
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

  describe('with a store that is asked', () => {
    const policy = { capacity: 1_000, perSecond: 1_000 / 60 }
    const asked: Ask[] = []
    const back: { unspent: number; spent: number }[] = []
    const store: BucketStore = {
      take: async (_, __, ask) => {
        asked.push(ask)
        return { granted: ask.need + Math.min(ask.extra, 50), remaining: 500 }
      },
      giveBack: async (_, rest) => void back.push(rest),
      close: () => undefined,
    }
    beforeEach(() => {
      asked.length = 0
      back.length = 0
      vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] })
    })
    afterEach(() => void vi.useRealTimers())
    const callFor = async (limiter: Limiter, { perSecond, seconds }: { perSecond: number; seconds: number }) => {
      for (let call = 0; call < perSecond * seconds; call += 1) {
        expect((await limiter.spend('k', policy, 1)).taken).toBe(true)
        await vi.advanceTimersByTimeAsync(1_000 / perSecond)
      }
    }

    it('takes one token for who calls now and then, and has nothing to give back', async () => {
      const limiter = createLimiter({ store, clock: manualClock(), log })
      await callFor(limiter, { perSecond: 1, seconds: 10 })
      expect(asked).toEqual(Array.from({ length: 10 }, () => one))
      expect(back).toEqual([])
    })

    it('asks a tenth as often for who calls often, and tells of every token what became of it', async () => {
      const limiter = createLimiter({ store, clock: manualClock(), log })
      await callFor(limiter, { perSecond: 16, seconds: 30 })
      expect(asked.length + back.length).toBeLessThan(480 / 8)
      await limiter.close()
      const granted = asked.reduce((sum, { need, extra }) => sum + need + Math.min(extra, 50), 0)
      expect(granted - back.reduce((sum, { unspent }) => sum + unspent, 0)).toBe(480)
      const needed = asked.reduce((sum, { need }) => sum + need, 0)
      const told = [...asked, ...back].reduce((sum, { spent }) => sum + spent, 0)
      expect(told).toBeLessThanOrEqual(480 - needed)
      expect(told).toBeGreaterThan((480 - needed) * 0.9)
    })

    it('gives back what it holds before the bucket stops counting it as held', async () => {
      const limiter = createLimiter({ store, clock: manualClock(), log })
      for (let call = 0; call < 6; call += 1) await limiter.spend('k', policy, 1)
      await vi.advanceTimersByTimeAsync(HOLD_MS / 2)
      expect(asked.at(-1)).toEqual({ need: 1, extra: 4, spent: 0 })
      expect(back).toEqual([{ unspent: 3, spent: 1 }])
    })
  })

  it('keeps its own buckets as token buckets', async () => {
    const clock = manualClock()
    const buckets = memoryBuckets(clock.now)
    const policy = { capacity: 2, perSecond: 1 }
    const take = async () => (await buckets.take('k', policy, one)).granted
    expect([await take(), await take(), await take()]).toEqual([1, 1, 0])
    clock.advance(1_000)
    expect([await take(), await take()]).toEqual([1, 0])
    clock.advance(60_000)
    expect([await take(), await take(), await take()]).toEqual([1, 1, 0])
  })
})
