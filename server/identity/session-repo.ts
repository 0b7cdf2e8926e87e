import { type Kysely, sql } from 'kysely'
import type { DB, Db } from '#server/platform/db/index.ts'
import type { UserRole } from '#server/platform/db/types.ts'

export type StepUpMethod = 'wallet' | 'totp' | 'passkey' | 'recovery_code'

export type SessionRow = {
  id: string
  userId: string
  wallet: string
  role: UserRole
  steppedUpAt: number | null
  steppedUpBy: StepUpMethod | null
  expiresAt: number
}

const columns = [
  's.id',
  's.user_id',
  's.stepped_up_at',
  's.stepped_up_by',
  's.expires_at',
  's.revoked_at',
  'u.wallet',
  'u.role',
] as const

export async function insertSession(
  db: Kysely<DB>,
  session: {
    userId: string
    ip: string | null
    userAgent: string | null
    steppedUpAt: number | null
    expiresAt: number
  },
  nowMs: number,
): Promise<string> {
  const at = new Date(nowMs)
  const { id } = await db
    .insertInto('app.sessions')
    .values({
      user_id: session.userId,
      ip: session.ip,
      user_agent: session.userAgent,
      created_at: at,
      last_seen_at: at,
      expires_at: new Date(session.expiresAt),
      stepped_up_at: session.steppedUpAt === null ? null : new Date(session.steppedUpAt),
      stepped_up_by: session.steppedUpAt === null ? null : 'wallet',
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

export async function insertRefreshToken(
  db: Kysely<DB>,
  token: { hash: Buffer; sessionId: string; family: string; previous: Buffer | null; expiresAt: number },
  nowMs: number,
): Promise<void> {
  await db
    .insertInto('app.refresh_tokens')
    .values({
      hash: token.hash,
      session_id: token.sessionId,
      family: token.family,
      previous: token.previous,
      created_at: new Date(nowMs),
      expires_at: new Date(token.expiresAt),
    })
    .execute()
}

export type RefreshRow = {
  family: string
  spentAt: number | null
  /** Still good: neither it nor its session has ended. */
  isLive: boolean
  session: SessionRow
}

/** Locked until the transaction ends: of two that spend one token, the second sees what the first did. */
export async function lockRefreshToken(trx: Kysely<DB>, hash: Buffer, nowMs: number): Promise<RefreshRow | undefined> {
  const row = await trx
    .selectFrom('app.refresh_tokens as t')
    .innerJoin('app.sessions as s', 's.id', 't.session_id')
    .innerJoin('users as u', 'u.id', 's.user_id')
    .select([
      ...columns,
      't.family',
      't.spent_at',
      't.expires_at as token_expires_at',
      't.revoked_at as token_revoked_at',
    ])
    .where('t.hash', '=', hash)
    .forUpdate('t')
    .executeTakeFirst()
  if (row === undefined) return undefined
  const ended = [row.revoked_at, row.token_revoked_at].some((at) => at !== null)
  const expired = [row.expires_at, row.token_expires_at].some((at) => at.getTime() <= nowMs)
  return {
    family: row.family,
    spentAt: row.spent_at?.getTime() ?? null,
    isLive: !ended && !expired,
    session: toSession(row),
  }
}

export async function spendRefreshToken(
  trx: Kysely<DB>,
  hash: Buffer,
  sessionId: string,
  nowMs: number,
): Promise<void> {
  const at = new Date(nowMs)
  await trx.updateTable('app.refresh_tokens').set({ spent_at: at }).where('hash', '=', hash).execute()
  await trx.updateTable('app.sessions').set({ last_seen_at: at }).where('id', '=', sessionId).execute()
}

export async function findSession(db: Kysely<DB>, id: string, nowMs: number): Promise<SessionRow | undefined> {
  const row = await db
    .selectFrom('app.sessions as s')
    .innerJoin('users as u', 'u.id', 's.user_id')
    .select(columns)
    .where('s.id', '=', id)
    .where('s.revoked_at', 'is', null)
    .where('s.expires_at', '>', new Date(nowMs))
    .executeTakeFirst()
  return row && toSession(row)
}

type Row = {
  id: string
  user_id: string
  wallet: string
  role: UserRole
  stepped_up_at: Date | null
  stepped_up_by: string | null
  expires_at: Date
}

function toSession(row: Row): SessionRow {
  return {
    id: row.id,
    userId: row.user_id,
    wallet: row.wallet,
    role: row.role,
    steppedUpAt: row.stepped_up_at?.getTime() ?? null,
    // The column's check allows these alone.
    steppedUpBy: row.stepped_up_by as StepUpMethod | null,
    expiresAt: row.expires_at.getTime(),
  }
}

export async function markSteppedUp(db: Db, id: string, by: StepUpMethod, nowMs: number): Promise<void> {
  await db
    .updateTable('app.sessions')
    .set({ stepped_up_at: new Date(nowMs), stepped_up_by: by })
    .where('id', '=', id)
    .execute()
}

/** Ends sessions of a user: one, all, or all but one. @returns their ids. */
export async function revokeSessions(
  db: Kysely<DB>,
  { userId, only, except, because }: { userId: string; only?: string; except?: string; because: string },
  nowMs: number,
): Promise<string[]> {
  const rows = await db
    .updateTable('app.sessions')
    .set({ revoked_at: new Date(nowMs), revoked_because: because })
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .$if(only !== undefined, (q) => q.where('id', '=', only ?? ''))
    .$if(except !== undefined, (q) => q.where('id', '<>', except ?? ''))
    .returning('id')
    .execute()
  const ids = rows.map(({ id }) => id)
  if (ids.length > 0) {
    await db
      .updateTable('app.refresh_tokens')
      .set({ revoked_at: new Date(nowMs) })
      .where('session_id', 'in', ids)
      .where('revoked_at', 'is', null)
      .execute()
  }
  return ids
}

/** Of the sessions that ended since then: their access tokens may still be good by themselves. */
export async function listRevokedSince(db: Db, sinceMs: number): Promise<string[]> {
  const rows = await db.selectFrom('app.sessions').select('id').where('revoked_at', '>', new Date(sinceMs)).execute()
  return rows.map(({ id }) => id)
}

export async function listSessions(db: Db, userId: string, nowMs: number) {
  const rows = await db
    .selectFrom('app.sessions')
    .select(['id', 'user_agent', sql<string | null>`host(ip)`.as('ip'), 'created_at', 'last_seen_at', 'expires_at'])
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', new Date(nowMs))
    .orderBy('last_seen_at', 'desc')
    .limit(50)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    userAgent: row.user_agent,
    ip: row.ip,
    createdAt: row.created_at.getTime(),
    lastSeenAt: row.last_seen_at.getTime(),
    expiresAt: row.expires_at.getTime(),
  }))
}
