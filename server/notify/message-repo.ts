import { sql, type Transaction } from 'kysely'
import { z } from 'zod'
import type { DB, Db } from '#server/platform/db/index.ts'
import type { MessageChannel } from './kinds.ts'
import { MAX_ATTEMPTS, nextAttempt } from './ladder.ts'

/** One thing told; `at` in milliseconds. */
export type Item = { title: string; body: string; at: number }
const items = z.object({ title: z.string(), body: z.string(), at: z.number() }).array().min(1)

const CLAIM_MS = 60_000
const AT_ONCE = 20
/** In a chat, what was not taken for two hours is no news any more; mail waits as long as webhooks do. */
const MOST_ATTEMPTS: Readonly<Record<MessageChannel, number>> = { telegram: 5, email: MAX_ATTEMPTS }

/**
 * Makes messages of what is due: one for each user and channel with all that has gathered, and one for each urgent thing.
 * What is gathered for a channel that its user has taken away meanwhile is dropped. @returns how many were made.
 */
export async function gatherMessages(db: Db, nowMs: number): Promise<number> {
  const at = new Date(nowMs)
  const { numAffectedRows } = await sql`
    with due as (
      delete from app.gathered where id in (
        select id from app.gathered where due_at <= ${at} for update skip locked
      ) returning *
    )
    insert into app.messages (user_id, channel, items, time_zone, next_attempt_at, created_at)
    select d.user_id, d.channel, jsonb_agg(jsonb_build_object(
      'title', d.title, 'body', d.body, 'at', floor(extract(epoch from d.at) * 1000)
    ) order by d.id), coalesce(min(s.time_zone), 'UTC'), ${at}, ${at}
    from due d
    join app.destinations to_there using (user_id, channel)
    left join public.notification_settings s using (user_id)
    group by d.user_id, d.channel, case when d.urgent then d.id end
    order by min(d.id::text)`.execute(db)
  return Number(numAffectedRows ?? 0n)
}

export type DueMessage = {
  id: string
  userId: string
  /** A chat or an address. */
  destination: string
  items: Item[]
  timeZone: string
  createdAt: number
  attempts: number
}

/**
 * Claimed first, as webhooks are: after a crash the same message is sent again under the same id. Of users without a
 * destination nothing is due.
 */
export async function claimMessages(db: Db, channel: MessageChannel, nowMs: number): Promise<DueMessage[]> {
  const { rows } = await sql<{
    id: string
    user_id: string
    destination: string
    items: unknown
    time_zone: string
    created_at: Date
    attempts: number
  }>`
    update app.messages m
    set attempts = m.attempts + 1, next_attempt_at = ${new Date(nowMs + CLAIM_MS)}
    from app.destinations d
    where d.user_id = m.user_id and d.channel = m.channel and m.id in (
      select id from app.messages
      join app.destinations using (user_id, channel)
      where channel = ${channel} and status = 'waiting' and next_attempt_at <= ${new Date(nowMs)}
      order by next_attempt_at limit ${AT_ONCE} for update of messages skip locked
    )
    returning m.id, m.user_id, d.destination, m.items, m.time_zone, m.created_at, m.attempts`.execute(db)
  return rows
    .map((row) => ({
      id: row.id,
      userId: row.user_id,
      destination: row.destination,
      items: items.parse(row.items),
      timeZone: row.time_zone,
      createdAt: row.created_at.getTime(),
      attempts: row.attempts,
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** `final`: trying again would not help. `retryAfterMs`: as the other side asked. */
export type Outcome = { ok: true } | { ok: false; error: string; retryAfterMs?: number | undefined; final?: boolean }

/** @returns what became of the message. */
export async function settleMessage(
  db: Db,
  channel: MessageChannel,
  { id, attempts }: Pick<DueMessage, 'id' | 'attempts'>,
  outcome: Outcome,
  { nowMs, random = 0 }: { nowMs: number; random?: number },
): Promise<'delivered' | 'waiting' | 'given_up'> {
  const next = outcome.ok || outcome.final === true ? null : nextTry(channel, attempts, outcome, nowMs, random)
  const status = outcome.ok ? 'delivered' : next === null ? 'given_up' : 'waiting'
  await db
    .updateTable('app.messages')
    .set({
      status,
      error: outcome.ok ? null : outcome.error.slice(0, 300),
      next_attempt_at: new Date(next ?? nowMs),
    })
    .where('id', '=', id)
    .execute()
  return status
}

function nextTry(
  channel: MessageChannel,
  attempts: number,
  { retryAfterMs }: { retryAfterMs?: number | undefined },
  nowMs: number,
  random: number,
): number | null {
  if (attempts >= MOST_ATTEMPTS[channel]) return null
  return retryAfterMs === undefined ? nextAttempt(attempts, nowMs, random) : nowMs + retryAfterMs
}

/** Of a channel that its user has taken away: nothing of it is sent when it comes back. */
export async function forgetMessages(trx: Transaction<DB>, userId: string, channel: MessageChannel): Promise<void> {
  await trx.deleteFrom('app.gathered').where('user_id', '=', userId).where('channel', '=', channel).execute()
  await trx
    .deleteFrom('app.messages')
    .where('user_id', '=', userId)
    .where('channel', '=', channel)
    .where('status', '=', 'waiting')
    .execute()
}
