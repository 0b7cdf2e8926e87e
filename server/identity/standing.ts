import { recordAudit } from '#server/platform/audit.ts'
import type { Db } from '#server/platform/db/index.ts'
import type { KycStatus, RiskLevel, UserRole } from '#server/platform/db/types.ts'
import { AppError } from '#server/platform/errors.ts'
import type { Identity } from './identity.ts'
import { overruleChecks } from './kyc/checks.ts'
import { endSessions } from './sessions.ts'
import { findUser } from './user-repo.ts'

type Standing = { kycStatus?: KycStatus | undefined; riskLevel?: RiskLevel | undefined }

/**
 * Gives a user a role. Their sessions end: tokens carry the role, and one that was taken away must not last ten minutes.
 * @throws AppError NOT_FOUND, and CONFLICT for the own role, so that the last admin cannot leave by accident.
 */
export async function changeRole(
  identity: Identity,
  { actor, wallet, role }: { actor: string; wallet: string; role: UserRole },
): Promise<void> {
  const user = await existing(identity.db, wallet)
  if (user.id === actor) throw new AppError('CONFLICT', { message: 'nobody changes the own role: ask another admin' })
  await identity.db.transaction().execute(async (trx) => {
    await trx.updateTable('users').set({ role }).where('id', '=', user.id).execute()
    const details = { from: user.role, to: role }
    await recordAudit(trx, { stream: 'identity', actor, action: 'role.changed', subject: user.id, details })
  })
  await endSessions(identity, { userId: user.id, because: 'the role changed' })
}

/** What the risk desk found. A check that was waiting ends with it. */
export async function changeStanding(
  db: Db,
  { actor, wallet, kycStatus, riskLevel }: Standing & { actor: string; wallet: string },
  nowMs: number,
): Promise<void> {
  const user = await existing(db, wallet)
  const details = { ...(kycStatus && { kycStatus }), ...(riskLevel && { riskLevel }) }
  if (Object.keys(details).length === 0)
    throw new AppError('BAD_INPUT', { message: 'give kycStatus, riskLevel, or both' })
  await db.transaction().execute(async (trx) => {
    await trx
      .updateTable('users')
      .set({ ...(kycStatus && { kyc_status: kycStatus }), ...(riskLevel && { risk_level: riskLevel }) })
      .where('id', '=', user.id)
      .execute()
    if (kycStatus !== undefined) await overruleChecks(trx, user.id, kycStatus, nowMs)
    await recordAudit(trx, { stream: 'identity', actor, action: 'standing.changed', subject: user.id, details })
  })
}

async function existing(db: Db, wallet: string) {
  const user = await findUser(db, wallet)
  if (user === undefined) throw new AppError('NOT_FOUND', { message: 'this wallet has never signed in' })
  return user
}
