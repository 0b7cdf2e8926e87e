import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { sql, type Transaction } from 'kysely'
import type { DB, Db } from '#server/platform/db/index.ts'
import { AppError } from '#server/platform/errors.ts'
import { forgetMessages } from './message-repo.ts'

export const CODE_MINUTES = 30
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const MOST_TRIES = 5
/** A day, for a user and, whoever asks, for an address: nobody's letter box is filled by us. */
const MOST_CODES = 5

/** Without the letters that are read as digits. */
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'
const newCode = (): string => {
  const letters = Array.from(randomBytes(8), (byte) => ALPHABET[byte % ALPHABET.length] ?? '')
  return `${letters.slice(0, 4).join('')}-${letters.slice(4).join('')}`
}
const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()
const addressHash = (address: string): Buffer => sha256(address.toLowerCase())
/** Good for this user and this address alone; how it is typed does not matter. */
const codeHash = (userId: string, address: string, code: string): Buffer =>
  sha256(`${userId} ${address} ${code.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')}`)

/** A new code ends the older ones. @throws AppError RATE_LIMITED when too many were asked for. */
export async function createEmailCode(
  db: Db,
  userId: string,
  address: string,
  nowMs: number,
): Promise<{ id: string; code: string; expiresAt: number }> {
  return db.transaction().execute(async (trx) => {
    // One at a time for each user and for each address, so that two at once do not make one too many.
    await sql`select from public.users where id = ${userId} for update`.execute(trx)
    await sql`select pg_advisory_xact_lock(hashtext(${`email ${address.toLowerCase()}`}))`.execute(trx)
    await checkCodes(trx, userId, address, nowMs)
    const code = newCode()
    const expiresAt = nowMs + CODE_MINUTES * MINUTE_MS
    const { id } = await trx
      .insertInto('app.email_codes')
      .values({
        user_id: userId,
        address_hash: addressHash(address),
        code_hash: codeHash(userId, address, code),
        created_at: new Date(nowMs),
        expires_at: new Date(expiresAt),
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    return { id, code, expiresAt }
  })
}

async function checkCodes(trx: Transaction<DB>, userId: string, address: string, nowMs: number): Promise<void> {
  const made = await trx
    .selectFrom('app.email_codes')
    .select(['user_id', 'created_at', 'address_hash'])
    .where('created_at', '>', new Date(nowMs - DAY_MS))
    .where((row) => row.or([row('user_id', '=', userId), row('address_hash', '=', addressHash(address))]))
    .orderBy('created_at')
    .execute()
  const own = made.filter(({ user_id }) => user_id === userId)
  const there = made.filter(({ address_hash }) => address_hash.equals(addressHash(address)))
  const refuse = (waitMs: number, why: string) =>
    new AppError('RATE_LIMITED', { message: why, details: { retryAfterS: Math.ceil(waitMs / 1_000) } })
  const lastAt = own.at(-1)?.created_at.getTime() ?? 0
  if (nowMs - lastAt < MINUTE_MS) {
    const waitMs = lastAt + MINUTE_MS - nowMs
    throw refuse(waitMs, `a code was sent just now: ask for another in ${Math.ceil(waitMs / 1_000)} s`)
  }
  for (const list of [own, there]) {
    const oldest = list.at(-MOST_CODES)
    if (list.length >= MOST_CODES && oldest !== undefined)
      throw refuse(oldest.created_at.getTime() + DAY_MS - nowMs, `${MOST_CODES} codes a day are the most: try tomorrow`)
  }
}

/** Spends the code; from now on the address is written to. @throws AppError BAD_INPUT for a code that is not good. */
export async function confirmEmail(
  db: Db,
  userId: string,
  { address, code }: { address: string; code: string },
  nowMs: number,
): Promise<void> {
  // Counted before it is compared, and kept when it was wrong.
  const { rows } = await sql<{ id: string; code_hash: Buffer }>`
    update app.email_codes set tries = tries + 1
    where id = (select id from app.email_codes where user_id = ${userId} order by id desc limit 1)
      and expires_at > ${new Date(nowMs)} and tries < ${MOST_TRIES}
    returning id, code_hash`.execute(db)
  const [tried] = rows
  if (tried === undefined) throw badCode('there is no code that is still good: ask for a new one')
  if (!timingSafeEqual(tried.code_hash, codeHash(userId, address, code)))
    throw badCode('this is not the code of the mail')
  await db.transaction().execute(async (trx) => {
    const spent = await trx
      .updateTable('app.email_codes')
      .set({ expires_at: new Date(nowMs) })
      .where('id', '=', tried.id)
      .where('expires_at', '>', new Date(nowMs))
      .executeTakeFirst()
    if (spent.numUpdatedRows === 0n) throw badCode('this code was used already')
    await forgetMessages(trx, userId, 'email')
    const values = {
      address,
      unsubscribe_key: randomBytes(32),
      disabled_reason: null,
      confirmed_at: new Date(nowMs),
    }
    await trx
      .insertInto('app.email_addresses')
      .values({ user_id: userId, ...values })
      .onConflict((conflict) => conflict.column('user_id').doUpdateSet(values))
      .execute()
    await trx
      .insertInto('app.happenings')
      .values({
        user_id: userId,
        kind: 'security.email_confirmed',
        source: tried.id,
        facts: JSON.stringify({ address }),
        at: new Date(nowMs),
      })
      .execute()
  })
}

const badCode = (message: string) =>
  new AppError('BAD_INPUT', { message, details: { fields: [{ field: 'code', message }] } })

export async function emailOf(
  db: Db,
  userId: string,
): Promise<{ address: string; disabledReason: string | null } | undefined> {
  return db
    .selectFrom('app.email_addresses')
    .select(['address', 'disabled_reason as disabledReason'])
    .where('user_id', '=', userId)
    .executeTakeFirst()
}

export async function removeEmail(db: Db, userId: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await trx.deleteFrom('app.email_addresses').where('user_id', '=', userId).execute()
    await forgetMessages(trx, userId, 'email')
  })
}

