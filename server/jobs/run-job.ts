import { type Wake, wakeable } from '#server/chain/index.ts'
import { errorMessage } from '#server/platform/errors.ts'
import type { RoleContext } from '#server/platform/role.ts'

export type Job = {
  name: string
  everyMs: number
  /** One run. Throwing is a failed run; the next comes after a pause. */
  run(signal: AbortSignal): Promise<void>
}

/** A failed run is repeated sooner than it would come again, but not at once. */
const RETRY_MS = 10_000

/** Runs the job until `signal` aborts: at once, then every `everyMs`. */
export async function runJob(
  { clock, log, metrics }: Pick<RoleContext, 'clock' | 'log' | 'metrics'>,
  { name, everyMs, run }: Job,
  signal: AbortSignal,
  sleeper: Wake = wakeable(signal),
): Promise<void> {
  const runs = metrics.counter({
    name: 'quantdesk_job_runs_total',
    help: 'Runs of a scheduled job, by how they ended',
    labelNames: ['job', 'outcome'],
  })
  const succeeded = metrics.gauge({
    name: 'quantdesk_job_last_success_timestamp_seconds',
    help: 'When a scheduled job last ended well',
    labelNames: ['job'],
  })
  while (!signal.aborted) {
    try {
      await run(signal)
      runs.inc({ job: name, outcome: 'ok' })
      succeeded.set({ job: name }, clock.now() / 1000)
      await sleeper.orAfter(everyMs)
    } catch (error) {
      if (signal.aborted) return
      runs.inc({ job: name, outcome: 'failed' })
      log.warn({ err: error, job: name }, `the job ${name} failed and comes again: ${errorMessage(error)}`)
      await sleeper.orAfter(Math.min(RETRY_MS, everyMs))
    }
  }
}
