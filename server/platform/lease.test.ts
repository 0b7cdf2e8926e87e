import { sql } from 'kysely'
import { expect, test, vi } from 'vitest'
import { manualClock, systemClock } from './clock.ts'
import { testDatabase } from './db/testing.ts'
import { acquireLease, type Lease, withLease } from './lease.ts'

const db = await testDatabase()
const LONG_MS = 60_000

function held(lease: Lease | undefined): Lease {
  if (lease === undefined) throw new Error('the lease is not held')
  return lease
}

/** Lets a lease run out without waiting for it. */
async function expire(name: string): Promise<void> {
  await db
    .updateTable('app.leases')
    .set({ expires_at: sql<Date>`clock_timestamp()` })
    .where('name', '=', name)
    .execute()
}

test('one of many that ask at once gets it', async () => {
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, i) => acquireLease(db, 'race', `owner-${i}`, LONG_MS, systemClock)),
  )
  expect(answers.filter((lease) => lease !== undefined)).toHaveLength(1)
})

test('a released lease goes to the next holder with a higher fence', async () => {
  const first = held(await acquireLease(db, 'released', 'a', LONG_MS, systemClock))
  expect(await acquireLease(db, 'released', 'b', LONG_MS, systemClock)).toBeUndefined()
  await first.release()
  expect(first.isHeld()).toBe(false)
  const second = held(await acquireLease(db, 'released', 'b', LONG_MS, systemClock))
  expect(second.fence).toBe(first.fence + 1n)
})

test('a holder that slept past the end cannot renew, release or write over the next holder', async () => {
  const paused = held(await acquireLease(db, 'fenced', 'paused', LONG_MS, systemClock))
  await expire('fenced')
  const next = held(await acquireLease(db, 'fenced', 'next', LONG_MS, systemClock))

  await expect(paused.renew()).rejects.toThrow(/lease fenced .* is lost/)
  await expect(db.transaction().execute((trx) => paused.assertHeld(trx))).rejects.toThrow(/is lost/)
  await paused.release()
  await next.renew()
  await db.transaction().execute((trx) => next.assertHeld(trx))
  expect(next.isHeld()).toBe(true)
})

test('the next holder waits for a fenced write that began in time', async () => {
  const first = held(await acquireLease(db, 'ordered', 'a', LONG_MS, systemClock))
  await expire('ordered')
  const order: string[] = []
  let takeover: Promise<unknown> = Promise.resolve()
  await db.transaction().execute(async (trx) => {
    await first.assertHeld(trx)
    takeover = acquireLease(db, 'ordered', 'b', LONG_MS, systemClock).then(() => order.push('takeover'))
    await vi.waitFor(async () => expect(await waitingForLock()).toBe(true))
    order.push('fenced write')
  })
  await takeover
  expect(order).toEqual(['fenced write', 'takeover'])
})

async function waitingForLock(): Promise<boolean> {
  const { rows } = await sql<{ waiting: boolean }>`
    select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock') as waiting
  `.execute(db)
  return rows[0]?.waiting ?? false
}

test('a holder whose own clock has passed the end stops by itself, without asking', async () => {
  const clock = manualClock(1_000)
  const lease = held(await acquireLease(db, 'clock', 'a', 500, clock))
  clock.advance(499)
  expect(lease.isHeld()).toBe(true)
  clock.advance(1)
  expect(lease.isHeld()).toBe(false)
})

test('withLease renews while the work runs and gives the lease back', async () => {
  const controller = new AbortController()
  const options = { name: 'renewed', ttlMs: 150, clock: systemClock, signal: controller.signal }
  let renewals = 0
  await withLease(db, { ...options, ownerId: 'a' }, async (lease, signal) => {
    const first = await expiry('renewed')
    await vi.waitFor(async () => expect(await expiry('renewed')).toBeGreaterThan(first + 150), { timeout: 5_000 })
    renewals += 1
    expect(lease.isHeld()).toBe(true)
    expect(signal.aborted).toBe(false)
  })
  expect(renewals).toBe(1)
  expect(await acquireLease(db, 'renewed', 'b', LONG_MS, systemClock)).toBeDefined()
})

test('withLease aborts its work when the lease is taken away', async () => {
  const options = { name: 'lost', ownerId: 'a', ttlMs: 90, clock: systemClock, signal: new AbortController().signal }
  const reason = await withLease(db, options, async (_lease, signal) => {
    await db.updateTable('app.leases').set({ fence: sql`fence + 1` }).where('name', '=', 'lost').execute()
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    return signal.reason
  })
  expect(String(reason)).toMatch(/lease lost .* is lost/)
})

test('withLease goes on past the end of a lease that nobody took, where it may, and stops once somebody has', async () => {
  const options = {
    name: 'outlived',
    ownerId: 'a',
    ttlMs: 90,
    clock: systemClock,
    signal: new AbortController().signal,
  }
  const away = new Proxy(db, {
    get: (target, key) => {
      if (key === 'updateTable' && isAway) throw new Error('the database is away')
      const value: unknown = Reflect.get(target, key, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  let isAway = true
  const seen: boolean[] = []
  await withLease(away, { ...options, goesOn: true }, async (lease, signal) => {
    await vi.waitFor(() => expect(lease.isHeld()).toBe(false))
    seen.push(signal.aborted)
    isAway = false
    await vi.waitFor(() => expect(lease.isHeld()).toBe(true))
    isAway = true
    await expire('outlived')
    held(await acquireLease(db, 'outlived', 'b', LONG_MS, systemClock))
    isAway = false
    await vi.waitFor(() => expect(signal.aborted).toBe(true))
  })
  expect(seen).toEqual([false])
})

test('withLease stops waiting when it is told to', async () => {
  await acquireLease(db, 'waiting', 'a', LONG_MS, systemClock)
  const controller = new AbortController()
  const work = vi.fn()
  const waiting = withLease(
    db,
    { name: 'waiting', ownerId: 'b', ttlMs: LONG_MS, clock: systemClock, signal: controller.signal },
    work,
  )
  controller.abort()
  expect(await waiting).toBeUndefined()
  expect(work).not.toHaveBeenCalled()
})

async function expiry(name: string): Promise<number> {
  const row = await db.selectFrom('app.leases').select('expires_at').where('name', '=', name).executeTakeFirstOrThrow()
  return row.expires_at.getTime()
}
