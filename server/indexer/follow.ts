import { type Connection, PublicKey } from '@solana/web3.js'
import { wakeable } from '#server/chain/index.ts'
import type { Bus } from '#server/platform/bus.ts'
import type { Clock } from '#server/platform/clock.ts'
import type { Db } from '#server/platform/db/index.ts'
import { errorMessage } from '#server/platform/errors.ts'
import type { Log } from '#server/platform/log.ts'
import { eventsOf } from './event-instructions.ts'
import type { IndexerMetrics } from './metrics.ts'
import { deliver, deliverLeftovers } from './outbox.ts'
import { readTransactions, signaturesSince } from './read-transactions.ts'
import { type Recorded, recordEvents } from './record-events.ts'
import { countGapAttempt, knownSignatures, type OpenGap, openGaps, readCursor } from './repo.ts'
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
/** Between two looks without a hint: a WebSocket can fall silent without closing. */
const LOOK_MS = 2_000
const BACK_OFF_MS = { first: 250, most: 10_000 }
const GAP_RETRY_MS = { first: 1_000, most: 60_000 }

/**
 * Follows the program until `signal` aborts: logs are a hint that something happened, the signatures of the program's
 * address since the cursor are the truth. Any failure of RPC or database ends the round, not the following.
 */
export async function followProgram(ctx: IndexerContext, signal: AbortSignal): Promise<void> {
  const { connection, clock, log, metrics, addresses } = ctx
  const wake = wakeable(signal)
  const subscription = connection.onLogs(new PublicKey(addresses.programId), wake.wake, 'confirmed')
  const gapTries = new Map<string, number>()
  let failures = 0
  try {
    while (!signal.aborted) {
      try {
        await deliverLeftovers(ctx.db, ctx.bus)
        await catchUp(ctx, signal)
        await fillGaps(ctx, gapTries, signal)
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
    await connection.removeOnLogsListener(subscription).catch(() => undefined)
  }
}

/** Records everything that happened since the cursor, oldest first. Resolves when the newest confirmed transaction is in. */
export async function catchUp(ctx: IndexerContext, signal?: AbortSignal): Promise<void> {
  const until = await readCursor(ctx.db)
  const signatures = await signaturesSince(ctx.connection, new PublicKey(ctx.addresses.programId), {
    ...(until === undefined ? {} : { until }),
  })
  for (let start = 0; start < signatures.length && signal?.aborted !== true; start += BATCH) {
    const batch = signatures.slice(start, start + BATCH)
    await recordSignatures(ctx, batch, batch.at(-1))
  }
}

async function recordSignatures(
  ctx: IndexerContext,
  batch: readonly { signature: string; slot: number }[],
  cursor: { signature: string; slot: number } | undefined,
): Promise<Recorded> {
  const { addresses, clock, log, metrics } = ctx
  const transactions = await readTransactions(
    ctx.connection,
    batch.map(({ signature }) => signature),
  )
  const events = transactions.flatMap((transaction) =>
    eventsOf(transaction, addresses.programId, addresses.eventAuthority),
  )
  const recorded = await recordEvents(ctx.db, events, {
    singletons: addresses,
    nowMs: clock.now(),
    ...(cursor === undefined ? {} : { cursor }),
  })
  if (recorded.conflicting > 0)
    log.error({ conflicting: recorded.conflicting }, 'two events claim the same sequence: the chain forked')
  if (recorded.unknown > 0)
    log.error(
      { unknown: recorded.unknown },
      'the program emits events this version does not know: update it, then rebuild',
    )
  metrics.recorded(recorded, clock.now(), cursor?.slot)
  await deliver(ctx.db, ctx.bus, recorded.messages)
  return recorded
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
  const signatures = await signaturesSince(ctx.connection, new PublicKey(address), {
    ...(gap.after === undefined ? {} : { until: gap.after }),
  })
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
    await recordSignatures(ctx, unseen.slice(start, start + BATCH), undefined)
  }
}
