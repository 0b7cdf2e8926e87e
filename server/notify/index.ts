import { sql } from 'kysely'
import { PRICE_DECIMALS, parseUnits } from '#client/units.ts'
import { wakeable } from '#server/chain/index.ts'
import { errorMessage } from '#server/platform/errors.ts'
import { leaderRole } from '#server/platform/lead.ts'
import type { Role, RoleContext } from '#server/platform/role.ts'
import { openSeal } from '#server/platform/seal/index.ts'
import { deliverWebhooks } from './deliver-webhooks.ts'
import { createMailer, type Mailer } from './mailer.ts'
import { gatherMessages } from './message-repo.ts'
import { httpPost } from './post.ts'
import { observePrices } from './price-alerts.ts'
import { sendMails } from './send-mails.ts'
import { createBot, sendTelegrams } from './telegram.ts'
import { tellHappenings } from './tell.ts'

export { unsubscribe } from './email-repo.ts'
export { latestNotifications } from './notification-repo.ts'
export { notificationRouter } from './router.ts'
export type * from './schema.ts'
export { unsubscribeInput } from './schema.ts'
export { UNSUBSCRIBE_PATH } from './send-mails.ts'
export { webhookRouter } from './webhook-router.ts'

/** Tells people and their programs what happened. One leader by lease; another goes on where it stopped. */
export const start: Role = leaderRole({ name: 'notify', ttlMs: 5_000 }, lead)

/** Nothing is told later than this after its transaction, even when no push came. */
const LOOK_MS = 1_000
const TIDY_MS = 3_600_000
const KEPT = { notifications: '180 days', deliveries: '30 days', messages: '7 days' } as const

async function lead(ctx: RoleContext): Promise<void> {
  const { signal, config } = ctx
  const loops = [tell(ctx), deliver(ctx), watchPrices(ctx), tidy(ctx)]
  if (config.telegramBotToken !== undefined) loops.push(telegram(ctx, config.telegramBotToken))
  const mailer = createMailer(config)
  if (mailer !== undefined) loops.push(mail(ctx, mailer))
  await Promise.all(loops)
  signal.throwIfAborted()
}

async function tell({ db, bus, clock, log, metrics, signal }: RoleContext): Promise<void> {
  const told = metrics.counter({
    name: 'quantdesk_notifications_total',
    help: 'Notifications that were written',
    labelNames: ['kind'],
  })
  const broken = metrics.counter({
    name: 'quantdesk_notifications_broken_total',
    help: 'Happenings that could not be told',
  })
  const sleeper = wakeable(signal)
  const unsubscribe = bus.subscribe('user.*', () => sleeper.wake())
  try {
    await repeat({ log, signal, what: 'telling what happened' }, async () => {
      const { news, more } = await tellHappenings(db, clock.now(), ({ kind, source }) => {
        broken.inc()
        log.error({ kind, source }, `cannot tell of ${kind}: its facts are not of that kind`)
      })
      for (const { wallet, notification } of news) {
        told.inc({ kind: notification.kind })
        await bus.publish(`notice.${wallet}`, notification)
      }
      await gatherMessages(db, clock.now())
      if (!more) await sleeper.orAfter(LOOK_MS)
    })
  } finally {
    unsubscribe()
  }
}

async function deliver({ config, db, clock, log, metrics, signal }: RoleContext): Promise<void> {
  const outcomes = metrics.counter({
    name: 'quantdesk_webhook_deliveries_total',
    help: 'Tries to deliver a webhook, by how they ended',
    labelNames: ['outcome'],
  })
  const sleeper = wakeable(signal)
  const allowPrivate = config.webhooksPrivate
  const parts = {
    db,
    seal: await openSeal(config),
    post: httpPost({ allowPrivate }),
    allowPrivate,
    now: clock.now,
    random: Math.random,
  }
  await repeat({ log, signal, what: 'delivering webhooks' }, async () => {
    const ended = await deliverWebhooks(parts)
    for (const outcome of ended) outcomes.inc({ outcome })
    if (ended.length === 0) await sleeper.orAfter(LOOK_MS)
  })
}

async function watchPrices({ bus, db, clock, log, signal }: RoleContext): Promise<void> {
  const latest = new Map<string, bigint>()
  const unsubscribe = bus.subscribe('price.*', (message) => {
    const { market, price } = message as { market: string; price: string }
    latest.set(market, parseUnits(price, PRICE_DECIMALS))
  })
  const sleeper = wakeable(signal)
  try {
    await repeat({ log, signal, what: 'watching prices for alerts' }, async () => {
      const prices = [...latest].map(([market, price]) => ({ market, price }))
      latest.clear()
      await observePrices(db, prices, clock.now())
      await sleeper.orAfter(LOOK_MS)
    })
  } finally {
    unsubscribe()
  }
}

async function telegram({ config, db, clock, log, signal }: RoleContext, token: string): Promise<void> {
  const bot = createBot(token, config.telegramApiUrl, { db, clock, log })
  const sleeper = wakeable(signal)
  const end = () => void bot.stop().catch(() => undefined)
  signal.addEventListener('abort', end, { once: true })
  const listening = repeat({ log, signal, what: 'listening to Telegram' }, async () => {
    await bot.start()
  })
  await repeat({ log, signal, what: 'sending to Telegram' }, async () => {
    if ((await sendTelegrams(db, bot.api, clock)) === 0) await sleeper.orAfter(LOOK_MS)
  })
  await listening
}

async function mail({ config, db, clock, log, metrics, signal }: RoleContext, mailer: Mailer): Promise<void> {
  const outcomes = metrics.counter({
    name: 'quantdesk_mails_total',
    help: 'Tries to send a mail, by how they ended',
    labelNames: ['outcome'],
  })
  const sleeper = wakeable(signal)
  const [site = ''] = config.publicOrigins
  const onOurFault = (answer: string) =>
    log.warn({ answer }, `the mail server of SMTP_URL does not take mail: ${answer}`)
  const parts = { db, mailer, site, now: clock.now, random: Math.random, onOurFault }
  await repeat({ log, signal, what: 'sending mail' }, async () => {
    const ended = await sendMails(parts)
    for (const outcome of ended) outcomes.inc({ outcome })
    if (ended.length === 0) await sleeper.orAfter(LOOK_MS)
  })
}

async function tidy({ db, log, signal }: RoleContext): Promise<void> {
  const sleeper = wakeable(signal)
  await repeat({ log, signal, what: 'tidying notifications' }, async () => {
    await sql`delete from public.notifications where created_at < now() - ${KEPT.notifications}::interval`.execute(db)
    await sql`delete from public.webhook_deliveries where status <> 'waiting' and created_at < now() - ${KEPT.deliveries}::interval`.execute(
      db,
    )
    await sql`delete from app.messages where created_at < now() - ${KEPT.messages}::interval`.execute(db)
    await sql`delete from app.telegram_codes where expires_at < now()`.execute(db)
    await sql`delete from app.email_codes where created_at < now() - interval '1 day'`.execute(db)
    await sleeper.orAfter(TIDY_MS)
  })
}

const PAUSE_MS = 5_000

/** Until the signal aborts; a failure is logged and followed by a pause. */
async function repeat(
  { log, signal, what }: Pick<RoleContext, 'log' | 'signal'> & { what: string },
  work: () => Promise<void>,
): Promise<void> {
  const sleeper = wakeable(signal)
  while (!signal.aborted) {
    try {
      await work()
    } catch (error) {
      if (signal.aborted) return
      log.warn({ err: error }, `${what} failed and is tried again: ${errorMessage(error)}`)
      await sleeper.orAfter(PAUSE_MS)
    }
  }
}
