import type { Kysely } from 'kysely'
import { recordAudit } from '#server/platform/audit.ts'
import type { DB } from '#server/platform/db/index.ts'
import { AppError } from '#server/platform/errors.ts'
import { type AttemptRule, forgiveAttempts, takeAttempt } from './attempt-repo.ts'
import { countFactors, removeFactor, replaceRecoveryCodes } from './factor-repo.ts'
import type { Identity } from './identity.ts'
import { hashOf, readableCode } from './random.ts'

/** By user, over all factors: a million codes of six digits take centuries so. */
const WRONG_CODES: AttemptRule = { most: 5, windowMs: 15 * 60_000, lockMs: 15 * 60_000 }
const RECOVERY_CODES = 10

/** A try at a user's factors. One that fails counts; the fifth locks all of them. @throws what `check` throws. */
export async function tryFactor<T>(identity: Identity, userId: string, check: () => Promise<T>): Promise<T> {
  const subject = `factor ${userId}`
  await takeAttempt(identity.db, subject, WRONG_CODES, identity.clock.now())
  const result = await check()
  await forgiveAttempts(identity.db, subject)
  return result
}

/** 79 random bits each, so a fast hash is enough; bound to the user, so no table of hashes serves for all. */
export const hashOfRecoveryCode = (userId: string, code: string): Buffer =>
  hashOf(`${userId} ${code.replaceAll('-', '')}`)

/** New codes; those of before are void. @returns them as they are shown, once. */
export async function makeRecoveryCodes(trx: Kysely<DB>, userId: string): Promise<string[]> {
  const codes = Array.from({ length: RECOVERY_CODES }, () => Array.from({ length: 4 }, () => readableCode(4)).join('-'))
  await replaceRecoveryCodes(
    trx,
    userId,
    codes.map((code) => hashOfRecoveryCode(userId, code)),
  )
  await recordAudit(trx, { stream: 'identity', actor: userId, action: 'recovery_codes.made', subject: userId })
  return codes
}

/** After `add` made a factor: its entry in the log and, with the first one, the recovery codes. */
export async function addFactor(
  identity: Identity,
  { userId, kind, id }: { userId: string; kind: 'totp' | 'passkey'; id: string },
  add: (trx: Kysely<DB>) => Promise<void>,
): Promise<{ recoveryCodes: string[] | null }> {
  return identity.db.transaction().execute(async (trx) => {
    const isFirst = (await countFactors(trx, userId)) === 0
    await add(trx)
    await recordAudit(trx, {
      stream: 'identity',
      actor: userId,
      action: 'factor.added',
      subject: id,
      details: { kind },
    })
    return { recoveryCodes: isFirst ? await makeRecoveryCodes(trx, userId) : null }
  })
}

/** With the last factor its recovery codes go. @throws AppError NOT_FOUND */
export async function dropFactor(identity: Identity, userId: string, id: string): Promise<void> {
  await identity.db.transaction().execute(async (trx) => {
    const kind = await removeFactor(trx, userId, id)
    if (kind === undefined) throw new AppError('NOT_FOUND', { message: 'there is no such factor' })
    await recordAudit(trx, {
      stream: 'identity',
      actor: userId,
      action: 'factor.removed',
      subject: id,
      details: { kind },
    })
    if ((await countFactors(trx, userId)) === 0) await replaceRecoveryCodes(trx, userId, [])
  })
}
