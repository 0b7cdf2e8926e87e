import type { Connection } from '@solana/web3.js'
import { BUS_RESUMED } from '#server/platform/bus.ts'
import { recordSystemEvent } from '#server/platform/system-events.ts'
import type { IndexerContext } from './follow.ts'
import { markFinalized, type PendingTransaction, pendingTransactions, takeBack } from './forks.ts'
import { deliver } from './outbox.ts'
import { writeFinalizedSlot } from './repo.ts'

/** What the RPC answers about at once, and how often it is asked in one check. */
const ASKED_AT_ONCE = 256
const PAGES = 8

/**
 * Asks the cluster what became of every transaction recorded as confirmed whose slot is final by now: those in it are
 * final too; those that a fork dropped, or moved to another slot, are taken back and read again.
 */
export async function checkFinality(ctx: IndexerContext): Promise<void> {
  const { connection, db, metrics } = ctx
  const finalizedSlot = await connection.getSlot('finalized')
  metrics.finalized(finalizedSlot)
  await writeFinalizedSlot(db, finalizedSlot)
  let last: PendingTransaction | undefined
  for (let page = 0; page < PAGES; page += 1) {
    const pending = await pendingTransactions(db, finalizedSlot, ASKED_AT_ONCE, last)
    if (pending.length === 0) return
    last = pending.at(-1)
    // What is undecided stays, and the next check asks again.
    const { final, dropped } = await decide(connection, pending, finalizedSlot)
    await markFinalized(db, final)
    if (dropped.length > 0) await dropForked(ctx, dropped)
  }
}

type Decision = { final: string[]; dropped: string[] }

/**
 * An absence proves a fork only where the RPC is known to have looked: at this slot or later, and with a history that
 * reaches back to the transaction. Anything less is unknown, and stays as it is.
 */
async function decide(
  connection: Connection,
  pending: readonly PendingTransaction[],
  finalizedSlot: number,
): Promise<Decision> {
  const signatures = pending.map(({ signature }) => signature)
  const { context, value } = await connection.getSignatureStatuses(signatures, { searchTransactionHistory: true })
  const final: string[] = []
  const dropped: string[] = []
  if (context.slot < finalizedSlot) return { final, dropped }
  const missing: PendingTransaction[] = []
  for (const [at, transaction] of pending.entries()) {
    const status = value[at] ?? null
    if (status === null) missing.push(transaction)
    else if (status.confirmationStatus === 'finalized')
      (status.slot === transaction.slot ? final : dropped).push(transaction.signature)
  }
  if (missing.length === 0) return { final, dropped }
  const oldestServed = await connection.getFirstAvailableBlock()
  for (const { signature, slot } of missing) {
    if (slot < oldestServed) continue
    const found = await connection.getTransaction(signature, {
      commitment: 'finalized',
      maxSupportedTransactionVersion: 0,
    })
    if (found === null) dropped.push(signature)
  }
  return { final, dropped }
}

async function dropForked({ db, bus, clock, log, metrics, addresses }: IndexerContext, dropped: readonly string[]) {
  const { projected, messages } = await takeBack(db, dropped, { singletons: addresses, nowMs: clock.now() })
  metrics.tookBack(dropped.length)
  const message = `a fork took back ${dropped.length} confirmed transactions; the projection was put back and ${projected.length} events after them were projected again`
  log.error({ dropped }, message)
  await recordSystemEvent(db, { source: 'indexer', kind: 'fork', level: 'error', message, details: { dropped } })
  await deliver(db, bus, messages)
  // Rows that are gone have no message of their own: every reader takes a new snapshot.
  await bus.publish(BUS_RESUMED, {})
}
