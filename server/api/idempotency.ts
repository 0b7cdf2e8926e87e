import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import type { Clock } from '#server/platform/clock.ts'
import type { Db } from '#server/platform/db/index.ts'
import { AppError } from '#server/platform/errors.ts'
import { requireIdempotencyKey } from '#server/platform/idempotency-key.ts'
import type { Principal } from '#server/platform/principal.ts'

/** What is answered again: not what was done again. */
export type Answer = { status: number; type: string; body: string }

const KEPT_MS = 24 * 3_600_000
/** Longer than any change takes: what has not been answered by then ended with its process. */
const RUNNING_MS = 60_000

type Request = {
  key: string
  principal: Principal
  /** Method, path and body: the same key for anything else is a mistake of its sender. */
  request: string
}

/**
 * Does `change` once for a key, also when it is asked for many times at once or after a crash; later askers get the first answer.
 * A refusal that says "not now" is not kept.
 * @throws AppError BAD_INPUT for a key that is none; CONFLICT for another request under the same key, while the first one runs,
 * and when its process died before it answered: whether it was done is unknown then, and it is not done again.
 */
export async function answerOnce(
  { db, clock }: { db: Db; clock: Clock },
  { key, principal, request }: Request,
  change: () => Promise<Answer>,
): Promise<Answer & { replayed: boolean }> {
  requireIdempotencyKey(key)
  const id = { principal: principal?.userId ?? 'anybody', key: digest(key) }
  const now = clock.now()
  const claim = { ...id, request: digest(request), answer: null, started_at: new Date(now) }
  const claimed = await db
    .insertInto('app.idempotency_keys')
    .values(claim)
    .onConflict((conflict) =>
      conflict
        .columns(['principal', 'key'])
        .doUpdateSet(claim)
        .where('app.idempotency_keys.started_at', '<', new Date(now - KEPT_MS)),
    )
    .executeTakeFirst()
  if (claimed.numInsertedOrUpdatedRows === 0n) return { ...(await answerOf(db, id, request, key, now)), replayed: true }

  const mine = db.deleteFrom('app.idempotency_keys').where('principal', '=', id.principal).where('key', '=', id.key)
  try {
    const answer = await change()
    if (isForNow(answer.status)) await mine.execute()
    else await keep(db, id, seal(answer, key))
    return { ...answer, replayed: false }
  } catch (error) {
    await mine.execute()
    throw error
  }
}

type Id = { principal: string; key: Buffer }

async function answerOf(db: Db, { principal, key }: Id, request: string, secret: string, now: number): Promise<Answer> {
  const row = await db
    .selectFrom('app.idempotency_keys')
    .select(['request', 'answer', 'started_at'])
    .where('principal', '=', principal)
    .where('key', '=', key)
    .executeTakeFirst()
  if (row !== undefined && !row.request.equals(digest(request))) {
    throw new AppError('CONFLICT', { message: 'this Idempotency-Key was used for another request: take a new one' })
  }
  if (row?.answer) return open(row.answer, secret)
  const isLost = row !== undefined && now - row.started_at.getTime() > RUNNING_MS
  throw new AppError('CONFLICT', {
    message: isLost
      ? 'the server stopped while it answered the first request under this Idempotency-Key: look whether it was done before you send another'
      : 'the first request under this Idempotency-Key is still being answered: ask again in a second',
    details: { state: isLost ? 'unknown' : 'running' },
  })
}

async function keep(db: Db, { principal, key }: Id, answer: Buffer): Promise<void> {
  await db
    .updateTable('app.idempotency_keys')
    .set({ answer })
    .where('principal', '=', principal)
    .where('key', '=', key)
    .execute()
}

/** Not signed in, not confirmed, too many requests, or something of ours was away: the next time may go otherwise. */
const isForNow = (status: number): boolean => [401, 403, 429].includes(status) || status >= 500

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

const CIPHER = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Answers may hold tokens and keys. The key they are sealed with is in nobody's hands but the sender's. */
function seal(answer: Answer, secret: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, sealingKey(secret), nonce)
  const sealed = Buffer.concat([cipher.update(JSON.stringify(answer)), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed])
}

function open(sealed: Buffer, secret: string): Answer {
  const decipher = createDecipheriv(CIPHER, sealingKey(secret), sealed.subarray(0, NONCE_BYTES))
  decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
  const text = Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()])
  return JSON.parse(text.toString())
}

const sealingKey = (secret: string): Buffer => Buffer.from(hkdfSync('sha256', secret, '', 'quantdesk idempotency', 32))
