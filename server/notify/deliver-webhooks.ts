import { sql } from 'kysely'
import { Webhook } from 'standardwebhooks'
import type { Db } from '#server/platform/db/index.ts'
import { errorMessage } from '#server/platform/errors.ts'
import type { Seal } from '#server/platform/seal/index.ts'
import { nextAttempt } from './ladder.ts'
import type { Post } from './post.ts'
import { checkWebhookUrl } from './public-address.ts'
import { secretPlace } from './webhook-secret.ts'

/** Of one receiver at once: one that hangs does not keep the others waiting. */
const EACH = 4
const AT_ONCE = 32
/** Longer than a try may take: a process that died in between leaves the row to the next. */
const CLAIM_MS = 60_000
/** An old secret signs beside the new one for a day, so that a receiver can change over. */
const OVERLAP = '1 day'

export type DeliveryParts = {
  db: Db
  seal: Seal
  post: Post
  allowPrivate: boolean
  now: () => number
  random: () => number
}
type Claimed = {
  id: string
  webhook_id: string
  user_id: string
  url: string
  kind: string
  payload: unknown
  attempts: number
  sealed: Buffer
  sealed_previous: Buffer | null
}
export type DeliveryOutcome = 'delivered' | 'retry' | 'given_up' | 'gone'

/**
 * Sends what is due. Each is claimed first: after a crash it is sent again with the same `webhook-id`, which is how a
 * receiver knows it.
 */
export async function deliverWebhooks(parts: DeliveryParts): Promise<DeliveryOutcome[]> {
  const claimed = await claimDue(parts.db, parts.now())
  return Promise.all(claimed.map((delivery) => deliverOne(parts, delivery)))
}

async function claimDue(db: Db, nowMs: number): Promise<Claimed[]> {
  const at = new Date(nowMs)
  const { rows } = await sql<Claimed>`
    with due as (
      select d.id from public.webhooks w
      join lateral (
        select id, next_attempt_at from public.webhook_deliveries
        where webhook_id = w.id and status = 'waiting' and next_attempt_at <= ${at}
        order by next_attempt_at, id limit ${EACH} for update skip locked
      ) d on true
      where w.enabled and exists (
        select from public.webhook_deliveries where webhook_id = w.id and status = 'waiting' and next_attempt_at <= ${at}
      )
      order by d.next_attempt_at limit ${AT_ONCE}
    )
    update public.webhook_deliveries d
    set attempts = d.attempts + 1, next_attempt_at = ${new Date(nowMs + CLAIM_MS)}
    from due, public.webhooks w, app.webhook_secrets s
    where d.id = due.id and w.id = d.webhook_id and s.webhook_id = w.id
    returning d.id, d.webhook_id, d.user_id, w.url, d.kind, d.payload, d.attempts, s.sealed,
      case when s.rotated_at > now() - ${OVERLAP}::interval then s.sealed_previous end as sealed_previous`.execute(db)
  return rows
}

async function deliverOne(parts: DeliveryParts, delivery: Claimed): Promise<DeliveryOutcome> {
  const { status, error } = await send(parts, delivery)
  const ok = status !== null && status >= 200 && status < 300
  if (ok) {
    await settle(parts.db, delivery.id, { status: 'delivered', response: status, error: null, next: null })
    return 'delivered'
  }
  if (status === 410) {
    await settle(parts.db, delivery.id, {
      status: 'given_up',
      response: status,
      error: 'the receiver is gone',
      next: null,
    })
    await disable(parts.db, delivery, 'the receiver answered 410 Gone')
    return 'gone'
  }
  const next = nextAttempt(delivery.attempts, parts.now(), parts.random())
  await settle(parts.db, delivery.id, {
    status: next === null ? 'given_up' : 'waiting',
    response: status,
    error: error ?? (status !== null && status >= 300 && status < 400 ? 'redirects are not followed' : null),
    next,
  })
  if (next !== null) return 'retry'
  await disable(parts.db, delivery, 'it did not take a message for more than three days')
  return 'given_up'
}

async function send(
  { seal, post, allowPrivate, now }: DeliveryParts,
  { id, webhook_id, user_id, url, payload, sealed, sealed_previous }: Claimed,
): Promise<{ status: number | null; error: string | null }> {
  try {
    const target = checkWebhookUrl(url, { allowPrivate })
    const place = secretPlace(user_id, webhook_id)
    const secrets = await Promise.all(
      [sealed, ...(sealed_previous === null ? [] : [sealed_previous])].map((box) => seal.open(box, place)),
    )
    const body = JSON.stringify(payload)
    const at = new Date(now())
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': secrets.map((secret) => new Webhook(secret.toString('utf8')).sign(id, at, body)).join(' '),
    }
    return { status: (await post(target, headers, body)).status, error: null }
  } catch (error) {
    return { status: null, error: errorMessage(error).slice(0, 300) }
  }
}

type Settled = {
  status: 'waiting' | 'delivered' | 'given_up'
  response: number | null
  error: string | null
  next: number | null
}

async function settle(db: Db, id: string, { status, response, error, next }: Settled): Promise<void> {
  await db
    .updateTable('webhook_deliveries')
    .set({
      status,
      response_status: response,
      error,
      next_attempt_at: next === null ? null : new Date(next),
      delivered_at: status === 'delivered' ? new Date() : null,
    })
    .where('id', '=', id)
    .execute()
}

/** Once: who switches it off also tells its owner. */
async function disable(db: Db, { id, webhook_id, user_id, url }: Claimed, reason: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const off = await trx
      .updateTable('webhooks')
      .set({ enabled: false, disabled_reason: reason })
      .where('id', '=', webhook_id)
      .where('enabled', '=', true)
      .executeTakeFirst()
    if (off.numUpdatedRows === 0n) return
    await trx
      .insertInto('app.happenings')
      .values({ user_id, kind: 'webhook.disabled', source: id, facts: JSON.stringify({ url, reason }), at: new Date() })
      .execute()
  })
}
