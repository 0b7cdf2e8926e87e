import { type Connection, PublicKey } from '@solana/web3.js'
import { wakeable } from '#server/chain/index.ts'
import type { Bus } from '#server/platform/bus.ts'
import type { Clock } from '#server/platform/clock.ts'
import type { Db } from '#server/platform/db/index.ts'
import { AppError, errorMessage } from '#server/platform/errors.ts'
import type { Log } from '#server/platform/log.ts'
import { type ExecutedTransaction, eventsOf } from './event-instructions.ts'
import { checkFinality } from './finality.ts'
import type { IndexerMetrics } from './metrics.ts'
import { deliver, deliverLeftovers } from './outbox.ts'
import { readTransactions, signaturesSince } from './read-transactions.ts'
import { createReconciler } from './reconcile.ts'
import { recordEvents } from './record-events.ts'
import { countGapAttempt, knownSignatures, type OpenGap, openGaps, readCursor, readFinalizedSlot } from './repo.ts'
import type { Singletons } from './sequences.ts'

export type ProgramAddresses = Singletons & { programId: string; eventAuthority: string }

export type IndexerContext = {
  connection: Connection
  db: Db
  bus: Bus
  clock: Clock
  log: Log
  metrics: IndexerMetrics
  addresses: ProgramAddresses
}

/** Transactions written to the database at once. */
const BATCH = 64
/** A transaction that the RPC lists but does not serve is asked for in this many rounds; then its gap is. */
const SERVE_TRIES = 5
/** Between two looks without a hint: a WebSocket can fall silent without closing. */
const LOOK_MS = 2_000
const BACK_OFF_MS = { first: 250, most: 10_000 }
const GAP_RETRY_MS = { first: 1_000, most: 60_000 }
const FINALITY_EVERY_MS = 2_000
const RECONCILE_EVERY_MS = 60_000

/**
 * Follows the program until `signal` aborts: logs are a hint that something happened, the signatures of the program's
 * address since the cursor are the truth. Any failure of RPC or database ends the round, not the following.
 */
export async function followProgram(ctx: IndexerContext, signal: AbortSignal): Promise<void> {
  const { connection, clock, log, metrics, addresses } = ctx
  const wake = wakeable(signal)
  const subscription = connection.onLogs(
    new PublicKey(addresses.programId),
    ({ signature }, { slot }) => {
      metrics.heard(signature, slot, clock.now())
      wake.wake()
    },
    'confirmed',
  )
  const gapTries = new Map<string, number>()
  const unserved = new Map<string, number>()
  const reconcile = createReconciler(ctx, () => catchUp(ctx, signal, unserved))
  const isDue = everySoOften(clock)
  let failures = 0
  try {
    while (!signal.aborted) {
      try {
        await deliverLeftovers(ctx.db, ctx.bus)
        if (isDue('finality', FINALITY_EVERY_MS)) await checkFinality(ctx)
        await catchUp(ctx, signal, unserved)
        await fillGaps(ctx, gapTries, signal)
        if (isDue('reconcile', RECONCILE_EVERY_MS)) await reconcile()
        if (failures > 0) log.info({ failures }, 'the indexer has recovered')
        failures = 0
        metrics.roundOk(clock.now())
        await wake.orAfter(LOOK_MS)
      } catch (error) {
        if (signal.aborted) break
        failures += 1
        metrics.roundFailed(errorMessage(error))
        const pauseMs = Math.min(BACK_OFF_MS.first * 2 ** (failures - 1), BACK_OFF_MS.most)
        log.warn({ err: error, failures, pauseMs }, `the indexer stopped short and tries again: ${errorMessage(error)}`)
        await wake.orAfter(pauseMs, { ignoreWakes: true })
      }
    }
  } finally {
    // Not waited for: over a socket that has fallen silent the answer never comes, and nobody else could lead.
    connection.removeOnLogsListener(subscription).catch(() => undefined)
  }
}

/** True at the first asking of a name, and then once each period. */
function everySoOften(clock: Clock): (name: string, everyMs: number) => boolean {
  const doneAt = new Map<string, number>()
  return (name, everyMs) => {
    const now = clock.now()
    if (now - (doneAt.get(name) ?? Number.NEGATIVE_INFINITY) < everyMs) return false
    doneAt.set(name, now)
    return true
  }
}

/**
 * Records everything that happened since the cursor, oldest first. Resolves when the newest confirmed transaction is in.
 * `unserved`: how often each transaction was asked for in vain.
 */
