import { beforeEach, describe, expect, it } from 'vitest'
import { readAuditHeads, recordAudit, verifyAudit } from './audit.ts'
import { testDatabase } from './db/testing.ts'
import { tamperWithAudit } from './testing-audit.ts'

const db = await testDatabase()

const tamper = (...statements: string[]) => tamperWithAudit(db, statements)
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
