import { type Kysely, sql } from 'kysely'
import { formatUnits, parseUnits, QUOTE_DECIMALS } from '#client/units.ts'
import type { DB, Db } from '#server/platform/db/index.ts'
import type { Limits } from './schema.ts'

export type SigningKey = {
  id: string
  userId: string
  wallet: string
  subAccountId: number
  publicKey: string | null
  limits: Limits
  createdAt: number
  revokedAt: number | null
}

const COLUMNS = [
  ...([
    'k.id',
    'k.user_id',
    'u.wallet',
    'k.sub_account_id',
    'k.public_key',
    'k.markets',
    'k.max_order_notional',
  ] as const),
  ...(['k.max_day_notional', 'k.max_distance_bps', 'k.max_orders_per_minute', 'k.expires_at', 'k.created_at'] as const),
  'k.revoked_at',
] as const

const keys = (db: Kysely<DB>) =>
  db.selectFrom('signing_keys as k').innerJoin('users as u', 'u.id', 'k.user_id').select(COLUMNS)

type Row = Awaited<ReturnType<ReturnType<typeof keys>['executeTakeFirstOrThrow']>>

const toKey = (row: Row): SigningKey => ({
  id: row.id,
  userId: row.user_id,
  wallet: row.wallet,
  subAccountId: row.sub_account_id,
  publicKey: row.public_key,
  limits: {
    markets: row.markets,
    maxOrderNotional: formatUnits(row.max_order_notional, QUOTE_DECIMALS),
    maxDayNotional: formatUnits(row.max_day_notional, QUOTE_DECIMALS),
    maxDistanceBps: row.max_distance_bps,
    maxOrdersPerMinute: row.max_orders_per_minute,
    expiresAt: row.expires_at.getTime(),
  },
  createdAt: row.created_at.getTime(),
  revokedAt: row.revoked_at?.getTime() ?? null,
})

const toColumns = (limits: Limits) => ({
  markets: limits.markets,
  max_order_notional: parseUnits(limits.maxOrderNotional, QUOTE_DECIMALS),
  max_day_notional: parseUnits(limits.maxDayNotional, QUOTE_DECIMALS),
  max_distance_bps: limits.maxDistanceBps,
  max_orders_per_minute: limits.maxOrdersPerMinute,
  expires_at: new Date(limits.expiresAt),
})