export async function catchUp(
  ctx: IndexerContext,
  signal?: AbortSignal,
  unserved: Map<string, number> = new Map(),
): Promise<void> {
  const cursor = await readCursor(ctx.db)
  const listed = await signaturesSince(ctx.connection, new PublicKey(ctx.addresses.programId), cursor)
  for (let start = 0; start < listed.length && signal?.aborted !== true; start += BATCH) {
    const batch = listed.slice(start, start + BATCH)
    await recordSignatures(ctx, batch, batch.at(-1), unserved)
  }
}

async function recordSignatures(
  ctx: IndexerContext,
  batch: readonly { signature: string; slot: number }[],
  cursor: { signature: string; slot: number } | undefined,
  unserved: Map<string, number>,
): Promise<void> {
  const { addresses, clock, log, metrics } = ctx
  const transactions = await readServed(
    ctx,
    batch.map(({ signature }) => signature),
    unserved,
  )
  const events = transactions.flatMap((transaction) =>
    eventsOf(transaction, addresses.programId, addresses.eventAuthority),
  )
  const finalizedSlot = await readFinalizedSlot(ctx.db)
  const recorded = await recordEvents(ctx.db, events, {
    singletons: addresses,
    nowMs: clock.now(),
    finalizedSlot,
    ...(cursor === undefined ? {} : { cursor }),
  })
  if (recorded.conflicting > 0)
    log.error({ conflicting: recorded.conflicting }, 'two events claim the same sequence: the chain forked')
  if (recorded.unknown + recorded.damaged > 0)
    log.error(
      { unknown: recorded.unknown, damaged: recorded.damaged },
      'the program emits events this version cannot read: update it, then rebuild',
    )
  metrics.recorded(recorded, clock.now(), cursor?.slot)
  await deliver(ctx.db, ctx.bus, recorded.messages)
}

/**
 * The transactions that can be read; the others are counted by reason and left to the gaps they make.
 * @throws AppError CHAIN_UNAVAILABLE while one that is not served may still come.
 */
async function readServed(
  { connection, log, metrics }: IndexerContext,
  signatures: readonly string[],
  unserved: Map<string, number>,
): Promise<ExecutedTransaction[]> {
  const served: ExecutedTransaction[] = []
  for (const transaction of await readTransactions(connection, signatures)) {
    const { signature } = transaction
    if (!('unread' in transaction)) {
      unserved.delete(signature)
      served.push(transaction)
      continue
    }
    const tries = (unserved.get(signature) ?? 0) + 1
    if (transaction.unread === 'not-served' && tries < SERVE_TRIES) {
      unserved.set(signature, tries)
      throw new AppError('CHAIN_UNAVAILABLE', {
        message: `the RPC lists transaction ${signature} but does not serve it yet; it is read again`,
      })
    }
    unserved.delete(signature)
    metrics.refused(transaction.unread)
    log.error(
      { signature, reason: transaction.unread },
      'a transaction of the program cannot be read and is passed over',
    )
  }
  return served
}

/** Looks for the missing events of each open gap in the history of its account; waits longer after each failed try. */
export async function fillGaps(
  ctx: IndexerContext,
  nextTryAt: Map<string, number> = new Map(),
  signal?: AbortSignal,
): Promise<void> {
  const gaps = await openGaps(ctx.db)
  ctx.metrics.openGaps(gaps.length)
  for (const gap of gaps) {
    const key = `${gap.address}:${gap.fromSequence}`
    if (signal?.aborted === true || (nextTryAt.get(key) ?? 0) > ctx.clock.now()) continue
    nextTryAt.set(key, ctx.clock.now() + Math.min(GAP_RETRY_MS.first * 2 ** gap.attempts, GAP_RETRY_MS.most))
    await backFill(ctx, gap)
  }
}

async function backFill(ctx: IndexerContext, gap: OpenGap): Promise<void> {
  const { address, fromSequence, toSequence, attempts } = gap
  await countGapAttempt(ctx.db, gap)
  const after = gap.after === undefined ? undefined : { signature: gap.after }
  const signatures = await signaturesSince(ctx.connection, new PublicKey(address), after)
  const known = await knownSignatures(
    ctx.db,
    signatures.map(({ signature }) => signature),
  )
  const unseen = signatures.filter(({ signature }) => !known.has(signature))
  ctx.log.warn(
    { address, fromSequence, toSequence, attempts, found: unseen.length },
    unseen.length > 0
      ? 'a gap is filled from the history of its account'
      : 'a gap is open and the RPC does not list what is missing',
  )
  for (let start = 0; start < unseen.length; start += BATCH) {
    // Asked for once: the next try of the gap asks again.
    await recordSignatures(ctx, unseen.slice(start, start + BATCH), undefined, new Map())
  }
}
