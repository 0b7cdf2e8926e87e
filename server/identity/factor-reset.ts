import type { Kysely } from 'kysely'
import { askApproval, type Decided } from '#server/platform/approvals.ts'
import { recordAudit } from '#server/platform/audit.ts'
import type { Bus } from '#server/platform/bus.ts'
import type { DB, Db } from '#server/platform/db/index.ts'
import { AppError } from '#server/platform/errors.ts'
import { countFactors, removeAllFactors } from './factor-repo.ts'
import { announceRevoked } from './revocations.ts'
import { revokeSessions } from './session-repo.ts'
import { findUser } from './user-repo.ts'

/**
 * The way back for a user who lost every second factor: support asks, an admin approves, the user is told everywhere, and
 * only after this time the factors fall. Whoever still has a session of the user stops it with one press.
 */
export const FACTOR_RESET_WAIT_MS = 48 * 3_600_000
export const FACTOR_RESET = 'factors.reset'

/** @throws AppError NOT_FOUND for a wallet that never signed in, CONFLICT where there is nothing to reset or nobody may. */
export async function askFactorReset(
  db: Db,
  { actor, wallet, reason }: { actor: string; wallet: string; reason: string },
  nowMs: number,
): Promise<string> {
  return db.transaction().execute(async (trx) => {
    const user = await findUser(trx, wallet)
    if (user === undefined) throw new AppError('NOT_FOUND', { message: 'this wallet has never signed in' })
    if (user.role !== 'user') {
      throw new AppError('CONFLICT', { message: 'factors of staff are not reset: take the role away first' })
    }
    if ((await countFactors(trx, user.id)) === 0) {
      throw new AppError('CONFLICT', { message: 'this user has no second factor: a signature of the wallet confirms' })
    }
    return askApproval(trx, { kind: FACTOR_RESET, payload: { wallet }, reason, actor, subject: user.id }, nowMs)
  })
}

/** What an approved request does: the waiting begins, and a trigger tells the user. */
export async function beginFactorReset(
  trx: Kysely<DB>,
  { id: approvalId, subject: userId }: Decided,
  actor: string,
  nowMs: number,
): Promise<void> {
  if (userId === null) throw new Error(`the approval ${approvalId} names no user`)
  const begun = await trx
    .insertInto('app.factor_resets')
    .values({
      user_id: userId,
      approval_id: approvalId,
      approved_at: new Date(nowMs),
      due_at: new Date(nowMs + FACTOR_RESET_WAIT_MS),
    })
    .onConflict((conflict) =>
      conflict.columns(['user_id']).where('canceled_at', 'is', null).where('done_at', 'is', null).doNothing(),
    )
    .returning('id')
    .executeTakeFirst()
  if (begun === undefined) throw new AppError('CONFLICT', { message: 'a reset of this user is under way already' })
  await recordAudit(trx, { stream: 'identity', actor, action: 'factor_reset.begun', subject: userId })
}

const pending = (db: Kysely<DB>) =>
  db.selectFrom('app.factor_resets').where('canceled_at', 'is', null).where('done_at', 'is', null)

/** When the factors of a user fall; null while nobody has asked for that. */
export async function pendingFactorReset(db: Db, userId: string): Promise<{ dueAt: number } | null> {
  const row = await pending(db).select('due_at').where('user_id', '=', userId).executeTakeFirst()
  return row === undefined ? null : { dueAt: row.due_at.getTime() }
}

/** By the user, from any session. @throws AppError NOT_FOUND when none is under way. */
export async function cancelFactorReset(db: Db, userId: string, nowMs: number): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const row = await trx
      .updateTable('app.factor_resets')
      .set({ canceled_at: new Date(nowMs) })
      .where('user_id', '=', userId)
      .where('canceled_at', 'is', null)
      .where('done_at', 'is', null)
      .returning('id')
      .executeTakeFirst()
    if (row === undefined) throw new AppError('NOT_FOUND', { message: 'no reset of your factors is under way' })
    await recordAudit(trx, { stream: 'identity', actor: userId, action: 'factor_reset.canceled', subject: userId })
  })
}

/** Those that are due: factors and recovery codes fall, and every session ends, so that the wallet has to sign anew. */
export async function finishFactorResets({ db, bus }: { db: Db; bus: Bus }, nowMs: number): Promise<number> {
  const due = await pending(db).select('id').where('due_at', '<=', new Date(nowMs)).execute()
  for (const { id } of due) {
    const ended = await db.transaction().execute((trx) => finish(trx, id, nowMs))
    await announceRevoked(bus, ended)
  }
  return due.length
}

async function finish(trx: Kysely<DB>, id: string, nowMs: number): Promise<string[]> {
  const row = await pending(trx)
    .innerJoin('users as u', 'u.id', 'app.factor_resets.user_id')
    .select(['u.id as userId', 'u.role'])
    .where('app.factor_resets.id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  // Its owner was faster.
  if (row === undefined) return []
  const { userId, role } = row
  const isStaff = role !== 'user'
  await trx
    .updateTable('app.factor_resets')
    .set(isStaff ? { canceled_at: new Date(nowMs) } : { done_at: new Date(nowMs) })
    .where('id', '=', id)
    .execute()
  const action = isStaff ? 'factor_reset.canceled' : 'factor_reset.done'
  await recordAudit(trx, { stream: 'identity', actor: 'jobs', action, subject: userId })
  // Whoever has got a role meanwhile keeps the factors: a reset begun before must not be the way to it.
  if (isStaff) return []
  await removeAllFactors(trx, userId)
  return revokeSessions(trx, { userId, because: 'the second factors were reset' }, nowMs)
}
