import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { beforeEach, describe, expect, it } from 'vitest'
import { keepAuditHeads, readAuditHeads, readKeptHeads, recordAudit, verifyAudit } from './audit.ts'
import { testDatabase } from './db/testing.ts'

const db = await testDatabase()

/** As somebody with all rights of the server would do it. */
async function tamper(...statements: string[]): Promise<void> {
  await sql`alter table app.audit_log disable trigger all`.execute(db)
  for (const statement of statements) await sql.raw(statement).execute(db)
  await sql`alter table app.audit_log enable trigger all`.execute(db)
}
const record = (action: string) => recordAudit(db, { stream: 'identity', actor: 'a', action, subject: 's' })

beforeEach(async () => {
  await tamper('truncate app.audit_log')
  for (const action of ['one', 'two', 'three', 'four']) await record(action)
})

describe('the verifier', () => {
  it('finds nothing wrong with a log that only grew since its heads were published', async () => {
    const heads = await readAuditHeads(db)
    await record('five')
    expect(heads).toEqual([{ stream: 'identity', number: 4, hash: expect.stringMatching(/^[0-9a-f]{64}$/) }])
    expect(await verifyAudit(db, heads)).toEqual([])
  })

  it.each([
    ['an edit', ["update app.audit_log set actor = 'b' where number = 2"], { number: 2, what: 'broken' }],
    ['a deletion', ['delete from app.audit_log where number = 2'], { number: 3, what: 'broken' }],
    [
      'an insertion',
      [
        'update app.audit_log set number = 5 where number = 4',
        "insert into app.audit_log select stream, 4, at, hash, hash, 'b', action, subject, details from app.audit_log where number = 3",
        'update app.audit_log a set hash = app.audit_hash(a) where number = 4',
      ],
      { number: 5, what: 'broken' },
    ],
    [
      'two rows that changed places',
      [
        'update app.audit_log set number = case number when 2 then 30 else 20 end where number in (2, 3)',
        'update app.audit_log set number = number / 10 where number >= 20',
      ],
      { number: 2, what: 'broken' },
    ],
    ['a tail that was cut off', ['delete from app.audit_log where number = 4'], { number: 4, what: 'missing' }],
    ['a log that was emptied', ['truncate app.audit_log'], { number: 4, what: 'missing' }],
    [
      'a tail that was written anew, with hashes that follow from each other',
      [
        "update app.audit_log a set actor = 'b' where number = 4",
        'update app.audit_log a set hash = app.audit_hash(a) where number = 4',
      ],
      { number: 4, what: 'rewritten' },
    ],
  ])('finds %s', async (_, statements, fault) => {
    const published = await readAuditHeads(db)
    await tamper(...statements)
    expect(await verifyAudit(db, published)).toContainEqual({ stream: 'identity', ...fault })
  })
})

describe('published heads', () => {
  it('are kept in a file outside of the database, one line for each time that something was added', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'quantdesk-audit-')), 'heads.jsonl')
    expect(await readKeptHeads(file)).toEqual([])
    await keepAuditHeads(db, file, 1_000)
    await keepAuditHeads(db, file, 2_000)
    await record('five')
    await keepAuditHeads(db, file, 3_000)
    expect((await readKeptHeads(file)).map(({ number }) => number)).toEqual([4, 5])
    await tamper('delete from app.audit_log where number = 5')
    expect(await verifyAudit(db, await readKeptHeads(file))).toEqual([
      { stream: 'identity', number: 5, what: 'missing' },
    ])
  })
})
