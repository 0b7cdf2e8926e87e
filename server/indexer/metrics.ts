import type { IndexerHeartbeat } from '#server/exchange/index.ts'
import type { Metrics } from '#server/platform/metrics.ts'
import type { Recorded } from './record-events.ts'

/** What operators see of the indexer, and the heartbeat that others watch. */
export type IndexerMetrics = ReturnType<typeof createIndexerMetrics>

const LATE_AFTER_MS = 10_000
const DOWN_AFTER_MS = 30_000

export function createIndexerMetrics(metrics: Metrics, startedAt: number) {
  const events = metrics.counter({
    name: 'quantdesk_indexer_events_total',
    help: 'Program events projected',
    labelNames: ['kind'],
  })
  const refused = metrics.counter({
    name: 'quantdesk_indexer_refused_total',
    help: 'Program events that were not projected, by reason',
    labelNames: ['reason'],
  })
  const failures = metrics.counter({
    name: 'quantdesk_indexer_failed_rounds_total',
    help: 'Rounds ended by RPC or database',
  })
  const gaps = metrics.gauge({ name: 'quantdesk_indexer_open_gaps', help: 'Gaps in event sequences not filled yet' })
  const slot = metrics.gauge({ name: 'quantdesk_indexer_slot', help: 'Slot of the newest transaction recorded' })
  // Chain time has whole seconds, so up to one second of this is rounding.
  const lag = metrics.histogram({
    name: 'quantdesk_indexer_lag_seconds',
    help: 'From the block time of an event to its row',
    buckets: [0.25, 0.5, 1, 1.5, 2, 5, 10, 30, 60],
  })
  let lastOkAt = startedAt
  let newest = { lagMs: null as number | null, slot: 0, openGaps: 0 }
  let error: string | null = null
  return {
    recorded: ({ projected, conflicting, unknown }: Recorded, nowMs: number, batchSlot: number | undefined) => {
      for (const { event, occurredAt } of projected) {
        events.inc({ kind: event.name })
        lag.observe(Math.max(0, nowMs - occurredAt) / 1000)
      }
      if (conflicting > 0) refused.inc({ reason: 'conflicting' }, conflicting)
      if (unknown > 0) refused.inc({ reason: 'unknown' }, unknown)
      const last = projected.at(-1)
      if (last !== undefined) newest = { ...newest, lagMs: Math.max(0, nowMs - last.occurredAt) }
      if (batchSlot !== undefined) {
        slot.set(batchSlot)
        newest = { ...newest, slot: batchSlot }
      }
    },
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
      const silentMs = nowMs - lastOkAt
      const status = silentMs > DOWN_AFTER_MS ? 'down' : silentMs > LATE_AFTER_MS || newest.openGaps > 0 ? 'late' : 'ok'
      // While rounds fail the projection falls behind, whatever the last event's lag was.
      return { status, ...newest, lagMs: error === null ? newest.lagMs : silentMs, error, at: nowMs }
    },
  }
}
