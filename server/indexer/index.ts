import { connectChain, wakeable } from '#server/chain/index.ts'
import { errorMessage } from '#server/platform/errors.ts'
import { withLease } from '#server/platform/lease.ts'
import type { Role } from '#server/platform/role.ts'
import { programAddresses } from './addresses.ts'
import { followProgram } from './follow.ts'
import { createIndexerMetrics } from './metrics.ts'
import { requireSameChain } from './same-chain.ts'

export { programAddresses } from './addresses.ts'
export { catchUp, followProgram, type IndexerContext } from './follow.ts'
export { createIndexerMetrics } from './metrics.ts'
export { rebuildProjection } from './rebuild.ts'

const LEASE_MS = 5_000
const HEARTBEAT_MS = 1_000
const RETRY_MS = 1_000

/** Program events → projection. One leader by lease; the others wait for it. */
export const start: Role = async ({ config, log, metrics, db, bus, clock, signal }) => {
  const { connection, close } = connectChain({ endpoints: config.rpcEndpoints, clock, metrics, log })
  const indexerMetrics = createIndexerMetrics(metrics, clock.now())
  const ctx = { connection, db, bus, clock, log, metrics: indexerMetrics, addresses: programAddresses() }
  const stopped = new AbortController()
  const ended = AbortSignal.any([signal, stopped.signal])

  const lead = async (leading: AbortSignal) => {
    await requireSameChain({ connection, db, log, isLocalnet: config.cluster === 'localnet' })
    const heartbeat = setInterval(() => {
      bus.publish('system.indexer', indexerMetrics.heartbeat(clock.now())).catch((error: unknown) => {
        log.debug({ err: error }, 'the heartbeat was not published')
      })
    }, HEARTBEAT_MS)
    try {
      await followProgram(ctx, leading)
    } finally {
      clearInterval(heartbeat)
    }
  }
  const run = async () => {
    while (!ended.aborted) {
      try {
        const lease = {
          name: 'indexer',
          ownerId: `${process.pid}-${crypto.randomUUID()}`,
          ttlMs: LEASE_MS,
          clock,
          signal: ended,
        }
        await withLease(db, lease, (_, leading) => lead(leading))
      } catch (error) {
        log.error({ err: error }, `the indexer cannot lead: ${errorMessage(error)}`)
        await wakeable(ended).orAfter(RETRY_MS)
      }
    }
  }
  const running = run()
  return async () => {
    stopped.abort()
    await running
    close()
  }
}
