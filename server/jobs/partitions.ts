import { keepPartitions } from '#server/platform/db/index.ts'
import type { RoleContext } from '#server/platform/role.ts'
import type { Job } from './run-job.ts'

const EVERY_MS = 600_000

/** Keeps every partitioned table as app.partition_plans says. */
export function partitionJob({ db, clock, log, metrics }: Pick<RoleContext, 'db' | 'clock' | 'log' | 'metrics'>): Job {
  const count = metrics.gauge({
    name: 'quantdesk_partitions',
    help: 'Partitions of a table',
    labelNames: ['table'],
  })
  const ahead = metrics.gauge({
    name: 'quantdesk_partitions_ahead_seconds',
    help: 'How far into the future a table has partitions',
    labelNames: ['table'],
  })
  const changed = metrics.counter({
    name: 'quantdesk_partitions_changed_total',
    help: 'Partitions made and dropped by the plan',
    labelNames: ['table', 'change'],
  })
  return {
    name: 'partitions',
    everyMs: EVERY_MS,
    run: async () => {
      for (const { parent: table, partitions, made, dropped, aheadMs } of await keepPartitions(db, clock.now())) {
        count.set({ table }, partitions)
        ahead.set({ table }, aheadMs / 1000)
        if (made > 0) changed.inc({ table, change: 'made' }, made)
        if (dropped > 0) changed.inc({ table, change: 'dropped' }, dropped)
        if (made + dropped > 0) log.info({ table, made, dropped }, 'partitions were kept')
      }
    },
  }
}
