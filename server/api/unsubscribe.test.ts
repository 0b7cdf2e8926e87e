import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { unsubscribeToken } from '#server/notify/email-repo.ts'
import { testDatabase } from '#server/platform/db/testing.ts'
import { startTestApi } from './testing.ts'

const db = await testDatabase()
let api: Awaited<ReturnType<typeof startTestApi>>
let user = ''

beforeAll(async () => {
  api = await startTestApi(db, db)
  const row = { wallet: 'A'.repeat(40), referral_code: 'CODE' }
  user = (await db.insertInto('users').values(row).returning('id').executeTakeFirstOrThrow()).id
  const kept = { address: 'a@example.com', unsubscribe_key: randomBytes(32), confirmed_at: new Date() }
  await db
    .insertInto('app.email_addresses')
    .values({ user_id: user, ...kept })
    .execute()
})
afterAll(() => api.stop())

const link = (token: string) => `${api.url}/api/notifications/email/unsubscribe?token=${token}`
const reason = async () =>
  (await db.selectFrom('app.email_addresses').select('disabled_reason').executeTakeFirstOrThrow()).disabled_reason
/** As RFC 8058 has mail programs send it: a form, no cookie, no origin. */
const oneClick = { method: 'POST', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) }

it('the link of a mail leads a reader to the page that asks, and changes nothing', async () => {
  const token = (await unsubscribeToken(db, user)) ?? ''
  const answer = await fetch(link(token), { redirect: 'manual' })
  expect([answer.status, answer.headers.get('location')]).toEqual([302, `/unsubscribe?token=${token}`])
  expect(await reason()).toBeNull()
})

it('one click of a mail program ends the mail, twice is once, and a made-up token ends nothing', async () => {
  const token = (await unsubscribeToken(db, user)) ?? ''
  expect((await fetch(link(`${user}.${randomBytes(32).toString('base64url')}`), oneClick)).status).toBe(404)
  expect((await fetch(link(''), oneClick)).status).toBe(400)
  expect(await reason()).toBeNull()
  expect((await fetch(link(token), oneClick)).status).toBe(200)
  expect((await fetch(link(token), oneClick)).status).toBe(200)
  expect(await reason()).toBe('it was unsubscribed from')
  expect(await db.selectFrom('app.happenings').select('kind').execute()).toEqual([{ kind: 'email.disabled' }])
})
