import type { Kysely } from 'kysely'
import type { DB, Db } from '#server/platform/db/index.ts'
import type { AppFactorKind } from '#server/platform/db/types.ts'

/** Factors that were shown to work once; the others are not there yet. */
const confirmed = (db: Kysely<DB>, userId: string) =>
  db.selectFrom('app.mfa_factors').where('user_id', '=', userId).where('confirmed_at', 'is not', null)

export async function listFactors(db: Db, userId: string) {
  const rows = await confirmed(db, userId).select(['id', 'kind', 'label', 'created_at']).orderBy('created_at').execute()
  return rows.map(({ created_at, ...row }) => ({ ...row, createdAt: created_at.getTime() }))
}

export async function countFactors(db: Kysely<DB>, userId: string): Promise<number> {
  return (await confirmed(db, userId).select('id').execute()).length
}

/** `confirmedAt` null: set up, and not there until its first code was right. */
export async function insertFactor(
  db: Kysely<DB>,
  factor: {
    id: string
    userId: string
    kind: AppFactorKind
    label: string
    secret: Buffer
    details?: Readonly<Record<string, unknown>>
    lastStep?: bigint
    confirmedAt: number | null
  },
): Promise<void> {
  await db
    .insertInto('app.mfa_factors')
    .values({
      id: factor.id,
      user_id: factor.userId,
      kind: factor.kind,
      label: factor.label,
      secret: factor.secret,
      details: JSON.stringify(factor.details ?? {}),
      last_step: factor.lastStep ?? null,
      confirmed_at: factor.confirmedAt === null ? null : new Date(factor.confirmedAt),
    })
    .execute()
}

export async function findTotp(db: Db, userId: string, id?: string) {
  return db
    .selectFrom('app.mfa_factors')
    .select(['id', 'secret'])
    .where('user_id', '=', userId)
    .where('kind', '=', 'totp')
    .$if(id === undefined, (q) => q.where('confirmed_at', 'is not', null))
    .$if(id !== undefined, (q) => q.where('id', '=', id ?? '').where('confirmed_at', 'is', null))
    .executeTakeFirst()
}

/** Half set-up ones of before, of which there can be any number. */
export async function removeUnconfirmed(db: Kysely<DB>, userId: string): Promise<void> {
  await db.deleteFrom('app.mfa_factors').where('user_id', '=', userId).where('confirmed_at', 'is', null).execute()
}

/** A code of TOTP or a counter of a passkey: takes the step for good, unless it or a later one was taken. @returns whether it was free. */
export async function advanceStep(db: Kysely<DB>, id: string, step: bigint): Promise<boolean> {
  const row = await db
    .updateTable('app.mfa_factors')
    .set({ last_step: step })
    .where('id', '=', id)
    .where((where) => where.or([where('last_step', 'is', null), where('last_step', '<', step)]))
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function confirmFactor(db: Kysely<DB>, id: string, nowMs: number): Promise<void> {
  await db
    .updateTable('app.mfa_factors')
    .set({ confirmed_at: new Date(nowMs) })
    .where('id', '=', id)
    .execute()
}

export async function listPasskeys(db: Db, userId: string) {
  return confirmed(db, userId).select(['id', 'secret', 'details', 'last_step']).where('kind', '=', 'passkey').execute()
}

/** @returns the kind of the factor that was there. */
export async function removeFactor(trx: Kysely<DB>, userId: string, id: string): Promise<AppFactorKind | undefined> {
  const row = await trx
    .deleteFrom('app.mfa_factors')
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .returning('kind')
    .executeTakeFirst()
  return row?.kind
}

/** All of a user, with the recovery codes that stand in for them. */
export async function removeAllFactors(trx: Kysely<DB>, userId: string): Promise<void> {
  await trx.deleteFrom('app.mfa_factors').where('user_id', '=', userId).execute()
  await replaceRecoveryCodes(trx, userId, [])
}

export async function replaceRecoveryCodes(trx: Kysely<DB>, userId: string, hashes: readonly Buffer[]): Promise<void> {
  await trx.deleteFrom('app.recovery_codes').where('user_id', '=', userId).execute()
  if (hashes.length === 0) return
  await trx
    .insertInto('app.recovery_codes')
    .values(hashes.map((hash) => ({ user_id: userId, hash })))
    .execute()
}

/** Uses a code up; of two tries at once one has it. */
export async function takeRecoveryCode(db: Db, userId: string, hash: Buffer, nowMs: number): Promise<boolean> {
  const row = await db
    .updateTable('app.recovery_codes')
    .set({ used_at: new Date(nowMs) })
    .where('user_id', '=', userId)
    .where('hash', '=', hash)
    .where('used_at', 'is', null)
    .returning('user_id')
    .executeTakeFirst()
  return row !== undefined
}

export async function countRecoveryCodes(db: Kysely<DB>, userId: string): Promise<number> {
  const rows = await db
    .selectFrom('app.recovery_codes')
    .select('user_id')
    .where('user_id', '=', userId)
    .where('used_at', 'is', null)
    .execute()
  return rows.length
}
