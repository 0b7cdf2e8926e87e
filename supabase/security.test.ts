import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { testDatabase } from '../server/platform/db/testing.ts'

const db = await testDatabase()

async function names(query: ReturnType<typeof sql<{ name: string }>>): Promise<string[]> {
  return (await query.execute(db)).rows.map(({ name }) => name)
}

test('every table in public has row level security', async () => {
  const open = await names(sql`
    select c.relname as name from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'f') and not c.relrowsecurity`)
  expect(open).toEqual([])
})

test('no partition is in public: it would not inherit the row security of its parent', async () => {
  const partitions = await names(sql`
    select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relispartition`)
  expect(partitions).toEqual([])
})

test('every table in public has a policy, or nobody could read what is meant to be read', async () => {
  const unread = await names(sql`
    select c.relname as name from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
      and not exists (select from pg_policy where polrelid = c.oid)`)
  expect(unread).toEqual([])
})

test('every view in public runs with the rights of its reader', async () => {
  const views = await names(sql`
    select c.relname as name from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'v'
      and not coalesce('security_invoker=true' = any (c.reloptions) or 'security_invoker=on' = any (c.reloptions), false)`)
  expect(views).toEqual([])
})

test('no SECURITY DEFINER function without a fixed search_path', async () => {
  const functions = await names(sql`
    select p.oid::regprocedure::text as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname in ('public', 'app', 'chain', 'parts', 'auth') and p.prosecdef
      and not exists (select from unnest(p.proconfig) as setting where setting like 'search_path=%')`)
  expect(functions).toEqual([])
})

test('claims of the request are what auth.uid() and auth.jwt() answer, and none is no user', async () => {
  const user = crypto.randomUUID()
  const asked = sql<{ uid: string | null; role: string | null }>`select auth.uid() as uid, auth.role() as role`
  await db.transaction().execute(async (trx) => {
    expect((await asked.execute(trx)).rows).toEqual([{ uid: null, role: null }])
    await sql`select set_config('request.jwt.claims', ${JSON.stringify({ sub: user, role: 'authenticated' })}, true)`.execute(
      trx,
    )
    expect((await asked.execute(trx)).rows).toEqual([{ uid: user, role: 'authenticated' }])
  })
})

test('app.uuid_v7() is version 7, unique, and sorts by time', async () => {
  const { rows } = await sql<{ id: string }>`select app.uuid_v7() as id from generate_series(1, 500)`.execute(db)
  const ids = rows.map(({ id }) => id)
  expect(new Set(ids).size).toBe(500)
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  const millis = ids.map((id) => Number.parseInt(id.replace('-', '').slice(0, 12), 16))
  expect(Math.abs((millis[0] ?? 0) - Date.now())).toBeLessThan(60_000)
  expect(millis).toEqual(millis.toSorted((a, b) => a - b))
})
