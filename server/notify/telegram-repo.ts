import { createHash, randomBytes } from 'node:crypto'
import type { Db } from '#server/platform/db/index.ts'
import { forgetMessages } from './message-repo.ts'

const CODE_MS = 10 * 60_000

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
  await db.transaction().execute(async (trx) => {
    await trx.deleteFrom('app.telegram_links').where('user_id', '=', userId).execute()
    await forgetMessages(trx, userId, 'telegram')
  })
}

/** @returns false for a chat that was not linked. */
export async function unlinkChat(db: Db, chatId: number): Promise<boolean> {
  const owner = await db
    .selectFrom('app.telegram_links')
    .select('user_id')
    .where('chat_id', '=', BigInt(chatId))
    .executeTakeFirst()
  if (owner !== undefined) await unlink(db, owner.user_id)
  return owner !== undefined
}
