import { sql } from 'kysely'
import type { Db } from '#server/platform/db/index.ts'
import { AppError } from '#server/platform/errors.ts'
import { dueAt } from './due-time.ts'
import { channelChoice, digestChoice, KINDS, MESSAGE_CHANNELS } from './kinds.ts'
import type { NotificationDto, NotificationSettings } from './schema.ts'

export const NOTIFICATION_COLUMNS = ['id', 'kind', 'title', 'body', 'metadata', 'created_at', 'read_at'] as const

type Row = {
  id: string
  kind: string
  title: string
  body: string
  metadata: unknown
  created_at: Date
  read_at: Date | null
}

export function toNotification({ id, kind, title, body, metadata, created_at, read_at }: Row): NotificationDto {
  const known = KINDS.find((one) => one === kind)
  if (known === undefined) throw new Error(`a notification of the unknown kind ${kind}`)
  const data = typeof metadata === 'object' && metadata !== null ? { ...metadata } : {}
  return { id, kind: known, title, body, data, at: created_at.getTime(), readAt: read_at?.getTime() ?? null }
}

/** Newest first. Ids grow with time, so the last one of a page is where the next begins. */
export async function listNotifications(
  db: Db,
  userId: string,
  { cursor, limit }: { cursor?: string | undefined; limit: number },
): Promise<{ notifications: NotificationDto[]; unread: number; nextCursor: string | null }> {
  const [rows, unread] = await Promise.all([
    db
      .selectFrom('notifications')
      .select(NOTIFICATION_COLUMNS)
      .where('user_id', '=', userId)
      .$if(cursor !== undefined, (query) => query.where('id', '<', checkedCursor(cursor)))
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute(),
    countUnread(db, userId),
  ])
  const notifications = rows.slice(0, limit).map(toNotification)
  return { notifications, unread, nextCursor: rows.length > limit ? (notifications.at(-1)?.id ?? null) : null }
}

export function checkedCursor(cursor: string | undefined): string {
  if (cursor !== undefined && /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(cursor)) return cursor
  throw new AppError('BAD_INPUT', { message: 'the cursor is not one that a page returned: pass nextCursor as it came' })
}

async function countUnread(db: Db, userId: string): Promise<number> {
  const { rows } = await sql<{ unread: bigint }>`
    select count(*) as unread from public.notifications where user_id = ${userId} and read_at is null`.execute(db)
  return Number(rows[0]?.unread ?? 0n)
}

export async function markRead(
  db: Db,
  userId: string,
  ids: readonly string[] | undefined,
  nowMs: number,
): Promise<void> {
  if (ids?.length === 0) return
  await db
    .updateTable('notifications')
    .set({ read_at: new Date(nowMs) })
    .where('user_id', '=', userId)
    .where('read_at', 'is', null)
    .$if(ids !== undefined, (query) => query.where('id', 'in', ids ?? []))
    .execute()
}

/** By wallet, for the realtime topic. */
export async function latestNotifications(db: Db, wallet: string, limit: number): Promise<NotificationDto[]> {
  const rows = await db
    .selectFrom('notifications as n')
    .innerJoin('users as u', 'u.id', 'n.user_id')
    .select(['n.id', 'n.kind', 'n.title', 'n.body', 'n.metadata', 'n.created_at', 'n.read_at'])
    .where('u.wallet', '=', wallet)
    .orderBy('n.id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(toNotification)
}

export const DEFAULT_SETTINGS: NotificationSettings = {
  channels: {},
  digests: {},
  digestHour: 8,
  quiet: null,
  timeZone: 'UTC',
}
export const SETTINGS_COLUMNS = ['channels', 'digests', 'digest_hour', 'quiet_from', 'quiet_to', 'time_zone'] as const
type SettingsRow = {
  channels: unknown
  digests: unknown
  digest_hour: number
  quiet_from: number | null
  quiet_to: number | null
  time_zone: string
}

export const toSettings = ({
  channels,
  digests,
  digest_hour: digestHour,
  quiet_from: from,
  quiet_to: to,
  time_zone: timeZone,
}: SettingsRow): NotificationSettings => ({
  channels: channelChoice.parse(channels),
  digests: digestChoice.parse(digests),
  digestHour,
  quiet: from === null || to === null ? null : { from, to },
  timeZone,
})

export async function readSettings(db: Db, userId: string): Promise<NotificationSettings> {
  const row = await db
    .selectFrom('notification_settings')
    .select(SETTINGS_COLUMNS)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return row === undefined ? DEFAULT_SETTINGS : toSettings(row)
}

/** What has gathered already is told by the new choice. */
export async function writeSettings(
  db: Db,
  userId: string,
  settings: NotificationSettings,
  nowMs: number,
): Promise<void> {
  const values = {
    channels: JSON.stringify(settings.channels),
    digests: JSON.stringify(settings.digests),
    digest_hour: settings.digestHour,
    quiet_from: settings.quiet?.from ?? null,
    quiet_to: settings.quiet?.to ?? null,
    time_zone: settings.timeZone,
    updated_at: new Date(nowMs),
  }
  await db.transaction().execute(async (trx) => {
    await trx
      .insertInto('notification_settings')
      .values({ user_id: userId, ...values })
      .onConflict((conflict) => conflict.column('user_id').doUpdateSet(values))
      .execute()
    for (const channel of MESSAGE_CHANNELS) {
      const due = dueAt({ ...settings, digest: settings.digests[channel] ?? 'instant' }, nowMs)
      await trx
        .updateTable('app.gathered')
        .set({ due_at: new Date(due) })
        .where('user_id', '=', userId)
        .where('channel', '=', channel)
        .where('urgent', '=', false)
        .execute()
    }
  })
}
