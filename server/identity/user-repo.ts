import { type Kysely, sql } from 'kysely'
import { asUser, type Claims, type DB, type Db, ensurePartitions, readAsUser } from '#server/platform/db/index.ts'
import type { LoginResult, UserRole } from '#server/platform/db/types.ts'
import { readableCode } from './random.ts'
import type { UserDto } from './schema.ts'

export type User = { id: string; wallet: string; role: UserRole }

const REFERRAL_CODE_LENGTH = 8

/** The user of a wallet, made at the first sign-in. `referralCode`: whose link brought a new one here. */
export async function findOrMakeUser(
  db: Kysely<DB>,
  { wallet, referralCode }: { wallet: string; referralCode: string | undefined },
): Promise<User & { isNew: boolean }> {
  const known = await findUser(db, wallet)
  if (known !== undefined) return { ...known, isNew: false }
  const referrer =
    referralCode === undefined
      ? undefined
      : await db.selectFrom('users').select('id').where('referral_code', '=', referralCode).executeTakeFirst()
  const made = await db
    .insertInto('users')
    .values({ wallet, referral_code: readableCode(REFERRAL_CODE_LENGTH), referred_by: referrer?.id ?? null })
    .onConflict((conflict) => conflict.column('wallet').doNothing())
    .returning(['id', 'wallet', 'role'])
    .executeTakeFirst()
  // Another sign-in of the same wallet was faster.
  const user = made ?? (await findUser(db, wallet))
  if (user === undefined)
    throw new Error('a new user was neither made nor found: its referral code is taken, try again')
  return { ...user, isNew: made !== undefined }
}

export async function findUser(db: Kysely<DB>, wallet: string): Promise<User | undefined> {
  return db.selectFrom('users').select(['id', 'wallet', 'role']).where('wallet', '=', wallet).executeTakeFirst()
}

/** What users see and change of their own goes through row security, as any client's would. */
const claimsOf = ({ id, role }: Pick<User, 'id' | 'role'>): Claims => ({
  role: 'authenticated',
  sub: id,
  user_role: role,
})

export async function readUser(db: Db, user: Pick<User, 'id' | 'role'>): Promise<UserDto | undefined> {
  const [row] = await readAsUser(db, claimsOf(user), (own) =>
    own
      .selectFrom('users')
      .select(['id', 'wallet', 'display_name', 'role', 'kyc_status', 'risk_level', 'referral_code', 'created_at'])
      .where('id', '=', user.id),
  )
  return (
    row && {
      id: row.id,
      wallet: row.wallet,
      displayName: row.display_name,
      role: row.role,
      kycStatus: row.kyc_status,
      riskLevel: row.risk_level,
      referralCode: row.referral_code,
      createdAt: row.created_at.getTime(),
    }
  )
}

export async function renameUser(db: Db, user: Pick<User, 'id' | 'role'>, displayName: string | null): Promise<void> {
  await asUser(db, claimsOf(user), (own) =>
    own.updateTable('users').set({ display_name: displayName }).where('id', '=', user.id).execute(),
  )
}

export async function findDisplayName(db: Db, wallet: string): Promise<string | null> {
  const row = await db.selectFrom('users').select('display_name').where('wallet', '=', wallet).executeTakeFirst()
  return row?.display_name ?? null
}

export async function findReferrer(db: Db, referralCode: string): Promise<string | undefined> {
  const row = await db.selectFrom('users').select('wallet').where('referral_code', '=', referralCode).executeTakeFirst()
  return row?.wallet
}

export type LoginEvent = {
  userId: string | null
  wallet: string
  result: LoginResult
  reason?: string
  ip: string | null
  userAgent: string | null
}

export async function recordLogin(db: Db, { userId, userAgent, ...event }: LoginEvent, nowMs: number): Promise<void> {
  await ensurePartitions(db, 'public.login_events', [nowMs])
  await db
    .insertInto('login_events')
    .values({ ...event, user_id: userId, user_agent: userAgent, at: new Date(nowMs) })
    .execute()
}

const SHOWN_LOGINS = 30

export async function listLogins(db: Db, { userId: id, role }: { userId: string; role: UserRole }) {
  const rows = await readAsUser(db, claimsOf({ id, role }), (own) =>
    own
      .selectFrom('login_events')
      .select(['at', 'result', 'reason', 'user_agent', sql<string | null>`host(ip)`.as('ip')])
      .where('user_id', '=', id)
      .orderBy('at', 'desc')
      .limit(SHOWN_LOGINS),
  )
  return rows.map(({ at, user_agent, ...row }) => ({ ...row, at: at.getTime(), userAgent: user_agent }))
}
