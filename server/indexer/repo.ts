import { sql, type Transaction } from 'kysely'
import type { DB, Db } from '#server/platform/db/index.ts'
import { PROJECTED_TABLES } from './changes.ts'
import type { RawEvent } from './event-instructions.ts'
import type { MissingRange } from './sequences.ts'
import { keepBefore } from './undo.ts'

/** The indexer's own tables: raw events, cursor, sequences, gaps. */

export const CURSOR = 'program'

/** How far the chain has been read. @returns undefined before the first transaction. */
export async function readCursor(db: Db): Promise<{ signature: string; slot: number } | undefined> {
  const row = await db
    .selectFrom('chain.cursors')
    .select(['signature', 'slot'])
    .where('name', '=', CURSOR)
    .executeTakeFirst()
  return row && { signature: row.signature, slot: Number(row.slot) }
}

/** Serialises writers of the projection: whoever comes second waits, then finds the work done. */
export async function lockProjection(trx: Transaction<DB>): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('chain.projection'))`.execute(trx)
}

export async function moveCursor(
  trx: Transaction<DB>,
  { signature, slot }: { signature: string; slot: number },
): Promise<void> {
  const row = { name: CURSOR, signature, slot: BigInt(slot) }
  await trx
    .insertInto('chain.cursors')
    .values(row)
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ ...row, updated_at: sql`now()` }))
    .execute()
}

const FINALIZED = 'finalized'

/** The newest slot the cluster was seen to have finalized; -1 before it was asked. */
export async function readFinalizedSlot(db: Db): Promise<number> {
  const row = await db.selectFrom('chain.cursors').select('slot').where('name', '=', FINALIZED).executeTakeFirst()
  return row === undefined ? -1 : Number(row.slot)
}

export async function writeFinalizedSlot(db: Db, slot: number): Promise<void> {
  await sql`insert into chain.cursors (name, signature, slot) values (${FINALIZED}, '', ${slot})
    on conflict (name) do update set slot = greatest(cursors.slot, excluded.slot), updated_at = now()`.execute(db)
}

/**
 * Keeps transactions and their events once; what is kept already stays as it is. `finalizedSlot`: the cluster does not take
 * back anything up to here. @returns how many events were not kept because their transaction is known from another slot:
 * one of the two is of a fork, and the check of finality finds out which.
 */
export async function insertRawEvents(
  trx: Transaction<DB>,
  events: readonly (RawEvent & { kind: string })[],
  finalizedSlot: number,
): Promise<number> {
  if (events.length === 0) return 0
  const transactions = [...new Map(events.map((event) => [event.signature, event])).values()]
  await sql`
    insert into chain.transactions (signature, slot, occurred_at, finalized)
    select signature, slot, to_timestamp(at / 1000.0), slot <= ${finalizedSlot}
    from unnest(
      ${transactions.map(({ signature }) => signature)}::text[],
      ${transactions.map(({ slot }) => slot)}::bigint[],
      ${transactions.map(({ occurredAt }) => occurredAt)}::bigint[]
    ) as given (signature, slot, at)
    on conflict (signature) do nothing`.execute(trx)
  const { rows } = await sql<{ moved: number }>`
    with given as (
      select * from unnest(
        ${events.map(({ signature }) => signature)}::text[],
        ${events.map(({ path }) => path)}::text[],
        ${events.map(({ slot }) => slot)}::bigint[],
        ${events.map(({ kind }) => kind)}::text[],
        ${events.map(({ data }) => Buffer.from(data))}::bytea[]
      ) with ordinality as given (signature, path, slot, kind, data, place)
    ), kept as (
      insert into chain.program_events (signature, path, occurred_at, kind, data)
      select signature, path, occurred_at, kind, data from given join chain.transactions using (signature, slot)
      order by place
      on conflict (signature, path, occurred_at) do nothing
    )
    select count(*)::integer as moved from given join chain.transactions as held using (signature)
    where held.slot <> given.slot`.execute(trx)
  return rows[0]?.moved ?? 0
}

export type WaitingEvent = RawEvent & { id: bigint; finalized: boolean }

/** Events not projected yet, in chain order. */
export async function waitingEvents(trx: Transaction<DB>, limit: number, afterId = 0n): Promise<WaitingEvent[]> {
  const rows = await trx
    .selectFrom('chain.program_events as event')
    .innerJoin('chain.transactions as transaction', 'transaction.signature', 'event.signature')
    .select(['id', 'event.signature', 'path', 'slot', 'event.occurred_at', 'data', 'finalized'])
    .where('projected', '=', false)
    .where('id', '>', afterId)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(({ id, signature, path, slot, occurred_at, data, finalized }) => ({
    id,
    signature,
    path,
    slot: Number(slot),
    occurredAt: occurred_at.getTime(),
    data,
    finalized,
  }))
}

/** `batch`: of the writing that may have to be undone. */
export async function markProjected(
  trx: Transaction<DB>,
  ids: readonly bigint[],
  batch: bigint | undefined,
): Promise<void> {
  if (ids.length === 0) return
  await sql`update chain.program_events set projected = true, batch = ${batch ?? null}
    where id = any(${ids.map(String)}::bigint[])`.execute(trx)
}

export async function readHeads(trx: Transaction<DB>, addresses: readonly string[]): Promise<Map<string, bigint>> {
  const rows = await trx
    .selectFrom('chain.sequences')
    .select(['address', 'sequence'])
    .where(sql<boolean>`address = any(${addresses})`)
    .execute()
  return new Map(rows.map(({ address, sequence }) => [address, sequence]))
}

export async function writeHeads(
  trx: Transaction<DB>,
  heads: readonly { address: string; sequence: bigint; signature: string }[],
  batch: bigint | undefined,
): Promise<void> {
  if (heads.length === 0) return
  if (batch !== undefined) {
    const named = sql`select * from unnest(${heads.map(({ address }) => address)}::text[]) as given (address)`
    await keepBefore(trx, batch, 'chain.sequences', ['address'], named)
  }
  await trx
    .insertInto('chain.sequences')
    .values([...heads])
    .onConflict((conflict) =>
      conflict.column('address').doUpdateSet({ sequence: sql`excluded.sequence`, signature: sql`excluded.signature` }),
    )
    .execute()
}

/** Opens the gaps found, and closes those whose sequences have been projected since. */
export async function recordGaps(trx: Transaction<DB>, missing: readonly MissingRange[], nowMs: number): Promise<void> {
  const now = new Date(nowMs)
  for (const { address, from, to } of missing) {
    await trx
      .insertInto('chain.gaps')
      .values({ address, from_sequence: from, to_sequence: to, found_at: now })
      .onConflict((conflict) =>
        conflict.columns(['address', 'from_sequence']).doUpdateSet({ to_sequence: to, closed_at: null }),
      )
      .execute()
  }
  await sql`update chain.gaps set closed_at = ${now} from chain.sequences
    where sequences.address = gaps.address and gaps.closed_at is null and sequences.sequence >= gaps.to_sequence`.execute(
    trx,
  )
}

/** An open gap and the transaction after which its missing events must lie (undefined: from the beginning). */
export type OpenGap = {
  address: string
  fromSequence: bigint
  toSequence: bigint
  attempts: number
  after: string | undefined
}

export async function openGaps(db: Db): Promise<OpenGap[]> {
  const rows = await db
    .selectFrom('chain.gaps')
    .leftJoin('chain.sequences', 'chain.sequences.address', 'chain.gaps.address')
    .select(['chain.gaps.address', 'from_sequence', 'to_sequence', 'attempts', 'signature'])
    .where('closed_at', 'is', null)
    .orderBy('found_at')
    .execute()
  return rows.map((row) => ({
    address: row.address,
    fromSequence: row.from_sequence,
    toSequence: row.to_sequence,
    attempts: row.attempts,
    after: row.signature ?? undefined,
  }))
}

export async function countGapAttempt(db: Db, { address, fromSequence }: OpenGap): Promise<void> {
  await db
    .updateTable('chain.gaps')
    .set({ attempts: sql`attempts + 1` })
    .where('address', '=', address)
    .where('from_sequence', '=', fromSequence)
    .execute()
}

/** Those of the signatures whose events are kept already. */
export async function knownSignatures(db: Db, signatures: readonly string[]): Promise<Set<string>> {
  const rows = await db
    .selectFrom('chain.transactions')
    .select('signature')
    .where(sql<boolean>`signature = any(${signatures})`)
    .execute()
  return new Set(rows.map(({ signature }) => signature))
}

/** Empties everything that events make, and makes all events wait again. */
export async function forgetProjection(trx: Transaction<DB>): Promise<void> {
  // Not truncate: its lock would make every reader wait for the end of a rebuild.
  for (const table of [...Object.keys(PROJECTED_TABLES), 'chain.sequences']) {
    await sql`delete from ${sql.table(table)}`.execute(trx)
  }
  await sql`delete from chain.undo`.execute(trx)
  await sql`update chain.program_events set projected = false, batch = null where projected`.execute(trx)
}
