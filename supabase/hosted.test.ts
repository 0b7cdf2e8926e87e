import { readFile } from 'node:fs/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrate } from '../server/platform/db/migrate.ts'
import { emptyTestDatabase } from '../server/platform/db/testing.ts'
import { silentLog as log } from '../server/platform/log.ts'

/**
 * A hosted Supabase project as the migrations meet it: `auth` and the roles are there, the owner is no superuser, new
 * tables of `public` are granted to everybody by default, and the publication of Realtime exists.
 */
const owner = `owner_${crypto.randomUUID().slice(0, 8)}`
const url = await emptyTestDatabase()
const root = new pg.Client({ connectionString: url })
await root.connect()
let project: pg.Client

beforeAll(async () => {
  await root.query(await readFile(new URL('./bootstrap.sql', import.meta.url), 'utf8'))
  const database = new URL(url).pathname.slice(1)
  await root.query(`
    create role ${owner} login password 'hosted' nosuperuser createrole bypassrls;
    grant anon, authenticated, service_role to ${owner} with admin option;
    alter database ${database} owner to ${owner};
    alter schema public owner to ${owner};
    alter default privileges for role ${owner} in schema public
      grant all on tables to anon, authenticated, service_role;
    alter default privileges for role ${owner} in schema public
      grant all on functions to anon, authenticated, service_role;
    create publication supabase_realtime;
    alter publication supabase_realtime owner to ${owner};`)
  const hosted = new URL(url)
  hosted.username = owner
  hosted.password = 'hosted'
  await migrate({ url: hosted.href, log })
  project = new pg.Client({ connectionString: hosted.href })
  await project.connect()
})
afterAll(async () => {
  await project?.end()
  await root.end()
})

async function names(text: string): Promise<string[]> {
  const { rows } = await project.query<{ name: string }>(text)
  return rows.map(({ name }) => name)
}

test('a table is closed until its migration grants it, whatever the project grants by default', async () => {
  await project.query('create table public.later (id bigint primary key)')
  const open = await names(`
    select format('%s %s %s', r, privilege, c.relname) as name
    from pg_class c, unnest(array['anon', 'authenticated']) r,
      unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) privilege
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v')
      and has_table_privilege(r, c.oid, privilege) and privilege <> 'SELECT'`)
  expect(open).toEqual(['authenticated DELETE alert_rules'])
  expect(await names(`select 'open' as name where has_table_privilege('anon', 'public.later', 'SELECT')`)).toEqual([])
  await project.query('drop table public.later')
})

test('what supabase-js reads is there for the role of its request, through row security', async () => {
  const read = async (role: string, claims: object, text: string) => {
    await project.query('begin')
    try {
      // As PostgREST does it: the role of the token and its claims, for one transaction.
      await project.query(`select set_config('role', $1, true), set_config('request.jwt.claims', $2, true)`, [
        role,
        JSON.stringify(claims),
      ])
      return (await project.query(text)).rows
    } finally {
      await project.query('rollback')
    }
  }
  const { rows } = await project.query<{ id: string }>(
    `insert into users (wallet, referral_code) values (repeat('A', 32), 'AAAA'), (repeat('B', 32), 'BBBB') returning id`,
  )
  const sub = rows[0]?.id
  expect(await read('authenticated', { sub, role: 'authenticated' }, 'select id from users')).toEqual([{ id: sub }])
  expect(await read('anon', { role: 'anon' }, 'select market from markets')).toEqual([])
  await expect(read('anon', { role: 'anon' }, 'select id from users')).rejects.toThrow(/permission denied/)
  await expect(read('authenticated', { sub }, 'select * from app.sessions')).rejects.toThrow(/permission denied/)
})

test('Realtime sends the tables that a page follows, and none whose rows a subscriber may not read', async () => {
  const published = await names(`
    select tablename as name from pg_publication_tables where pubname = 'supabase_realtime' order by 1`)
  expect(published).toEqual([
    'funding_rates',
    'liquidations',
    'markets',
    'notifications',
    'oracle_health',
    'orders',
    'positions',
    'trades',
    'user_balances',
  ])
  // Without a policy nobody would get a row, without row security everybody every row.
  const unguarded = await names(`
    select c.relname as name from pg_publication_tables t join pg_class c on relname = tablename and relnamespace = 'public'::regnamespace
    where pubname = 'supabase_realtime'
      and not (relrowsecurity and exists (select from pg_policy where polrelid = c.oid and polcmd in ('r', '*')))`)
  expect(unguarded).toEqual([])
  // An update or a removal is told by its key.
  const keyless = await names(`
    select c.relname as name from pg_publication_tables t join pg_class c on relname = tablename and relnamespace = 'public'::regnamespace
    where pubname = 'supabase_realtime'
      and not exists (select from pg_index where indrelid = c.oid and indisprimary)`)
  expect(keyless).toEqual([])
})
