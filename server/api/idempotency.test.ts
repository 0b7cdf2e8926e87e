import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { manualClock } from '#server/platform/clock.ts'
import { testDatabase } from '#server/platform/db/testing.ts'
import { AppError } from '#server/platform/errors.ts'
import { signedInAs } from '#server/platform/testing-principal.ts'
import { type Answer, answerOnce } from './idempotency.ts'

const db = await testDatabase()
const clock = manualClock(1_790_000_000_000)
const context = { db, clock }
const alice = signedInAs({ authority: 'alice', userId: 'alice' })
const bob = signedInAs({ authority: 'bob', userId: 'bob' })
const done = (body = 'done'): Answer => ({ status: 200, type: 'application/json', body })
const asked = (key: string = randomUUID(), request = 'POST /x {}', principal = alice) => ({ key, request, principal })

it('does a change once for 50 who ask at once, and tells the others that it runs', async () => {
  const request = asked()
  let times = 0
  const change = async () => {
    times += 1
    await sql`select pg_sleep(0.05)`.execute(db)
    return done()
  }
  const answers = await Promise.allSettled(Array.from({ length: 50 }, () => answerOnce(context, request, change)))
  expect(times).toBe(1)
  const refusals = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []))
  for (const refusal of refusals) expect(refusal).toMatchObject({ code: 'CONFLICT', details: { state: 'running' } })
  expect(await answerOnce(context, request, change)).toEqual({ ...done(), replayed: true })
  expect(times).toBe(1)
})

it('refuses another request under the same key', async () => {
  const request = asked()
  await answerOnce(context, request, async () => done())
  const other = { ...request, request: 'POST /x {"a":1}' }
  await expect(answerOnce(context, other, async () => done())).rejects.toMatchObject({ code: 'CONFLICT' })
})

it('keeps the keys of users apart', async () => {
  const key = randomUUID()
  expect(await answerOnce(context, asked(key), async () => done('a'))).toMatchObject({ body: 'a', replayed: false })
  const other = asked(key, 'POST /x {}', bob)
  expect(await answerOnce(context, other, async () => done('b'))).toMatchObject({ body: 'b', replayed: false })
})

it('never does again what a process died over, and says that nobody knows', async () => {
  const request = asked()
  // The process of the first one is killed while it works: it comes back to nobody.
  const { promise: started, resolve: begin } = Promise.withResolvers<void>()
  void answerOnce(context, request, () => {
    begin()
    return new Promise<Answer>(() => {})
  })
  await started
  clock.advance(60_001)
  let times = 0
  const again = answerOnce(context, request, async () => {
    times += 1
    return done()
  })
  await expect(again).rejects.toMatchObject({ code: 'CONFLICT', details: { state: 'unknown' } })
  expect(times).toBe(0)
})

it.each([401, 403, 429, 500, 503])('keeps no answer that says "not now": %i', async (status) => {
  const request = asked()
  await answerOnce(context, request, async () => ({ ...done(), status }))
  expect(await answerOnce(context, request, async () => done())).toMatchObject({ status: 200, replayed: false })
})

it('keeps no failure of ours', async () => {
  const request = asked()
  const failing = answerOnce(context, request, () => Promise.reject(new AppError('INTERNAL', { message: 'a bug' })))
  await expect(failing).rejects.toMatchObject({ code: 'INTERNAL' })
  expect(await answerOnce(context, request, async () => done())).toMatchObject({ replayed: false })
})

it('forgets after a day', async () => {
  const request = asked()
  await answerOnce(context, request, async () => done('old'))
  clock.advance(24 * 3_600_000 + 1)
  expect(await answerOnce(context, request, async () => done('new'))).toMatchObject({ body: 'new', replayed: false })
})

it('keeps neither key nor answer in a form that a reader of the database could use', async () => {
  const request = asked()
  await answerOnce(context, request, async () => done('{"token":"secret-of-alice"}'))
  const rows = await db.selectFrom('app.idempotency_keys').selectAll().execute()
  const text = rows.map(({ key, answer }) => `${key.toString('latin1')}${answer?.toString('latin1') ?? ''}`).join()
  expect(text).not.toContain('secret-of-alice')
  expect(text).not.toContain(request.key)
})

it.each(['', 'short', 'with a space in it', 'x'.repeat(129)])('takes no key like "%s"', async (key) => {
  await expect(answerOnce(context, asked(key), async () => done())).rejects.toMatchObject({ code: 'BAD_INPUT' })
})
