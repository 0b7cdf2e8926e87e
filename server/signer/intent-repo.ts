import { type Kysely, sql } from 'kysely'
import { formatUnits, QUOTE_DECIMALS } from '#client/units.ts'
import type { SignedTransaction } from '#server/chain/index.ts'
import type { DB, Db } from '#server/platform/db/index.ts'
import { AppError } from '#server/platform/errors.ts'
import type { Exposure } from '#server/trading/index.ts'
import type { IntentAction, IntentDto, IntentInput } from './schema.ts'

/** An intent that is not signed by then never is: a market moves on, and so does who wanted it. */
const GOOD_FOR = sql<Date>`clock_timestamp() + interval '30 seconds'`
/** A decision that began in time is written by then. */
const GRACE_MS = 5_000

type NewIntent = {
  userId: string
  keyId: string
  action: IntentAction
  input: IntentInput
  /** SHA-256 of the client's key; null where it gave none. */
  idempotencyKey: Buffer | null
  requestHash: Buffer
}

/**
 * Takes an intent down, once for an idempotency key.
 * @throws AppError CONFLICT for another request under the same key.
 */
export async function addIntent(db: Db, intent: NewIntent): Promise<string> {
  const added = await db
    .insertInto('intents')
    .values({
      user_id: intent.userId,
      key_id: intent.keyId,
      action: intent.action,
      input: JSON.stringify(intent.input),
      idempotency_key: intent.idempotencyKey,
      request_hash: intent.requestHash,
      good_until: GOOD_FOR,
    })
    .onConflict((conflict) => conflict.columns(['user_id', 'idempotency_key']).doNothing())
    .returning('id')
    .executeTakeFirst()
  if (added !== undefined) return added.id
  const known = await db
    .selectFrom('intents')
    .select(['id', 'request_hash'])
    .where('user_id', '=', intent.userId)
    .where('idempotency_key', '=', intent.idempotencyKey)
    .executeTakeFirstOrThrow()
  if (!known.request_hash.equals(intent.requestHash)) {
    throw new AppError('CONFLICT', { message: 'this Idempotency-Key was used for another request: take a new one' })
  }
  return known.id
}

const COLUMNS = [
  ...([
    'i.id',
    'i.action',
    'i.input',
    'i.state',
    'i.market',
    'i.notional',
    'i.signature',
    'i.slot',
    'i.error',
  ] as const),
  ...(['i.created_at', 'i.good_until', 'i.ended_at', 'k.sub_account_id'] as const),
] as const

const intents = (db: Db, userId: string) =>
  db
    .selectFrom('intents as i')
    .innerJoin('signing_keys as k', 'k.id', 'i.key_id')
    .select(COLUMNS)
    .where('i.user_id', '=', userId)

type Row = Awaited<ReturnType<ReturnType<typeof intents>['executeTakeFirstOrThrow']>>

function toIntent(row: Row, nowMs: number): IntentDto {
  const isLate = ['requested', 'accepted'].includes(row.state) && row.good_until.getTime() + GRACE_MS < nowMs
  const state = isLate ? 'expired' : row.state
  return {
    id: row.id,
    subAccountId: row.sub_account_id,
    action: row.action,
    input: Object(row.input),
    state,
    isOver: row.ended_at !== null || isLate,
    market: row.market,
    notional: formatUnits(row.notional, QUOTE_DECIMALS),
    signature: row.signature,
    slot: row.slot === null ? null : Number(row.slot),
    error: row.error === null ? null : toFailure(row.error),
    createdAt: row.created_at.getTime(),
    goodUntil: row.good_until.getTime(),
    endedAt: row.ended_at?.getTime() ?? null,
  }
}

/** As `endIntent` wrote it. */
const toFailure = (error: unknown): NonNullable<IntentDto['error']> => error as NonNullable<IntentDto['error']>

export async function findIntent(
  db: Db,
  { userId, id }: { userId: string; id: string },
  nowMs: number,
): Promise<IntentDto | undefined> {
  const row = await intents(db, userId).where('i.id', '=', id).executeTakeFirst()
  return row && toIntent(row, nowMs)
}

export async function listIntents(
  db: Db,
  userId: string,
  { cursor, limit }: { cursor?: string | undefined; limit: number },
  nowMs: number,
): Promise<{ intents: IntentDto[]; nextCursor: string | null }> {
  const rows = await intents(db, userId)
    .$if(cursor !== undefined, (query) => query.where('i.id', '<', cursor ?? ''))
    .orderBy('i.id', 'desc')
    .limit(limit + 1)
    .execute()
  const page = rows.slice(0, limit).map((row) => toIntent(row, nowMs))
  return { intents: page, nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null }
}

/** What the signer needs of an intent that has not ended. */
export type OpenIntent = {
  id: string
  action: IntentAction
  input: unknown
  isAccepted: boolean
  isUnknown: boolean
  createdAt: number
  goodUntil: number
  signed: SignedTransaction | null
  key: { id: string; userId: string; wallet: string; subAccountId: number; publicKey: string | null }
}

