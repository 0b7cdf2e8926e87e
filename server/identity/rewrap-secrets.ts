import type { Db } from '#server/platform/db/index.ts'
import type { Seal } from '#server/platform/seal/index.ts'
import { HMAC_COLUMN } from './signed-request.ts'
import { TOTP_COLUMN } from './totp.ts'

/**
 * Wraps every stored secret under the newest master key, so that the older ones can be taken out of SEAL_KEYS. Readers go on
 * meanwhile, and a secret that is changed under way is left to its writer.
 * @returns how many were wrapped anew.
 */
export async function rewrapSecrets(db: Db, seal: Seal): Promise<number> {
  let count = 0
  const factors = await db
    .selectFrom('app.mfa_factors')
    .select(['id', 'user_id', 'secret'])
    .where('kind', '=', 'totp')
    .execute()
  for (const { id, user_id: userId, secret } of factors) {
    const box = await seal.rewrap(secret, { column: TOTP_COLUMN, userId, rowId: id })
    if (box === undefined) continue
    const update = db.updateTable('app.mfa_factors').set({ secret: box })
    const { numUpdatedRows } = await update.where('id', '=', id).where('secret', '=', secret).executeTakeFirstOrThrow()
    count += Number(numUpdatedRows)
  }
  const keys = await db.selectFrom('app.api_keys').select(['id', 'user_id', 'sealed_secret']).execute()
  for (const { id, user_id: userId, sealed_secret: secret } of keys) {
    if (secret === null) continue
    const box = await seal.rewrap(secret, { column: HMAC_COLUMN, userId, rowId: id })
    if (box === undefined) continue
    const update = db.updateTable('app.api_keys').set({ sealed_secret: box })
    const { numUpdatedRows } = await update
      .where('id', '=', id)
      .where('sealed_secret', '=', secret)
      .executeTakeFirstOrThrow()
    count += Number(numUpdatedRows)
  }
  return count
}
