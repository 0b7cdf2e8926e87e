import { type Kysely, sql } from 'kysely'
import type { DB, Db } from '#server/platform/db/index.ts'
import type { AppKeyMethod, AppKeyScope, UserRole } from '#server/platform/db/types.ts'

export type NewKey = {
  id: string
  userId: string
  label: string
  method: AppKeyMethod
  scopes: AppKeyScope[]
  ips: string[]
  expiresAt: number | null
  tradingLimit: number | null
  dataLimit: number | null
  hash: Buffer | null
  sealedSecret: Buffer | null
  publicKey: Buffer | null
}

export async function insertKey(trx: Kysely<DB>, key: NewKey, nowMs: number): Promise<void> {
  await trx
    .insertInto('app.api_keys')
    .values({
      id: key.id,
      user_id: key.userId,
      label: key.label,
      method: key.method,
      scopes: key.scopes,
      ips: key.ips,
      created_at: new Date(nowMs),
      expires_at: key.expiresAt === null ? null : new Date(key.expiresAt),
      trading_limit: key.tradingLimit,
      data_limit: key.dataLimit,
      hash: key.hash,
      sealed_secret: key.sealedSecret,
      public_key: key.publicKey,
    })
    .execute()
}

export async function listKeys(db: Kysely<DB>, userId: string) {
  const rows = await db
    .selectFrom('app.api_keys')
    .select(['id', 'label', 'method', 'trading_limit', 'data_limit', 'created_at', 'expires_at', 'last_used_at'])
    .select([
      sql<AppKeyScope[]>`scopes::text[]`.as('scopes'),
      sql<string[]>`ips::text[]`.as('ips'),
      sql<string | null>`host(last_used_ip)`.as('last_used_ip'),
    ])
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .orderBy('created_at', 'desc')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    label: row.label,
    method: row.method,
    scopes: row.scopes,
    ips: row.ips,
    tradingLimit: row.trading_limit,
    dataLimit: row.data_limit,
    createdAt: row.created_at.getTime(),
    expiresAt: row.expires_at?.getTime() ?? null,
    lastUsedAt: row.last_used_at?.getTime() ?? null,
    lastUsedIp: row.last_used_ip,
  }))
}

export async function revokeKey(trx: Kysely<DB>, userId: string, id: string, nowMs: number): Promise<boolean> {
  const row = await trx
    .updateTable('app.api_keys')
    .set({ revoked_at: new Date(nowMs) })
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export type KeyRow = {
  id: string
  userId: string
  wallet: string
  role: UserRole
  method: AppKeyMethod
  scopes: AppKeyScope[]
  /** Whether the address is one the key may be used from. */
  isPlaceAllowed: boolean
  expiresAt: number | null
  sealedSecret: Buffer | null
  publicKey: Buffer | null
  limits: { trading: number | null; data: number | null }
}

/** A key that has neither expired nor been revoked, by the hash of its token or by its id. */
export async function findKey(
  db: Db,
  by: { hash: Buffer } | { id: string },
  ip: string | null,
  nowMs: number,
): Promise<KeyRow | undefined> {
  const row = await db
    .selectFrom('app.api_keys as k')
    .innerJoin('users as u', 'u.id', 'k.user_id')
    .select(['k.id', 'k.user_id', 'k.method', 'k.expires_at', 'k.sealed_secret', 'k.public_key'])
    .select(['k.trading_limit', 'k.data_limit', 'u.wallet', 'u.role'])
    .select([
      sql<AppKeyScope[]>`k.scopes::text[]`.as('scopes'),
      sql<boolean>`cardinality(k.ips) = 0 or coalesce(${ip}::inet <<= any(k.ips), false)`.as('is_place_allowed'),
    ])
    .$if('hash' in by, (q) => q.where('k.hash', '=', 'hash' in by ? by.hash : Buffer.of()))
    .$if('id' in by, (q) => q.where('k.id', '=', 'id' in by ? by.id : ''))
    .where('k.revoked_at', 'is', null)
    .where((where) => where.or([where('k.expires_at', 'is', null), where('k.expires_at', '>', new Date(nowMs))]))
    .executeTakeFirst()
  return (
    row && {
      id: row.id,
      userId: row.user_id,
      wallet: row.wallet,
      role: row.role,
      method: row.method,
      scopes: row.scopes,
      isPlaceAllowed: row.is_place_allowed,
      expiresAt: row.expires_at?.getTime() ?? null,
      sealedSecret: row.sealed_secret,
      publicKey: row.public_key,
      limits: { trading: row.trading_limit, data: row.data_limit },
    }
  )
}

/** The use of a key is kept to this. */
const USE_RESOLUTION_MS = 60_000

export async function touchKey(db: Db, id: string, ip: string | null, nowMs: number): Promise<void> {
  await db
    .updateTable('app.api_keys')
    .set({ last_used_at: new Date(nowMs), last_used_ip: ip })
    .where('id', '=', id)
    .where((where) =>
      where.or([
        where('last_used_at', 'is', null),
        where('last_used_at', '<', new Date(nowMs - USE_RESOLUTION_MS)),
        where('last_used_ip', 'is distinct from', ip),
      ]),
    )
    .execute()
}

/** Of two requests with one nonce, one has it. */
export async function takeNonce(
  db: Db,
  keyId: string,
  nonce: string,
  expiresAt: number,
  nowMs: number,
): Promise<boolean> {
  await db.deleteFrom('app.api_key_nonces').where('expires_at', '<', new Date(nowMs)).execute()
  const row = await db
    .insertInto('app.api_key_nonces')
    .values({ key_id: keyId, nonce, expires_at: new Date(expiresAt) })
    .onConflict((conflict) => conflict.doNothing())
    .returning('nonce')
    .executeTakeFirst()
  return row !== undefined
}
