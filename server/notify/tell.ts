import { sql, type Transaction } from 'kysely'
import type { DB, Db } from '#server/platform/db/index.ts'
import { compose, type Telling } from './compose.ts'
import { dueAt } from './due-time.ts'
import { channelsFor, isUrgent, KINDS, type Kind, MESSAGE_CHANNELS, type MessageChannel } from './kinds.ts'
import {
  DEFAULT_SETTINGS,
  NOTIFICATION_COLUMNS,
  SETTINGS_COLUMNS,
  toNotification,
  toSettings,
} from './notification-repo.ts'
import type { NotificationDto, NotificationSettings } from './schema.ts'

const AT_ONCE = 200

/** What is new in the application, for the browsers that are open; `more`: there may be others waiting. */
export type Told = { news: readonly { wallet: string; notification: NotificationDto }[]; more: boolean }

type Happening = { id: bigint; user_id: string; wallet: string; kind: string; source: string; facts: unknown; at: Date }
export type BrokenHappening = Pick<Happening, 'kind' | 'source'>
type Receiver = { settings: NotificationSettings; reached: ReadonlySet<string> }

/**
 * Turns what happened into notifications, webhook deliveries and what is gathered for messages, in one transaction: a process that
 * dies here has told nobody or everybody. What was told before (the same source) is not told again.
 * `onBroken` hears of what cannot be told; it is dropped.
 */
export async function tellHappenings(db: Db, nowMs: number, onBroken: (what: BrokenHappening) => void): Promise<Told> {
  return db.transaction().execute(async (trx) => {
    const happenings = await takeHappenings(trx)
    const receivers = await readReceivers(trx, [...new Set(happenings.map(({ user_id }) => user_id))])
    const news: { wallet: string; notification: NotificationDto }[] = []
    for (const happening of happenings) {
      const receiver = receivers.get(happening.user_id)
      const telling = tellingOf(happening)
      if (receiver === undefined || telling === null) {
        onBroken(happening)
        continue
      }
      const notification = await tellOne(trx, happening, telling, receiver, nowMs)
      if (notification?.readAt === null) news.push({ wallet: happening.wallet, notification })
    }
    return { news, more: happenings.length === AT_ONCE }
  })
}

async function takeHappenings(trx: Transaction<DB>): Promise<Happening[]> {
  const { rows } = await sql<Happening>`
    with taken as (
      delete from app.happenings where id in (
        select id from app.happenings order by id limit ${AT_ONCE} for update skip locked
      ) returning *
    )
    select t.id, t.user_id, u.wallet, t.kind, t.source, t.facts, t.at
    from taken t join public.users u on u.id = t.user_id order by t.id`.execute(trx)
  return rows
}

async function readReceivers(trx: Transaction<DB>, userIds: readonly string[]): Promise<Map<string, Receiver>> {
  if (userIds.length === 0) return new Map()
  const [settings, destinations] = await Promise.all([
    trx
      .selectFrom('notification_settings')
      .select(['user_id', ...SETTINGS_COLUMNS])
      .where('user_id', 'in', userIds)
      .execute(),
    trx.selectFrom('app.destinations').select(['user_id', 'channel']).where('user_id', 'in', userIds).execute(),
  ])
  return new Map(
    userIds.map((id) => {
      const chosen = settings.find(({ user_id }) => user_id === id)
      const reached = destinations.flatMap(({ user_id, channel }) => (user_id === id ? [channel ?? ''] : []))
      return [id, { settings: chosen === undefined ? DEFAULT_SETTINGS : toSettings(chosen), reached: new Set(reached) }]
    }),
  )
}

/** Null for facts that no kind has: one wrong row must not keep all others waiting. */
function tellingOf({ kind, facts }: Happening): (Telling & { kind: Kind }) | null {
  const known = KINDS.find((one) => one === kind)
  if (known === undefined) return null
  try {
    return { kind: known, ...compose(known, facts) }
  } catch {
    return null
  }
}

/** @returns the notification, or null where it had been told already. */
async function tellOne(
  trx: Transaction<DB>,
  { user_id: userId, source, at }: Happening,
  { kind, title, body, data }: Telling & { kind: Kind },
  { settings, reached }: Receiver,
  nowMs: number,
): Promise<NotificationDto | null> {
  const told = channelsFor(kind, settings.channels)
  const kept = await trx
    .insertInto('notifications')
    .values({
      user_id: userId,
      kind,
      source: `${kind}:${source}`,
      title,
      body,
      metadata: JSON.stringify(data),
      created_at: at,
      // Kept also where it shall not be shown, because the row is what makes it told once.
      read_at: told.includes('in_app') ? null : at,
    })
    .onConflict((conflict) => conflict.columns(['user_id', 'source']).doNothing())
    .returning(NOTIFICATION_COLUMNS)
    .executeTakeFirst()
  if (kept === undefined) return null
  await queueWebhooks(trx, userId, kind, kept.id, at, data)
  const channels = MESSAGE_CHANNELS.filter((channel) => told.includes(channel) && reached.has(channel))
  await gather(trx, userId, channels, { kind, title, body, at, settings }, nowMs)
  return toNotification(kept)
}

async function gather(
  trx: Transaction<DB>,
  userId: string,
  channels: readonly MessageChannel[],
  {
    kind,
    title,
    body,
    at,
    settings,
  }: Pick<Telling, 'title' | 'body'> & {
    kind: Kind
    at: Date
    settings: NotificationSettings
  },
  nowMs: number,
): Promise<void> {
  if (channels.length === 0) return
  const urgent = isUrgent(kind)
  const due = (channel: MessageChannel) =>
    new Date(urgent ? nowMs : dueAt({ ...settings, digest: settings.digests[channel] ?? 'instant' }, nowMs))
  await trx
    .insertInto('app.gathered')
    .values(channels.map((channel) => ({ user_id: userId, channel, urgent, title, body, at, due_at: due(channel) })))
    .execute()
}

/** The payload as the Standard Webhooks specification shapes it. `data.id` is the notification's: equal for all receivers. */
async function queueWebhooks(
  trx: Transaction<DB>,
  userId: string,
  kind: Kind,
  id: string,
  at: Date,
  data: Readonly<Record<string, unknown>>,
): Promise<void> {
  const payload = JSON.stringify({ type: kind, timestamp: at.toISOString(), data: { id, ...data } })
  await sql`
    insert into public.webhook_deliveries (webhook_id, user_id, kind, payload, next_attempt_at)
    select id, user_id, ${kind}, ${payload}::jsonb, now()
    from public.webhooks where user_id = ${userId} and enabled and ${kind} = any(kinds)`.execute(trx)
}
