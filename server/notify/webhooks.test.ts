import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { testDatabase } from '#server/platform/db/testing.ts'
import { openSeal } from '#server/platform/seal/index.ts'
import { deliverWebhooks } from './deliver-webhooks.ts'
import { MAX_ATTEMPTS } from './ladder.ts'
import { httpPost } from './post.ts'
import { type Answer, startReceiver } from './testing-receiver.ts'
import {
  changeWebhook,
  createWebhook,
  listDeliveries,
  queueTest,
  removeWebhook,
  replay,
  rotateSecret,
} from './webhook-repo.ts'

const db = await testDatabase()
const seal = await openSeal({ dataDir: '', sealKeys: Buffer.alloc(32, 1).toString('base64') })
const HOUR = 3_600_000

let now = 0
let answers: (Answer | null)[] = []
let receiver: Awaited<ReturnType<typeof startReceiver>>
let user = ''
let hook: { id: string; secret: string } = { id: '', secret: '' }

beforeEach(async () => {
  now = Date.now()
  answers = []
  receiver = await startReceiver(() => (answers.length === 0 ? { status: 204 } : (answers.shift() ?? null)))
  await db.deleteFrom('users').execute()
  const row = { wallet: 'A'.repeat(40), referral_code: 'CODE' }
  user = (await db.insertInto('users').values(row).returning('id').executeTakeFirstOrThrow()).id
  hook = await createWebhook(db, seal, user, { url: `${receiver.url}/hook`, kinds: ['order.filled'] })
})
afterEach(() => receiver.stop())

const deliver = ({ allowPrivate = true, timeoutMs = 2_000 } = {}) =>
  deliverWebhooks({
    db,
    seal,
    post: httpPost({ allowPrivate, timeoutMs }),
    allowPrivate,
    now: () => now,
    random: () => 0,
  })
const queue = () => queueTest(db, user, hook.id, now)
const deliveries = async () => (await listDeliveries(db, user, { id: hook.id, limit: 10 })).deliveries
const isEnabled = async () =>
  (await db.selectFrom('webhooks').select('enabled').where('id', '=', hook.id).executeTakeFirstOrThrow()).enabled

