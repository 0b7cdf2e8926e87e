import { auditHeadsFile, keepAuditHeads } from '#server/platform/audit.ts'
import type { RoleContext } from '#server/platform/role.ts'
import type { Job } from './run-job.ts'

/** Publishes the newest row of each audit chain where the database's owner cannot change it: in a file and in the log. */
export function auditHeadsJob({ db, clock, config, log }: RoleContext): Job {
  return {
    name: 'audit-heads',
    everyMs: 60_000,
    run: async () => {
      const heads = await keepAuditHeads(db, auditHeadsFile(config), clock.now())
      for (const head of heads) log.info(head, 'audit head')
    },
  }
}