/** Once: who switches it off also tells its owner, by the other channels. */
export async function disableEmail(
  db: Db,
  { userId, address, reason }: { userId: string; address: string; reason: string },
  nowMs: number,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const off = await trx
      .updateTable('app.email_addresses')
      .set({ disabled_reason: reason })
      .where('user_id', '=', userId)
      .where('address', '=', address)
      .where('disabled_reason', 'is', null)
      .executeTakeFirst()
    if (off.numUpdatedRows === 0n) return
    await forgetMessages(trx, userId, 'email')
    await trx
      .insertInto('app.happenings')
      .values({
        user_id: userId,
        kind: 'email.disabled',
        source: String(nowMs),
        facts: JSON.stringify({ address, reason }),
        at: new Date(nowMs),
      })
      .execute()
  })
}

const signatureOf = (key: Buffer, userId: string, address: string): Buffer =>
  createHmac('sha256', key).update(`unsubscribe ${userId} ${address}`).digest()

/** What a link must carry to unsubscribe this address, and no other: no sign-in is asked of who follows it. */
export async function unsubscribeToken(db: Db, userId: string): Promise<string | undefined> {
  const kept = await db
    .selectFrom('app.email_addresses')
    .select(['address', 'unsubscribe_key'])
    .where('user_id', '=', userId)
    .executeTakeFirst()
  if (kept === undefined) return undefined
  return `${userId}.${signatureOf(kept.unsubscribe_key, userId, kept.address).toString('base64url')}`
}

/** Any number of times. @throws AppError NOT_FOUND for a token of no address that there is. */
export async function unsubscribe(db: Db, token: string, nowMs: number): Promise<void> {
  const [userId = '', signature = ''] = token.split('.')
  const notFound = () => new AppError('NOT_FOUND', { message: 'this link belongs to no address we write to any more' })
  if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(userId)) throw notFound()
  const kept = await db
    .selectFrom('app.email_addresses')
    .select(['address', 'unsubscribe_key'])
    .where('user_id', '=', userId)
    .executeTakeFirst()
  if (kept === undefined) throw notFound()
  const [own, given] = [signatureOf(kept.unsubscribe_key, userId, kept.address), Buffer.from(signature, 'base64url')]
  if (own.length !== given.length || !timingSafeEqual(own, given)) throw notFound()
  await disableEmail(db, { userId, address: kept.address, reason: 'it was unsubscribed from' }, nowMs)
}