describe('a delivery', () => {
  it('is signed as the Standard Webhooks specification says, and sent once', async () => {
    await queue()
    expect(await deliver()).toEqual(['delivered'])
    expect(await deliver()).toEqual([])
    const [request] = receiver.received
    const headers = request?.headers as Record<string, string>
    expect(new Webhook(hook.secret).verify(request?.body ?? '', headers)).toMatchObject({ type: 'webhook.test' })
    expect(() => new Webhook(hook.secret).verify(`${request?.body} `, headers)).toThrow()
    expect(await deliveries()).toMatchObject([
      { id: headers['webhook-id'], status: 'delivered', attempts: 1, responseStatus: 204 },
    ])
  })

  it.each([
    ['an error', { status: 500 }, 500],
    ['a redirect, which is not followed', { status: 302, headers: { location: '/elsewhere' } }, 302],
    ['silence', null, null],
  ])('that meets %s is tried again with the same id, when its time has come', async (_, answer, status) => {
    answers = [answer]
    await queue()
    expect(await deliver({ timeoutMs: 100 })).toEqual(['retry'])
    expect(await deliveries()).toMatchObject([
      { status: 'waiting', responseStatus: status, nextAttemptAt: now + 5_000 },
    ])
    expect(await deliver()).toEqual([])
    now += 5_000
    expect(await deliver()).toEqual(['delivered'])
    const ids = receiver.received.map(({ headers }) => headers['webhook-id'])
    expect(new Set(ids).size).toBe(1)
    expect(receiver.received.map(({ path }) => path)).toEqual(['/hook', '/hook'])
  })

  it('is sent again after a process died in the middle of it', async () => {
    await queue()
    const dead = deliverWebhooks({
      db,
      seal,
      post: () => Promise.withResolvers<never>().promise,
      allowPrivate: true,
      now: () => now,
      random: () => 0,
    })
    await expect.poll(async () => (await deliveries())[0]?.attempts).toBe(1)
    expect(await deliver()).toEqual([])
    now += 60_000
    expect(await deliver()).toEqual(['delivered'])
    expect(await Promise.race([dead, Promise.resolve('nothing')])).toBe('nothing')
  })

  it('is given up after three days, which switches the webhook off, tells its owner, and can be sent once more', async () => {
    answers = Array.from({ length: MAX_ATTEMPTS }, () => ({ status: 503 }))
    await queue()
    for (let attempt = 1; attempt < MAX_ATTEMPTS; attempt++) {
      expect(await deliver()).toEqual(['retry'])
      now += 24 * HOUR
    }
    expect(await deliver()).toEqual(['given_up'])
    expect(await isEnabled()).toBe(false)
    const told = await db.selectFrom('app.happenings').select(['user_id', 'kind']).execute()
    expect(told).toEqual([{ user_id: user, kind: 'webhook.disabled' }])
    await changeWebhook(db, user, { id: hook.id, enabled: true })
    expect(await replay(db, user, { id: hook.id }, now)).toBe(1)
    expect(await deliver()).toEqual(['delivered'])
  })

  it('that meets 410 Gone switches the webhook off at once', async () => {
    answers = [{ status: 410 }]
    await queue()
    expect(await deliver()).toEqual(['gone'])
    expect(await isEnabled()).toBe(false)
    await queue()
    expect(await deliver()).toEqual([])
  })

  it('never enters our own network, whatever address was kept', async () => {
    await queue()
    expect(await deliver({ allowPrivate: false })).toEqual(['retry'])
    await changeWebhook(db, user, {
      id: hook.id,
      url: receiver.url.replace('http://127.0.0.1', 'https://localtest.invalid'),
    })
    now += 10 * HOUR
    expect(await deliver({ allowPrivate: false })).toEqual(['retry'])
    expect(receiver.received).toEqual([])
  })

  it('of a receiver that hangs does not keep others waiting', async () => {
    const other = await createWebhook(db, seal, user, { url: `${receiver.url}/other`, kinds: ['order.filled'] })
    for (let count = 0; count < 6; count++) await queue()
    await queueTest(db, user, other.id, now)
    answers = []
    const outcomes = await deliver()
    expect(outcomes).toHaveLength(5)
    expect(receiver.received.filter(({ path }) => path === '/other')).toHaveLength(1)
  })
})

it('a new secret signs beside the old one for a day, then alone', async () => {
  const fresh = await rotateSecret(db, seal, user, hook.id, now)
  await queue()
  await deliver()
  const [request] = receiver.received
  const headers = request?.headers as Record<string, string>
  for (const secret of [hook.secret, fresh])
    expect(() => new Webhook(secret).verify(request?.body ?? '', headers)).not.toThrow()
  await db
    .updateTable('app.webhook_secrets')
    .set({ rotated_at: new Date(Date.now() - 25 * HOUR) })
    .execute()
  await queue()
  await deliver()
  const later = receiver.received[1]
  expect(() => new Webhook(fresh).verify(later?.body ?? '', later?.headers as Record<string, string>)).not.toThrow()
  expect(() => new Webhook(hook.secret).verify(later?.body ?? '', later?.headers as Record<string, string>)).toThrow()
})

it('ten webhooks are the most, also when they are made at once', async () => {
  const made = await Promise.allSettled(
    Array.from({ length: 14 }, () =>
      createWebhook(db, seal, user, { url: 'https://example.com/', kinds: ['order.filled'] }),
    ),
  )
  expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(9)
})

it('what is another user’s does not exist', async () => {
  const stranger = '0199c0de-0000-7000-8000-000000000009'
  await queue()
  const [delivery] = await deliveries()
  for (const attempt of [
    () => changeWebhook(db, stranger, { id: hook.id, enabled: false }),
    () => rotateSecret(db, seal, stranger, hook.id, now),
    () => queueTest(db, stranger, hook.id, now),
    () => listDeliveries(db, stranger, { id: hook.id, limit: 10 }),
    () => replay(db, stranger, { id: hook.id, deliveryId: delivery?.id }, now),
    () => removeWebhook(db, stranger, hook.id),
  ]) {
    await expect(attempt()).rejects.toMatchObject({ code: 'NOT_FOUND' })
  }
})
