import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { recordEvents } from '#server/indexer/record-events.ts'
import { tradingHistory } from '#server/indexer/testing.ts'
import { memoryBus } from '#server/platform/bus.ts'
import { systemClock } from '#server/platform/clock.ts'
import { loadConfig } from '#server/platform/config.ts'
import { testDatabase } from '#server/platform/db/testing.ts'
import { silentLog as log } from '#server/platform/log.ts'
import { createMetrics } from '#server/platform/metrics.ts'
import { openSeal } from '#server/platform/seal/index.ts'
import { createRule } from './alert-repo.ts'
import { start } from './index.ts'
import { startReceiver } from './testing-receiver.ts'
import { createWebhook } from './webhook-repo.ts'

const WALLET = 'A'.repeat(40)
const SEAL_KEYS = Buffer.alloc(32, 1).toString('base64')

const db = await testDatabase()
const bus = memoryBus()
const config = loadConfig({ SEAL_KEYS, WEBHOOKS_PRIVATE: 'true' })
const metrics = createMetrics({ role: 'notify' })
let receiver: Awaited<ReturnType<typeof startReceiver>>
let stop: () => Promise<void>

beforeAll(async () => {
  receiver = await startReceiver(() => ({ status: 200 }))
  stop = await start({ config, log, metrics, db, bus, clock: systemClock, signal: new AbortController().signal })
})
afterAll(async () => {
  await stop()
  receiver.stop()
})

it('tells of a price alert: in the application, live, and by webhook', async () => {
  const user = await db
    .insertInto('users')
    .values({ wallet: WALLET, referral_code: 'CODE' })
    .returning('id')
    .executeTakeFirstOrThrow()
  const seal = await openSeal(config)
  const { secret } = await createWebhook(db, seal, user.id, { url: receiver.url, kinds: ['alert.price'] })
  const { events, singletons } = tradingHistory({ traders: 1, rounds: 1 })
  await recordEvents(db, events, { singletons, nowMs: Date.now() })
  await createRule(db, user.id, { market: 'SOL-PERP', direction: 'above', price: '150.5', repeats: false })
  const live: unknown[] = []
  const unsubscribe = bus.subscribe(`notice.${WALLET}`, (message) => live.push(message))

  await bus.publish('price.SOL-PERP', { market: 'SOL-PERP', price: '150.49' })
  await bus.publish('price.SOL-PERP', { market: 'SOL-PERP', price: '150.51' })
  await expect.poll(() => receiver.received.length, { timeout: 15_000 }).toBe(1)
  unsubscribe()

  const notification = {
    kind: 'alert.price',
    title: 'SOL-PERP is above 150.5',
    data: { price: '150.51' },
    readAt: null,
  }
  expect(live).toMatchObject([notification])
  const [request] = receiver.received
  expect(new Webhook(secret).verify(request?.body ?? '', request?.headers as Record<string, string>)).toMatchObject({
    type: 'alert.price',
    data: { market: 'SOL-PERP', threshold: '150.5' },
  })
  const text = await metrics.expose()
  expect(text).toContain('quantdesk_notifications_total{kind="alert.price",role="notify"} 1')
  await expect
    .poll(async () =>
      (await metrics.expose()).includes('quantdesk_webhook_deliveries_total{outcome="delivered",role="notify"} 1'),
    )
    .toBe(true)
})
