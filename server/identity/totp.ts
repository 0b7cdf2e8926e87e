import { Secret, TOTP } from 'otpauth'
import { AppError } from '#server/platform/errors.ts'
import { advanceStep, confirmFactor, findTotp, insertFactor, removeUnconfirmed } from './factor-repo.ts'
import { addFactor, tryFactor } from './factors.ts'
import type { Identity } from './identity.ts'

/** What every authenticator app understands (RFC 6238 with its defaults). */
const PERIOD_S = 30
const SECRET_BYTES = 20
/** One step to either side: clocks of phones are a little off. */
const WINDOW = 1
export const TOTP_COLUMN = 'app.mfa_factors.secret'

export const isTotpCode = (code: string): boolean => /^\d{6}$/.test(code)

const totpOf = (secret: Uint8Array, label: string): TOTP =>
  new TOTP({
    issuer: 'QuantDesk',
    label,
    secret: new Secret({ buffer: Uint8Array.from(secret).buffer }),
    period: PERIOD_S,
  })

/** Makes a secret that counts as a factor once the first code of it was right. */
export async function beginTotp(
  identity: Identity,
  { userId, wallet }: { userId: string; wallet: string },
): Promise<{ id: string; secret: string; uri: string }> {
  if ((await findTotp(identity.db, userId)) !== undefined) {
    throw new AppError('CONFLICT', { message: 'there is an authenticator app already: remove it first' })
  }
  const id = crypto.randomUUID()
  const secret = new Secret({ size: SECRET_BYTES })
  const totp = totpOf(secret.bytes, `${wallet.slice(0, 4)}…${wallet.slice(-4)}`)
  const sealed = await identity.seal.seal(secret.bytes, { column: TOTP_COLUMN, userId, rowId: id })
  await identity.db.transaction().execute(async (trx) => {
    await removeUnconfirmed(trx, userId)
    await insertFactor(trx, { id, userId, kind: 'totp', label: 'Authenticator app', secret: sealed, confirmedAt: null })
  })
  return { id, secret: secret.base32, uri: totp.toString() }
}

/** @throws AppError FORBIDDEN for a wrong code, NOT_FOUND for a setup that is not this user's. */
export async function confirmTotp(
  identity: Identity,
  { userId, id, code }: { userId: string; id: string; code: string },
): Promise<{ recoveryCodes: string[] | null }> {
  return tryFactor(identity, userId, async () => {
    const factor = await findTotp(identity.db, userId, id)
    if (factor === undefined) throw new AppError('NOT_FOUND', { message: 'this setup has ended: begin again' })
    const step = await stepOf(identity, { ...factor, userId }, code)
    if (step === undefined) {
      throw new AppError('FORBIDDEN', { message: 'The code is wrong. Check that the clock of your phone is right.' })
    }
    return addFactor(identity, { userId, kind: 'totp', id }, async (trx) => {
      await advanceStep(trx, id, step)
      await confirmFactor(trx, id, identity.clock.now())
    })
  })
}

/** Whether the code is right now; each is good once. */
export async function spendTotpCode(identity: Identity, userId: string, code: string): Promise<boolean> {
  const factor = await findTotp(identity.db, userId)
  if (factor === undefined) return false
  const step = await stepOf(identity, { ...factor, userId }, code)
  return step !== undefined && advanceStep(identity.db, factor.id, step)
}

/** The time step a code belongs to, undefined for none that is near. */
async function stepOf(
  identity: Identity,
  { id, userId, secret }: { id: string; userId: string; secret: Buffer },
  token: string,
): Promise<bigint | undefined> {
  const timestamp = identity.clock.now()
  const opened = await identity.seal.open(secret, { column: TOTP_COLUMN, userId, rowId: id })
  const delta = totpOf(opened, '').validate({ token, timestamp, window: WINDOW })
  return delta === null ? undefined : BigInt(Math.floor(timestamp / 1000 / PERIOD_S) + delta)
}
