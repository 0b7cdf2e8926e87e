import { sql } from 'kysely'
import type { Db } from '#server/platform/db/index.ts'
import { AppError } from '#server/platform/errors.ts'
import type { Seal } from '#server/platform/seal/index.ts'
import { checkedCursor } from './notification-repo.ts'
import type { DeliveryDto, WebhookDto } from './schema.ts'
import { newWebhookSecret, secretPlace } from './webhook-secret.ts'

const MOST = 10
const COLUMNS = ['id', 'url', 'kinds', 'enabled', 'disabled_reason', 'created_at'] as const
type Row = {
  id: string
  url: string
  kinds: string[]
  enabled: boolean
  disabled_reason: string | null
  created_at: Date
}

const toWebhook = ({ id, url, kinds, enabled, disabled_reason, created_at }: Row): WebhookDto => ({
  id,
  url,
  kinds,
  enabled,
  disabledReason: disabled_reason,
  createdAt: created_at.getTime(),
})

export async function listWebhooks(db: Db, userId: string): Promise<WebhookDto[]> {
  const rows = await db.selectFrom('webhooks').select(COLUMNS).where('user_id', '=', userId).orderBy('id').execute()
  return rows.map(toWebhook)
}

/** @throws AppError CONFLICT for an eleventh. */
export async function createWebhook(
  db: Db,
  seal: Seal,
  userId: string,
  { url, kinds }: { url: string; kinds: readonly string[] },
): Promise<WebhookDto & { secret: string }> {
  const secret = newWebhookSecret()
  return db.transaction().execute(async (trx) => {
    // One at a time for each user, so that two at once do not make one too many.
    await sql`select from public.users where id = ${userId} for update`.execute(trx)
    const { rows } = await sql<{
      count: bigint
    }>`select count(*) from public.webhooks where user_id = ${userId}`.execute(trx)
    if ((rows[0]?.count ?? 0n) >= BigInt(MOST)) {
      throw new AppError('CONFLICT', { message: `there are ${MOST} webhooks already: remove one first` })
    }
    const row = await trx
      .insertInto('webhooks')
      .values({ user_id: userId, url, kinds: [...kinds] })
      .returning(COLUMNS)
      .executeTakeFirstOrThrow()
    const sealed = await seal.seal(Buffer.from(secret), secretPlace(userId, row.id))
    await trx.insertInto('app.webhook_secrets').values({ webhook_id: row.id, sealed }).execute()
    return { ...toWebhook(row), secret }
  })
}

/** Whose it is not, for him it does not exist. @throws AppError NOT_FOUND */
export async function changeWebhook(
  db: Db,
  userId: string,
  {
    id,
    url,
    kinds,
    enabled,
  }: { id: string; url?: string | undefined; kinds?: readonly string[] | undefined; enabled?: boolean | undefined },
): Promise<WebhookDto> {
  const row = await db
    .updateTable('webhooks')
    .set({
      ...(url === undefined ? {} : { url }),
      ...(kinds === undefined ? {} : { kinds: [...kinds] }),
      ...(enabled === undefined ? {} : { enabled, disabled_reason: null }),
      user_id: userId,
    })
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .returning(COLUMNS)
    .executeTakeFirst()
  if (row === undefined) throw notFound()
  return toWebhook(row)
}

export async function removeWebhook(db: Db, userId: string, id: string): Promise<void> {
  const gone = await db.deleteFrom('webhooks').where('id', '=', id).where('user_id', '=', userId).executeTakeFirst()
  if (gone.numDeletedRows === 0n) throw notFound()
}

/** The old one signs beside the new one for a day. */
export async function rotateSecret(db: Db, seal: Seal, userId: string, id: string, nowMs: number): Promise<string> {
  const secret = newWebhookSecret()
  await ownWebhook(db, userId, id)
  await db
    .updateTable('app.webhook_secrets')
    .set((row) => ({ sealed_previous: row.ref('sealed'), rotated_at: new Date(nowMs) }))
    .set({ sealed: await seal.seal(Buffer.from(secret), secretPlace(userId, id)) })
    .where('webhook_id', '=', id)
    .execute()
  return secret
}

/** A message that says only that it is one, over the same way as all others. */
export async function queueTest(db: Db, userId: string, id: string, nowMs: number): Promise<void> {
  await ownWebhook(db, userId, id)
  const at = new Date(nowMs)
  await db
    .insertInto('webhook_deliveries')
    .values({
      webhook_id: id,
      user_id: userId,
      kind: 'webhook.test',
      payload: JSON.stringify({ type: 'webhook.test', timestamp: at.toISOString(), data: {} }),
      next_attempt_at: at,
    })
    .execute()
}

export async function listDeliveries(
  db: Db,
  userId: string,
  { id, cursor, limit }: { id: string; cursor?: string | undefined; limit: number },
): Promise<{ deliveries: DeliveryDto[]; nextCursor: string | null }> {
  await ownWebhook(db, userId, id)
  const rows = await db
    .selectFrom('webhook_deliveries')
    .select([
      'id',
      'kind',
      'status',
      'attempts',
      'response_status',
      'error',
      'next_attempt_at',
      'created_at',
      'payload',
    ])
    .where('webhook_id', '=', id)
    .$if(cursor !== undefined, (query) => query.where('id', '<', checkedCursor(cursor)))
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  const deliveries = rows.slice(0, limit).map((row) => ({
    id: row.id,
    kind: row.kind,
    status: row.status,
    attempts: row.attempts,
    responseStatus: row.response_status,
    error: row.error,
    nextAttemptAt: row.next_attempt_at?.getTime() ?? null,
    createdAt: row.created_at.getTime(),
    payload: row.payload,
  }))
  return { deliveries, nextCursor: rows.length > limit ? (deliveries.at(-1)?.id ?? null) : null }
}

/** One delivery, whatever became of it, or all that were given up: they go out again under their old ids. */
export async function replay(
  db: Db,
  userId: string,
  { id, deliveryId }: { id: string; deliveryId?: string | undefined },
  nowMs: number,
): Promise<number> {
  await ownWebhook(db, userId, id)
  const again = await db
    .updateTable('webhook_deliveries')
    .set({ status: 'waiting', attempts: 0, next_attempt_at: new Date(nowMs) })
    .where('webhook_id', '=', id)
    .where('status', '!=', 'waiting')
    .$if(deliveryId === undefined, (query) => query.where('status', '=', 'given_up'))
    .$if(deliveryId !== undefined, (query) => query.where('id', '=', deliveryId ?? ''))
    .executeTakeFirst()
  return Number(again.numUpdatedRows)
}

async function ownWebhook(db: Db, userId: string, id: string): Promise<void> {
  const own = await db
    .selectFrom('webhooks')
    .select('id')
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  if (own === undefined) throw notFound()
}

const notFound = () => new AppError('NOT_FOUND', { message: 'you have no webhook with this id' })
