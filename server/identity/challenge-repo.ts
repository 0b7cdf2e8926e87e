import type { Db } from '#server/platform/db/index.ts'
import type { AppChallengePurpose } from '#server/platform/db/types.ts'
import { hashOf } from './random.ts'

export type Challenge = {
  purpose: AppChallengePurpose
  /** What we gave out: a nonce, a WebAuthn challenge, an OAuth state. */
  secret: string
  /** The cookie or session of who asked, and must come back with it. */
  holder: string
  userId?: string
  details: Readonly<Record<string, unknown>>
  expiresAt: number
}

/** How long one that has expired is kept, so that a late try is still told apart from a made-up one in the database. */
const KEPT_MS = 60 * 60_000

export async function putChallenge(
  db: Db,
  { purpose, secret, holder, userId, details, expiresAt }: Challenge,
  nowMs: number,
): Promise<void> {
  await db
    .deleteFrom('app.challenges')
    .where('expires_at', '<', new Date(nowMs - KEPT_MS))
    .execute()
  await db
    .insertInto('app.challenges')
    .values({
      hash: hashOf(secret),
      purpose,
      holder: hashOf(holder),
      user_id: userId ?? null,
      details: JSON.stringify(details),
      created_at: new Date(nowMs),
      expires_at: new Date(expiresAt),
      used_at: null,
    })
    .execute()
}

/** Uses it up: of any number of tries at once, one gets it. Undefined when it is used, expired, another's or not ours. */
export async function takeChallenge(
  db: Db,
  { purpose, secret, holder }: Pick<Challenge, 'purpose' | 'secret' | 'holder'>,
  nowMs: number,
): Promise<{ userId: string | null; details: unknown } | undefined> {
  const row = await db
    .updateTable('app.challenges')
    .set({ used_at: new Date(nowMs) })
    .where('hash', '=', hashOf(secret))
    .where('purpose', '=', purpose)
    .where('holder', '=', hashOf(holder))
    .where('used_at', 'is', null)
    .where('expires_at', '>', new Date(nowMs))
    .where('created_at', '<=', new Date(nowMs))
    .returning(['user_id', 'details'])
    .executeTakeFirst()
  return row === undefined ? undefined : { userId: row.user_id, details: row.details }
}