/** The key of a sub-account that is not revoked, with new limits; else a new one, for the signer to make. */
export async function requestKey(
  trx: Kysely<DB>,
  { userId, subAccountId, limits }: { userId: string; subAccountId: number; limits: Limits },
): Promise<string> {
  const values = { user_id: userId, sub_account_id: subAccountId, ...toColumns(limits) }
  const { id } = await trx
    .insertInto('signing_keys')
    .values(values)
    .onConflict((conflict) =>
      conflict
        .columns(['user_id', 'sub_account_id'])
        .where('revoked_at', 'is', null)
        .doUpdateSet({ ...toColumns(limits), updated_at: sql<Date>`now()` }),
    )
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** Newest first; a few that were revoked are enough to look back. */
export async function listKeys(db: Db, userId: string): Promise<SigningKey[]> {
  const rows = await keys(db).where('k.user_id', '=', userId).orderBy('k.id', 'desc').limit(20).execute()
  return rows.map(toKey)
}

/** `lock` holds it against decisions and changes until the transaction ends. */
export async function findKey(
  db: Kysely<DB>,
  { userId, id, lock = false }: { userId: string; id: string; lock?: boolean },
): Promise<SigningKey | undefined> {
  const row = await keys(db)
    .where('k.user_id', '=', userId)
    .where('k.id', '=', id)
    .$if(lock, (query) => query.forUpdate('k'))
    .executeTakeFirst()
  return row && toKey(row)
}

/** The one that stands for the sub-account. */
export async function findStanding(
  db: Kysely<DB>,
  { userId, subAccountId }: { userId: string; subAccountId: number },
): Promise<SigningKey | undefined> {
  const row = await keys(db)
    .where('k.user_id', '=', userId)
    .where('k.sub_account_id', '=', subAccountId)
    .where('k.revoked_at', 'is', null)
    .executeTakeFirst()
  return row && toKey(row)
}

export async function changeLimits(trx: Kysely<DB>, id: string, limits: Limits): Promise<void> {
  await trx
    .updateTable('signing_keys')
    .set({ ...toColumns(limits), updated_at: sql<Date>`now()` })
    .where('id', '=', id)
    .execute()
}

/** What counts against the day, as app.accept_intent counts it. */
export async function usedToday(db: Db, keyIds: readonly string[]): Promise<ReadonlyMap<string, bigint>> {
  if (keyIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('intents')
    .select(['key_id', sql<bigint>`sum(notional)`.as('used')])
    .where('key_id', 'in', [...keyIds])
    .where('adds_risk', '=', true)
    .where('accepted_at', '>', sql<Date>`now() - interval '24 hours'`)
    .where('state', 'not in', ['failed', 'refused', 'expired'])
    .groupBy('key_id')
    .execute()
  return new Map(rows.map((row) => [row.key_id, row.used]))
}

/** From now on nothing is signed with it: what waits for its signature is refused. @returns false when it was revoked before. */
export async function revokeKey(trx: Kysely<DB>, id: string): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('signing_keys')
    .set({ revoked_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Keys that somebody asked for and that are not made yet. */
export async function keysToMake(db: Db): Promise<{ id: string; userId: string }[]> {
  const rows = await db
    .selectFrom('signing_keys')
    .select(['id', 'user_id'])
    .where('public_key', 'is', null)
    .where('revoked_at', 'is', null)
    .orderBy('created_at')
    .limit(100)
    .execute()
  return rows.map(({ id, user_id }) => ({ id, userId: user_id }))
}

/** Its public half appears with the sealed secret or not at all. @returns false when it was made before. */
export async function keepMadeKey(
  trx: Kysely<DB>,
  { id, userId, publicKey, sealed }: { id: string; userId: string; publicKey: string; sealed: Buffer },
): Promise<boolean> {
  const made = await trx
    .updateTable('signing_keys')
    .set({ public_key: publicKey })
    .where('id', '=', id)
    .where('public_key', 'is', null)
    .executeTakeFirst()
  if (made.numUpdatedRows === 0n) return false
  await trx.insertInto('app.signing_secrets').values({ key_id: id, user_id: userId, sealed }).execute()
  return true
}

export async function sealedSecret(db: Db, keyId: string): Promise<Buffer | undefined> {
  const row = await db.selectFrom('app.signing_secrets').select('sealed').where('key_id', '=', keyId).executeTakeFirst()
  return row?.sealed
}

/** Revoked ones whose secret is still there. */
export async function keysToDestroy(db: Db): Promise<SigningKey[]> {
  const rows = await keys(db)
    .where('k.revoked_at', 'is not', null)
    .where('k.destroyed_at', 'is', null)
    .orderBy('k.revoked_at')
    .limit(100)
    .execute()
  return rows.map(toKey)
}

export async function destroyKey(trx: Kysely<DB>, id: string): Promise<void> {
  await trx.deleteFrom('app.signing_secrets').where('key_id', '=', id).execute()
  await trx
    .updateTable('signing_keys')
    .set({ destroyed_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', id)
    .execute()
}

const SWITCH = 'signer.orders'

export async function isPaused(db: Db): Promise<boolean> {
  const flag = await db.selectFrom('feature_flags').select('enabled').where('name', '=', SWITCH).executeTakeFirst()
  return flag?.enabled === false
}

export async function setSwitch(trx: Kysely<DB>, enabled: boolean, actor: string): Promise<void> {
  await trx
    .updateTable('feature_flags')
    .set({ enabled, changed_by: actor, changed_at: sql<Date>`now()` })
    .where('name', '=', SWITCH)
    .execute()
}
