import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { manualClock, systemClock } from './clock.ts'
import { testDatabase } from './db/testing.ts'
import { fencedDb } from './fenced-db.ts'
import { acquireLease, type Lease } from './lease.ts'

const db = await testDatabase()
const LONG_MS = 60_000

async function held(name: string, ownerId: string, clock = systemClock, ttlMs = LONG_MS): Promise<Lease> {
  const lease = await acquireLease(db, name, ownerId, ttlMs, clock)
  if (lease === undefined) throw new Error('the lease is not held')
  return lease
}
const expire = (name: string) =>
  db.updateTable('app.leases').set({ expires_at: sql<Date>`clock_timestamp()` }).where('name', '=', name).execute()
const event = (kind: string) => ({ source: 'test', kind, level: 'info', message: kind, details: '{}' }) as const
const kinds = async () => (await db.selectFrom('app.system_events').select('kind').execute()).map(({ kind }) => kind)

test('a leader reads, writes and begins transactions of any kind', async () => {
  const fenced = fencedDb(db, await held('works', 'a'))
  await fenced.insertInto('app.system_events').values(event('single')).execute()
  await fenced.transaction().execute((trx) => trx.insertInto('app.system_events').values(event('in one')).execute())
  const count = await fenced
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute((trx) => sql<{ n: bigint }>`select count(*) n from app.system_events`.execute(trx))
  expect(count.rows[0]?.n).toBe(2n)
  expect(await kinds()).toEqual(['single', 'in one'])
})

test('once another leads, a transaction of the one before writes nothing, whatever its clock says', async () => {
  const before = await held('taken', 'a')
  const fenced = fencedDb(db, before)
  await expire('taken')
  const next = await held('taken', 'b')
  expect([before.isHeld(), next.fence]).toEqual([true, before.fence + 1n])
  const write = fenced
    .transaction()
    .execute((trx) => trx.insertInto('app.system_events').values(event('late')).execute())
  await expect(write).rejects.toThrow(/lease taken .* is lost/)
  expect(await kinds()).not.toContain('late')
  await fencedDb(db, next)
    .transaction()
    .execute((trx) => trx.insertInto('app.system_events').values(event('next')).execute())
  expect(await kinds()).toContain('next')
})

test('a leader that slept past the end of its lease writes nothing more', async () => {
  const clock = manualClock(1_000)
  const fenced = fencedDb(db, await held('slept', 'a', clock, 500))
  clock.advance(500)
  const single = fenced.insertInto('app.system_events').values(event('asleep')).execute()
  await expect(single).rejects.toMatchObject({ code: 'CONFLICT' })
  expect(await kinds()).not.toContain('asleep')
})
