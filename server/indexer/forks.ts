import { sql, type Transaction } from 'kysely'
import type { DB, Db } from '#server/platform/db/index.ts'
import { projectAndTell, type Recorded } from './record-events.ts'
import { lockProjection, moveCursor } from './repo.ts'
import type { Singletons } from './sequences.ts'
import { forgetUndo, undoFrom } from './undo.ts'

/** A transaction that is confirmed but not finalized as far as we know. */
export type PendingTransaction = { signature: string; slot: number }

/**
 * Those that the cluster must have decided on by `finalizedSlot`, newest first, so that old ones nobody can decide on any
 * more hold nothing up. `before`: the last of the page before.
 */
export async function pendingTransactions(
  db: Db,
  finalizedSlot: number,
  limit: number,
  before?: PendingTransaction,
): Promise<PendingTransaction[]> {
  const rows = await db
    .selectFrom('chain.transactions')
    .select(['signature', 'slot'])
    .where('finalized', '=', false)
    .where('slot', '<=', BigInt(finalizedSlot))
    .$if(before !== undefined, (query) =>
      query.where(sql<boolean>`(slot, signature) < (${before?.slot ?? 0}, ${before?.signature ?? ''})`),
    )
    .orderBy('slot', 'desc')
    .orderBy('signature', 'desc')
    .limit(limit)
    .execute()
  return rows.map(({ signature, slot }) => ({ signature, slot: Number(slot) }))
}

/** Marks transactions as final and lets go of what undoing them would have taken. */
export async function markFinalized(db: Db, signatures: readonly string[]): Promise<void> {
  if (signatures.length === 0) return
  await db.transaction().execute(async (trx) => {
    await lockProjection(trx)
    await sql`update chain.transactions set finalized = true where signature = any(${signatures})`.execute(trx)
    await forgetUndo(trx)
  })
}

/**
 * Takes back transactions that a fork dropped: puts the rows back to before the first of their events, forgets them,
 * projects everything else again, and sends the reader back to the newest final transaction, because the fork that won
 * holds others in their place. All or nothing.
 */
export async function takeBack(
  db: Db,
  signatures: readonly string[],
  { singletons, nowMs }: { singletons: Singletons; nowMs: number },
): Promise<Omit<Recorded, 'moved'>> {
  return db.transaction().execute(async (trx) => {
    await lockProjection(trx)
    const { rows } = await sql<{ batch: bigint | null }>`
      select min(batch) as batch from chain.program_events where signature = any(${signatures})`.execute(trx)
    const batch = rows[0]?.batch ?? null
    if (batch !== null) await undoFrom(trx, batch)
    await sql`delete from chain.transactions where signature = any(${signatures})`.execute(trx)
    // What is still missing is found again; what only the fork's events pointed at is not.
    await sql`delete from chain.gaps where closed_at is null`.execute(trx)
    const projected = await projectAndTell(trx, singletons, nowMs)
    await rewindCursor(trx)
    return projected
  })
}

async function rewindCursor(trx: Transaction<DB>): Promise<void> {
  const newest = await trx
    .selectFrom('chain.transactions')
    .select(['signature', 'slot'])
    .where('finalized', '=', true)
    .orderBy('slot', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (newest !== undefined) await moveCursor(trx, { signature: newest.signature, slot: Number(newest.slot) })
  else await trx.deleteFrom('chain.cursors').where('name', '=', 'program').execute()
}
