import type { IndexerHeartbeat } from '#server/exchange/index.ts'
import type { Metrics } from '#server/platform/metrics.ts'
import type { Recorded } from './record-events.ts'

/** What operators see of the indexer, and the heartbeat that others watch. */
export type IndexerMetrics = ReturnType<typeof createIndexerMetrics>

const LATE_AFTER_MS = 10_000
const DOWN_AFTER_MS = 30_000
/** Transactions heard of and not recorded yet; more than that were never ours to record. */
const HEARD_AT_MOST = 10_000
/** The percentiles are of this many of the newest transactions. */
const RECENT = 1_000

export function createIndexerMetrics(metrics: Metrics, startedAt: number) {
  const events = metrics.counter({
    name: 'quantdesk_indexer_events_total',
    help: 'Program events projected',
    labelNames: ['kind'],
  })
  const refused = metrics.counter({
    name: 'quantdesk_indexer_refused_total',
    help: 'Events not projected, and transactions not read, by reason',
    labelNames: ['reason'],
  })
  const failures = metrics.counter({
    name: 'quantdesk_indexer_failed_rounds_total',
    help: 'Rounds ended by RPC or database',
  })
  const gaps = metrics.gauge({ name: 'quantdesk_indexer_open_gaps', help: 'Gaps in event sequences not filled yet' })
  const slot = metrics.gauge({ name: 'quantdesk_indexer_slot', help: 'Slot of the newest transaction recorded' })
  const finalized = metrics.gauge({
    name: 'quantdesk_indexer_finalized_slot',
    help: 'Newest slot the cluster has finalized; rows up to it cannot change any more',
  })
  const behind = metrics.gauge({
    name: 'quantdesk_indexer_lag_slots',
    help: 'Slots from the newest transaction recorded to the newest one heard of',
  })
  const forked = metrics.counter({
    name: 'quantdesk_indexer_forked_transactions_total',
    help: 'Confirmed transactions that a fork took back',
  })
  const lag = metrics.histogram({
    name: 'quantdesk_indexer_lag_seconds',
    help: 'From hearing of a transaction to its rows',
    buckets: [0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 30],
  })
  const quantiles = metrics.gauge({
    name: 'quantdesk_indexer_lag_quantile_seconds',
    help: `From hearing of a transaction to its rows, of the newest ${RECENT}`,
    labelNames: ['quantile'],
  })
  // Chain time has whole seconds, so up to one second of this is rounding.
  const age = metrics.histogram({
    name: 'quantdesk_indexer_event_age_seconds',
    help: 'From the block time of an event to its row',
    buckets: [0.25, 0.5, 1, 1.5, 2, 5, 10, 30, 60],
  })
  const reconciled = metrics.counter({
    name: 'quantdesk_indexer_reconciled_accounts_total',
    help: 'Accounts on chain compared with their rows; undecided: one side had a later event',
    labelNames: ['result'],
  })
  const different = metrics.gauge({
    name: 'quantdesk_indexer_different_accounts',
    help: 'Accounts that differed from their rows at the newest look; anything but 0 is an alert',
  })
  const heardAt = new Map<string, number>()
  let recent: number[] = []
  let heardSlot = 0
  let lastOkAt = startedAt
  let newest = { lagMs: null as number | null, slot: 0, openGaps: 0 }
  let error: string | null = null

  const observeLag = (signature: string, nowMs: number): number | undefined => {
    const at = heardAt.get(signature)
    if (at === undefined) return undefined
    heardAt.delete(signature)
    const ms = Math.max(0, nowMs - at)
    lag.observe(ms / 1000)
    recent = [...recent.slice(1 - RECENT), ms]
    return ms
  }

  return {
    /** A transaction was announced; it may be one without events. */
    heard: (signature: string, atSlot: number, nowMs: number) => {
      heardSlot = Math.max(heardSlot, atSlot)
      heardAt.set(signature, nowMs)
      const [oldest] = heardAt.keys()
      if (heardAt.size > HEARD_AT_MOST && oldest !== undefined) heardAt.delete(oldest)
    },
    recorded: (recorded: Recorded, nowMs: number, batchSlot: number | undefined) => {
      const { projected, conflicting, unknown, damaged, moved } = recorded
      let lagMs = newest.lagMs
      for (const { event, occurredAt } of projected) {
        events.inc({ kind: event.name })
        age.observe(Math.max(0, nowMs - occurredAt) / 1000)
      }
      // One that nobody announced was found by looking: its block time says how late.
      for (const [signature, { occurredAt }] of new Map(projected.map((event) => [event.signature, event])))
        lagMs = observeLag(signature, nowMs) ?? Math.max(0, nowMs - occurredAt)
      for (const [reason, count] of Object.entries({ conflicting, unknown, damaged, moved }))
        if (count > 0) refused.inc({ reason }, count)
      if (batchSlot !== undefined) {
        slot.set(batchSlot)
        behind.set(Math.max(0, heardSlot - batchSlot))
      }
      newest = { ...newest, lagMs, slot: batchSlot ?? newest.slot }
    },
    refused: (reason: string) => refused.inc({ reason }),
    finalized: (finalizedSlot: number) => finalized.set(finalizedSlot),
    reconciled: (result: { equal: number; different: readonly string[]; undecided: number }) => {
      reconciled.inc({ result: 'equal' }, result.equal)
      reconciled.inc({ result: 'different' }, result.different.length)
      reconciled.inc({ result: 'undecided' }, result.undecided)
      different.set(result.different.length)
    },
    tookBack: (transactions: number) => forked.inc(transactions),
    openGaps: (count: number) => {
      gaps.set(count)
      newest = { ...newest, openGaps: count }
    },
    roundOk: (nowMs: number) => {
      lastOkAt = nowMs
      error = null
    },
    roundFailed: (message: string) => {
      failures.inc()
      error = message
    },
    heartbeat: (nowMs: number): IndexerHeartbeat => {
      const sorted = recent.toSorted((a, b) => a - b)
      for (const quantile of [0.5, 0.99])
        quantiles.set({ quantile: String(quantile) }, (sorted[Math.floor(sorted.length * quantile)] ?? 0) / 1000)
      const silentMs = nowMs - lastOkAt
      const status = silentMs > DOWN_AFTER_MS ? 'down' : silentMs > LATE_AFTER_MS || newest.openGaps > 0 ? 'late' : 'ok'
      // While rounds fail the projection falls behind, whatever the last event's lag was.
      return { status, ...newest, lagMs: error === null ? newest.lagMs : silentMs, error, at: nowMs }
    },
  }
}
