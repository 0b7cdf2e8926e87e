import { sql } from 'kysely'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Db } from '../server/platform/db/index.ts'
import { testDatabase } from '../server/platform/db/testing.ts'

const db = await testDatabase()

const write = (stream: string, action: string, on: Pick<Db, 'insertInto'> = db) =>
  on
    .insertInto('app.audit_log')
    .values({
      stream,
      actor: 'admin',
      action,
      subject: 'SOL-PERP',
      details: JSON.stringify({ action, at: [1, 'two'] }),
    })
    .execute()

async function brokenAt(stream: string): Promise<number | null> {
  const { rows } = await sql<{ at: bigint | null }>`select app.audit_break(${stream}) as at`.execute(db)
  const at = rows[0]?.at ?? null
  return at === null ? null : Number(at)
}

/** As somebody with all rights of the server would do it. */
async function tamper(statement: string): Promise<void> {
  await sql`alter table app.audit_log disable trigger all`.execute(db)
  await sql.raw(statement).execute(db)
  await sql`alter table app.audit_log enable trigger all`.execute(db)
}

beforeEach(async () => {
  await tamper('truncate app.audit_log')
  for (const action of ['pause', 'list', 'limit', 'resume']) await write('admin', action)
})

describe('the audit log', () => {
  it('numbers and chains each stream by itself, whatever a writer says of numbers and hashes', async () => {
    await db
      .insertInto('app.audit_log')
      .values({
        stream: 'keys',
        actor: 'a',
        action: 'b',
        subject: 'c',
        details: '{}',
        number: 77n,
        hash: Buffer.from('x'),
      })
      .execute()
    const rows = await db
      .selectFrom('app.audit_log')
      .select(['stream', 'number'])
      .orderBy('stream')
      .orderBy('number')
      .execute()
    expect(rows.map(({ stream, number }) => `${stream} ${number}`)).toEqual([
      'admin 1',
      'admin 2',
      'admin 3',
      'admin 4',
      'keys 1',
    ])
    expect([await brokenAt('admin'), await brokenAt('keys'), await brokenAt('nothing')]).toEqual([null, null, null])
  })

  it('keeps one chain when many write at once, and none of a transaction that failed', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, at) => write('busy', `action ${at}`)))
    await db
      .transaction()
      .execute(async (trx) => {
        await write('busy', 'undone', trx)
        throw new Error('changed its mind')
      })
      .catch(() => undefined)
    await write('busy', 'last')
    const rows = await db
      .selectFrom('app.audit_log')
      .select('number')
      .where('stream', '=', 'busy')
      .orderBy('number')
      .execute()
    expect(rows.map(({ number }) => Number(number))).toEqual(Array.from({ length: 21 }, (_, at) => at + 1))
    expect(await brokenAt('busy')).toBeNull()
  })

  it.each(['update app.audit_log set actor = 1', 'delete from app.audit_log', 'truncate app.audit_log'])(
    'refuses %s, also to the owner of the table',
    async (statement) => {
      await expect(sql.raw(statement).execute(db)).rejects.toThrow(/insert-only/)
    },
  )

  it.each([
    ['an edit', `update app.audit_log set actor = 'nobody' where number = 2`, 2],
    [
      'an edit of the time by a microsecond',
      `update app.audit_log set at = at + interval '1 microsecond' where number = 3`,
      3,
    ],
    ['a deletion', 'delete from app.audit_log where number = 2', 3],
    ['a cut-off head', 'delete from app.audit_log where number = 1', 2],
    [
      'two rows that changed places',
      'update app.audit_log set number = case number when 2 then 30 else 20 end where number in (2, 3); update app.audit_log set number = number / 10 where number >= 20',
      2,
    ],
    [
      'a row put in between, with the hash it would have',
      `update app.audit_log set number = 5 where number = 4;
       insert into app.audit_log select stream, 4, at, previous_hash, hash, 'nobody', action, subject, details from app.audit_log where number = 3;
       update app.audit_log a set previous_hash = (select hash from app.audit_log where number = 3) where number = 4;
       update app.audit_log a set hash = app.audit_hash(a) where number = 4`,
      5,
    ],
  ])('shows %s', async (_, statement, at) => {
    for (const one of statement.split(';')) await tamper(one)
    expect(await brokenAt('admin')).toBe(at)
  })

  it('is the same to a verifier in another time zone and style of dates', async () => {
    await db.transaction().execute(async (trx) => {
      await sql`set local timezone = 'Asia/Kathmandu'`.execute(trx)
      await sql`set local datestyle = 'German'`.execute(trx)
      const { rows } = await sql<{ at: bigint | null }>`select app.audit_break('admin') as at`.execute(trx)
      expect(rows).toEqual([{ at: null }])
    })
  })
})
