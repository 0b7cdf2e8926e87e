import { connectChain } from '#server/chain/index.ts'
import { leaderRole } from '#server/platform/lead.ts'
import type { Role, RoleContext } from '#server/platform/role.ts'
import { auditHeadsJob } from './audit-heads.ts'
import { expiredRowsJob } from './expired-rows.ts'
import { factorResetJob } from './factor-resets.ts'
import { partitionJob } from './partitions.ts'
import { poolValueJob } from './pool-values.ts'
import { portfolioJob } from './portfolios.ts'
import { runJob } from './run-job.ts'
import { solvencyJob } from './solvency.ts'

/** What comes by the clock and must be done once, whoever does it. One leader by lease. */
export const start: Role = leaderRole({ name: 'jobs', ttlMs: 10_000 }, lead)

async function lead(ctx: RoleContext): Promise<void> {
  const { config, clock, log, signal } = ctx
  const { connection, close } = connectChain({ endpoints: config.rpcEndpoints, clock, log })
  const jobs = [
    partitionJob(ctx),
    expiredRowsJob(ctx),
    solvencyJob(ctx, connection),
    portfolioJob(ctx, connection),
    poolValueJob(ctx, connection),
    auditHeadsJob(ctx),
    factorResetJob(ctx),
  ]
  try {
    await Promise.all(jobs.map((job) => runJob(ctx, job, signal)))
  } finally {
    close()
  }
}
