import { connectChain, wakeable } from '#server/chain/index.ts'
import { errorMessage } from '#server/platform/errors.ts'
import { withLease } from '#server/platform/lease.ts'
import type { Role } from '#server/platform/role.ts'
import { partitionJob } from './partitions.ts'
import { runJob } from './run-job.ts'
import { solvencyJob } from './solvency.ts'

const LEASE_MS = 10_000
const RETRY_MS = 1_000

/** What comes by the clock and must be done once, whoever does it. One leader by lease. */
export const start: Role = async (ctx) => {
  const { db, clock, log } = ctx
  const stopped = new AbortController()
  const ended = AbortSignal.any([ctx.signal, stopped.signal])
  const { connection, close } = connectChain({ endpoints: ctx.config.rpcEndpoints, clock, log })
  const jobs = [partitionJob(ctx), solvencyJob(ctx, connection)]

  const running = (async () => {
    while (!ended.aborted) {
      try {
        const ownerId = `${process.pid}-${crypto.randomUUID()}`
        await withLease(db, { name: 'jobs', ownerId, ttlMs: LEASE_MS, clock, signal: ended }, async (_, leading) => {
          await Promise.all(jobs.map((job) => runJob(ctx, job, leading)))
        })
      } catch (error) {
        log.error({ err: error }, `the jobs have no leader here: ${errorMessage(error)}`)
        await wakeable(ended).orAfter(RETRY_MS)
      }
    }
  })()
  return async () => {
    stopped.abort()
    await running
    close()
  }
}
