import { recordAudit } from '#server/platform/audit.ts'
import { AppError } from '#server/platform/errors.ts'
import { takeRecoveryCode } from './factor-repo.ts'
import { hashOfRecoveryCode, tryFactor } from './factors.ts'
import type { Identity } from './identity.ts'
import type { StepUpMethod } from './session-repo.ts'
import { isTotpCode, spendTotpCode } from './totp.ts'

const RECOVERY_CODE = /^[A-Z0-9]{4}(-?[A-Z0-9]{4}){3}$/

/** @throws AppError FORBIDDEN with one sentence for a wrong code, a used one, and one of a user who has none. */
export async function checkCode(identity: Identity, userId: string, typed: string): Promise<StepUpMethod> {
  return tryFactor(identity, userId, async () => {
    const code = typed.replaceAll(/\s/g, '').toUpperCase()
    if (isTotpCode(code) && (await spendTotpCode(identity, userId, code))) return 'totp'
    if (RECOVERY_CODE.test(code)) {
      const hash = hashOfRecoveryCode(userId, code)
      if (await takeRecoveryCode(identity.db, userId, hash, identity.clock.now())) {
        await recordAudit(identity.db, {
          stream: 'identity',
          actor: userId,
          action: 'recovery_code.used',
          subject: userId,
        })
        return 'recovery_code'
      }
    }
    throw new AppError('FORBIDDEN', { message: 'The code is wrong, or it has been used already.' })
  })
}
