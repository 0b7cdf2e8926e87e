import { recordAudit } from '#server/platform/audit.ts'
import { AppError } from '#server/platform/errors.ts'
import type { Identity } from './identity.ts'
import { insertKey, listKeys, revokeKey } from './key-repo.ts'
import { hashOf, newToken } from './random.ts'
import type { ApiKeyInput } from './schema.ts'
import { HMAC_COLUMN } from './signed-request.ts'

/** Tells a key from an access token, and lets scanners of public code recognise one that was published. */
export const BEARER_PREFIX = 'qdk_'
const MOST_KEYS = 30

/** @returns the key and, once, its secret. */
export async function makeKey(identity: Identity, userId: string, input: ApiKeyInput) {
  const now = identity.clock.now()
  if (input.expiresAt !== null && input.expiresAt <= now) {
    throw new AppError('BAD_INPUT', { message: 'expiresAt: this time has passed' })
  }
  const publicKey = input.publicKey === undefined ? null : Buffer.from(input.publicKey, 'base64')
  if (publicKey !== null && publicKey.length !== 32) {
    throw new AppError('BAD_INPUT', { message: `publicKey: an Ed25519 key has 32 bytes, this one ${publicKey.length}` })
  }
  const id = crypto.randomUUID()
  const secret = newToken()
  const bearer = `${BEARER_PREFIX}${secret}`
  const sealed = await identity.seal.seal(Buffer.from(secret), { column: HMAC_COLUMN, userId, rowId: id })
  const { method, label, scopes, ips, expiresAt, tradingLimit, dataLimit } = input
  const own = { id, userId, label, method, scopes: [...new Set(scopes)], ips, expiresAt, tradingLimit, dataLimit }
  const key = await identity.db.transaction().execute(async (trx) => {
    if ((await listKeys(trx, userId)).length >= MOST_KEYS) {
      throw new AppError('CONFLICT', { message: `at most ${MOST_KEYS} keys: revoke one first` })
    }
    await insertKey(
      trx,
      {
        ...own,
        hash: method === 'bearer' ? hashOf(bearer) : null,
        sealedSecret: method === 'hmac' ? sealed : null,
        publicKey,
      },
      now,
    )
    await recordAudit(trx, {
      stream: 'identity',
      actor: userId,
      action: 'api_key.made',
      subject: id,
      details: { method, scopes, ips, expiresAt },
    })
    return (await listKeys(trx, userId)).find((one) => one.id === id)
  })
  if (key === undefined) throw new Error('a key that was just made is not there')
  return { key, secret: { bearer, hmac: secret, ed25519: null }[method] }
}

/** @throws AppError NOT_FOUND */
export async function endKey(identity: Identity, userId: string, id: string): Promise<void> {
  await identity.db.transaction().execute(async (trx) => {
    if (!(await revokeKey(trx, userId, id, identity.clock.now()))) {
      throw new AppError('NOT_FOUND', { message: 'there is no such key' })
    }
    await recordAudit(trx, { stream: 'identity', actor: userId, action: 'api_key.revoked', subject: id })
  })
}
