import { sql, type Transaction } from 'kysely'
import type { DB, Db } from '#server/platform/db/index.ts'
import { PROJECTED_TABLES } from './changes.ts'
import type { RawEvent } from './event-instructions.ts'
import type { MissingRange } from './sequences.ts'

/** The indexer's own tables: raw events, cursor, sequences, gaps. */

export const CURSOR = 'program'

export async function readCursor(db: Db): Promise<string | undefined> {
  const row = await db.selectFrom('chain.cursors').select('signature').where('name', '=', CURSOR).executeTakeFirst()
  return row?.signature
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

/** Keeps raw events once; ones that are kept already stay as they are. */
export async function insertRawEvents(
  trx: Transaction<DB>,
  events: readonly (RawEvent & { kind: string })[],
): Promise<void> {
  if (events.length === 0) return
  await trx
    .insertInto('chain.program_events')
    .values(
      events.map(({ signature, path, slot, occurredAt, kind, data }) => ({
        signature,
        path,
        slot: BigInt(slot),
        occurred_at: new Date(occurredAt),
        kind,
        data: Buffer.from(data),
      })),
    )
    .onConflict((conflict) => conflict.columns(['signature', 'path']).doNothing())
    .execute()
}

export type WaitingEvent = RawEvent & { id: bigint }

/** Events not projected yet, in chain order. */
export async function waitingEvents(trx: Transaction<DB>, limit: number, afterId = 0n): Promise<WaitingEvent[]> {
  const rows = await trx
    .selectFrom('chain.program_events')
    .select(['id', 'signature', 'path', 'slot', 'occurred_at', 'data'])
    .where('projected', '=', false)
    .where('id', '>', afterId)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(({ id, signature, path, slot, occurred_at, data }) => ({
    id,
    signature,
    path,
    slot: Number(slot),
    occurredAt: occurred_at.getTime(),
    data,
  }))
}

export async function markProjected(trx: Transaction<DB>, ids: readonly bigint[]): Promise<void> {
  if (ids.length === 0) return
  await sql`update chain.program_events set projected = true where id = any(${ids.map(String)}::bigint[])`.execute(trx)
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
): Promise<void> {
  if (heads.length === 0) return
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
    .selectFrom('chain.program_events')
    .select('signature')
    .distinct()
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
  await sql`update chain.program_events set projected = false where projected`.execute(trx)
}
