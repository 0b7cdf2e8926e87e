import type { RoleContext } from '#server/platform/role.ts'
import type { Job } from './run-job.ts'

const EVERY_MS = 600_000
/** A bucket that was not asked for this long is full again. */
const BUCKETS_MS = 600_000
const IDEMPOTENCY_KEYS_MS = 24 * 3_600_000

/** Takes away what the API keeps for a while only. */
export function expiredRowsJob({ db, clock }: Pick<RoleContext, 'db' | 'clock'>): Job {
  return {
    name: 'expired-rows',
    everyMs: EVERY_MS,
    run: async () => {
      const before = (ms: number) => new Date(clock.now() - ms)
      await db.deleteFrom('app.rate_buckets').where('at', '<', before(BUCKETS_MS)).execute()
      await db.deleteFrom('app.idempotency_keys').where('started_at', '<', before(IDEMPOTENCY_KEYS_MS)).execute()
    },
  }
}
