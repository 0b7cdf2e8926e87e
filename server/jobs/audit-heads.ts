import { auditHeadsFile, headsKeeper, openAuditKey } from '#server/platform/audit-heads.ts'
import type { RoleContext } from '#server/platform/role.ts'
import type { Job } from './run-job.ts'

/** Publishes the newest row of each audit chain, signed, where the database's owner cannot change it: in a file and the log. */
export function auditHeadsJob({ db, clock, config, log }: Pick<RoleContext, 'db' | 'clock' | 'config' | 'log'>): Job {
  let keep: ReturnType<typeof headsKeeper> | undefined
  return {
    name: 'audit-heads',
    everyMs: 60_000,
    run: async () => {
      keep ??= headsKeeper({ db, file: auditHeadsFile(config), key: await openAuditKey(config) })
      const signed = await keep(clock.now())
      if (signed !== undefined) log.info({ signed }, 'audit heads')
    },
  }
}
