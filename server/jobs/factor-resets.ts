import { finishFactorResets } from '#server/identity/index.ts'
import type { RoleContext } from '#server/platform/role.ts'
import type { Job } from './run-job.ts'

/** Removes the second factors of users who lost them all, once the time to object is over. */
export function factorResetJob({ db, bus, clock, log }: Pick<RoleContext, 'db' | 'bus' | 'clock' | 'log'>): Job {
  return {
    name: 'factor-resets',
    everyMs: 60_000,
    run: async () => {
      const count = await finishFactorResets({ db, bus }, clock.now())
      if (count > 0) log.info({ count }, 'second factors were removed after their waiting time')
    },
  }
}
