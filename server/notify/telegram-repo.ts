import { createHash, randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Db } from '#server/platform/db/index.ts'
import { nextAttempt } from './ladder.ts'

const CODE_MS = 10 * 60_000
/** A message that Telegram did not take for so long is no news any more. */
const MOST_ATTEMPTS = 5
const CLAIM_MS = 60_000
const AT_ONCE = 20

const hashOf = (code: string): Buffer => createHash('sha256').update(code).digest()

/** The code stands in a link; what we keep of it does not open anything. A new one ends the older ones. */
export async function createLinkCode(
  db: Db,
  userId: string,
  nowMs: number,
): Promise<{ code: string; expiresAt: number }> {
  const code = randomBytes(16).toString('base64url')
  const expiresAt = nowMs + CODE_MS
  await db.transaction().execute(async (trx) => {
    await trx.deleteFrom('app.telegram_codes').where('user_id', '=', userId).execute()
    await trx
      .insertInto('app.telegram_codes')
      .values({ hash: hashOf(code), user_id: userId, expires_at: new Date(expiresAt) })
      .execute()
  })
  return { code, expiresAt }
}

/** Spends the code. @returns the wallet that the chat now belongs to, or undefined for a code that is not good. */
export async function link(
  db: Db,
  code: string,
  chat: { id: number; name: string },
  nowMs: number,
): Promise<string | undefined> {
  return db.transaction().execute(async (trx) => {
    const spent = await trx
      .deleteFrom('app.telegram_codes')
      .where('hash', '=', hashOf(code))
      .where('expires_at', '>', new Date(nowMs))
      .returning('user_id')
      .executeTakeFirst()
    if (spent === undefined) return undefined
    // A chat belongs to one user, a user has one chat; the newest link holds.
    await trx
      .deleteFrom('app.telegram_links')
      .where((row) => row.or([row('user_id', '=', spent.user_id), row('chat_id', '=', BigInt(chat.id))]))
      .execute()
    await trx
      .insertInto('app.telegram_links')
      .values({ user_id: spent.user_id, chat_id: BigInt(chat.id), name: chat.name, linked_at: new Date(nowMs) })
      .execute()
    const user = await trx
      .selectFrom('users')
      .select('wallet')
      .where('id', '=', spent.user_id)
      .executeTakeFirstOrThrow()
    return user.wallet
  })
}

export async function linkedTo(db: Db, userId: string): Promise<string | null> {
  const row = await db.selectFrom('app.telegram_links').select('name').where('user_id', '=', userId).executeTakeFirst()
  return row?.name ?? null
}

export async function walletOfChat(db: Db, chatId: number): Promise<string | undefined> {
  const row = await db
    .selectFrom('app.telegram_links as l')
    .innerJoin('users as u', 'u.id', 'l.user_id')
    .select('u.wallet')
    .where('l.chat_id', '=', BigInt(chatId))
    .executeTakeFirst()
  return row?.wallet
}

export async function unlink(db: Db, userId: string): Promise<void> {
  await db.deleteFrom('app.telegram_links').where('user_id', '=', userId).execute()
}

export async function unlinkChat(db: Db, chatId: number): Promise<boolean> {
  const gone = await db.deleteFrom('app.telegram_links').where('chat_id', '=', BigInt(chatId)).executeTakeFirst()
  return gone.numDeletedRows > 0n
}

export type DueMessage = { id: string; chatId: number; text: string; attempts: number }

/** Claimed first, as webhooks are; the same message may come twice after a crash. Of users without a chat nothing is due. */
export async function claimMessages(db: Db, nowMs: number): Promise<DueMessage[]> {
  const at = new Date(nowMs)
  const { rows } = await sql<{ id: string; chat_id: bigint; text: string; attempts: number }>`
    update app.telegram_messages m
    set attempts = m.attempts + 1, next_attempt_at = ${new Date(nowMs + CLAIM_MS)}
    from app.telegram_links l
    where l.user_id = m.user_id and m.id in (
      select id from app.telegram_messages where status = 'waiting' and next_attempt_at <= ${at}
      order by next_attempt_at limit ${AT_ONCE} for update skip locked
    )
    returning m.id, l.chat_id, m.text, m.attempts`.execute(db)
  return rows
    .map(({ id, chat_id, text, attempts }) => ({ id, chatId: Number(chat_id), text, attempts }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

export async function settleMessage(
  db: Db,
  { id, attempts }: DueMessage,
  outcome: { ok: true } | { ok: false; error: string; retryAfterMs?: number | undefined; final?: boolean },
  nowMs: number,
): Promise<void> {
  const status = outcome.ok ? 'delivered' : outcome.final === true || attempts >= MOST_ATTEMPTS ? 'given_up' : 'waiting'
  const pauseEnd = outcome.ok
    ? null
    : outcome.retryAfterMs === undefined
      ? nextAttempt(attempts, nowMs, 0)
      : nowMs + outcome.retryAfterMs
  await db
    .updateTable('app.telegram_messages')
    .set({
      status,
      error: outcome.ok ? null : outcome.error.slice(0, 300),
      next_attempt_at: new Date(pauseEnd ?? nowMs),
    })
    .where('id', '=', id)
    .execute()
}