/** The oldest first, but what takes orders off before all others. */
export async function openIntents(db: Db, { except, limit }: { except: readonly string[]; limit: number }) {
  const rows = await db
    .selectFrom('intents as i')
    .innerJoin('signing_keys as k', 'k.id', 'i.key_id')
    .innerJoin('users as u', 'u.id', 'i.user_id')
    .select(['i.id', 'i.action', 'i.input', 'i.state', 'i.created_at', 'i.good_until', 'i.transaction', 'i.signature'])
    .select(['i.last_valid_block_height', 'i.key_id', 'i.user_id', 'u.wallet', 'k.sub_account_id', 'k.public_key'])
    .where('i.state', 'in', ['requested', 'accepted', 'sending', 'unknown'])
    .$if(except.length > 0, (query) => query.where('i.id', 'not in', [...except]))
    .orderBy(sql`i.action in ('cancel', 'cancel_all')`, 'desc')
    .orderBy('i.id')
    .limit(limit)
    .execute()
  return rows.map(
    (row): OpenIntent => ({
      id: row.id,
      action: row.action,
      input: row.input,
      isAccepted: row.state === 'accepted',
      isUnknown: row.state === 'unknown',
      createdAt: row.created_at.getTime(),
      goodUntil: row.good_until.getTime(),
      signed:
        row.transaction === null || row.signature === null || row.last_valid_block_height === null
          ? null
          : {
              bytes: row.transaction,
              signature: row.signature,
              lastValidBlockHeight: Number(row.last_valid_block_height),
            },
      key: {
        id: row.key_id,
        userId: row.user_id,
        wallet: row.wallet,
        subAccountId: row.sub_account_id,
        publicKey: row.public_key,
      },
    }),
  )
}

/** Why an intent is not signed; the names are those of app.accept_intent. */
export const DECISIONS = [
  ...(['revoked', 'paused', 'expired', 'market', 'order_notional', 'distance'] as const),
  ...(['orders_per_minute', 'day_notional', 'late'] as const),
] as const
export type Decision = (typeof DECISIONS)[number]

/** Judges it by the limits and counts it against them, in one step. @returns why not, or null when it was accepted. */
export async function acceptIntent(db: Db, id: string, exposure: Exposure | null): Promise<Decision | null> {
  const risk = exposure && {
    market: exposure.market,
    notional: exposure.notional.toString(),
    added: exposure.added.toString(),
    distance: exposure.distance,
  }
  const { rows } = await sql<{ decision: string | null }>`
    select app.accept_intent(${id}, ${risk === null ? null : JSON.stringify(risk)}::jsonb) as decision`.execute(db)
  const decision = rows[0]?.decision ?? null
  if (decision === null) return null
  const known = DECISIONS.find((name) => name === decision)
  if (known === undefined) throw new TypeError(`app.accept_intent says ${decision}`)
  return known
}

/**
 * Before the bytes leave: whatever happens from now on, these are the ones.
 * @returns `twin` when another intent has the same bytes, as two equal orders under one blockhash do: the chain would take
 * them as one. `gone` when this one may not be sent any more.
 */
export async function keepSigned(
  trx: Kysely<DB>,
  id: string,
  { bytes, signature, lastValidBlockHeight }: SignedTransaction,
): Promise<'kept' | 'twin' | 'gone'> {
  // Of those who have one signature, one at a time.
  await sql`select pg_advisory_xact_lock(hashtext('public.intents.signature'), hashtext(${signature}))`.execute(trx)
  const twin = await trx.selectFrom('intents').select('id').where('signature', '=', signature).executeTakeFirst()
  if (twin !== undefined) return 'twin'
  const { numUpdatedRows } = await trx
    .updateTable('intents as i')
    .set({
      state: 'sending',
      transaction: Buffer.from(bytes),
      signature,
      last_valid_block_height: BigInt(lastValidBlockHeight),
      signed_at: sql<Date>`clock_timestamp()`,
    })
    .where('i.id', '=', id)
    .where('i.state', '=', 'accepted')
    .where('i.good_until', '>', sql<Date>`clock_timestamp()`)
    .where(
      sql<boolean>`not exists (select from public.signing_keys k where k.id = i.key_id and k.revoked_at is not null)`,
    )
    .executeTakeFirst()
  return numUpdatedRows > 0n ? 'kept' : 'gone'
}

/** Ends one that was never signed. What was signed by then, by whoever leads now, goes on. */
export async function dropIntent(
  db: Db,
  id: string,
  state: 'refused' | 'expired',
  error: NonNullable<IntentDto['error']>,
): Promise<void> {
  await db
    .updateTable('intents')
    .set({ state, error: JSON.stringify(error), ended_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .where('transaction', 'is', null)
    .execute()
}

type Ending = { state: 'confirmed' | 'failed' | 'expired'; slot?: number; error?: IntentDto['error'] }

/** What became of the bytes that were stored. */
export async function endIntent(db: Db, id: string, { state, slot, error = null }: Ending): Promise<void> {
  await db
    .updateTable('intents')
    .set({
      state,
      slot: slot === undefined ? null : BigInt(slot),
      error: error === null ? null : JSON.stringify(error),
      ended_at: sql<Date>`clock_timestamp()`,
    })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .execute()
}

/** Its fate is asked for again; until then nobody knows it. */
export async function markUnknown(db: Db, id: string): Promise<void> {
  await db.updateTable('intents').set({ state: 'unknown' }).where('id', '=', id).where('ended_at', 'is', null).execute()
}

/** Whether something it signed may still be on its way. */
export async function isBusy(db: Db, keyId: string): Promise<boolean> {
  const row = await db
    .selectFrom('intents')
    .select('id')
    .where('key_id', '=', keyId)
    .where('state', 'in', ['sending', 'unknown'])
    .executeTakeFirst()
  return row !== undefined
}
