import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { PROJECTED_TABLES } from '#server/indexer/changes.ts'
import { recordEvents } from '#server/indexer/record-events.ts'
import { tradingHistory } from '#server/indexer/testing.ts'
import { testDatabase } from '#server/platform/db/testing.ts'

const db = await testDatabase()
const history = tradingHistory({ traders: 1, rounds: 2 })
await recordEvents(db, history.events, { singletons: history.singletons, nowMs: 0 })

const ROLES = ['anon', 'authenticated']
const CHAIN_TABLES = ['program_events', 'cursors', 'sequences', 'gaps']

function as(role: string, statement: string) {
  return db.transaction().execute(async (trx) => {
    await sql`set local role ${sql.ref(role)}`.execute(trx)
    return sql.raw<{ count: bigint }>(statement).execute(trx)
  })
}

describe.each(ROLES)('as %s', (role) => {
  it.each(Object.keys(PROJECTED_TABLES))('%s can be read by all and written by nobody', async (table) => {
    const { rows } = await as(role, `select count(*) from ${table}`)
    const all = await sql.raw<{ count: bigint }>(`select count(*) from ${table}`).execute(db)
    expect(rows).toEqual(all.rows)
    await expect(as(role, `delete from ${table}`)).rejects.toThrow(/permission denied/)
    await expect(as(role, `insert into ${table} default values`)).rejects.toThrow(/permission denied/)
    await expect(as(role, `truncate ${table}`)).rejects.toThrow(/permission denied/)
  })

  it.each(CHAIN_TABLES)('chain.%s is closed', async (table) => {
    await expect(as(role, `select count(*) from chain.${table}`)).rejects.toThrow(/permission denied/)
  })
})

it('every projected table has row security', async () => {
  const { rows } = await sql<{ relname: string }>`select relname from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relrowsecurity`.execute(db)
  expect(rows.map(({ relname }) => relname)).toEqual(expect.arrayContaining(Object.keys(PROJECTED_TABLES)))
})
