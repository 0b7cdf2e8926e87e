import { connectChain } from '#server/chain/index.ts'
import { leaderRole } from '#server/platform/lead.ts'
import type { Role, RoleContext } from '#server/platform/role.ts'
import { programAddresses } from './addresses.ts'
import { followProgram } from './follow.ts'
import { createIndexerMetrics } from './metrics.ts'
import { requireSameChain } from './same-chain.ts'

export { programAddresses } from './addresses.ts'
export { catchUp, followProgram, type IndexerContext } from './follow.ts'
export { createIndexerMetrics } from './metrics.ts'
export { rebuildProjection } from './rebuild.ts'

const HEARTBEAT_MS = 1_000

/** Program events → projection. One leader by lease; the others wait for it. */
export const start: Role = leaderRole({ name: 'indexer' }, lead)

async function lead({ config, log, metrics, db, bus, clock, signal }: RoleContext): Promise<void> {
  const { connection, close } = connectChain({ endpoints: config.rpcEndpoints, clock, metrics, log })
  const indexerMetrics = createIndexerMetrics(metrics, clock.now())
  const ctx = { connection, db, bus, clock, log, metrics: indexerMetrics, addresses: programAddresses() }
  const heartbeat = setInterval(() => {
    bus.publish('system.indexer', indexerMetrics.heartbeat(clock.now())).catch((error: unknown) => {
      log.debug({ err: error }, 'the heartbeat was not published')
    })
  }, HEARTBEAT_MS)
  try {
    await requireSameChain({ connection, db, log, isLocalnet: config.cluster === 'localnet' })
    await followProgram(ctx, signal)
  } finally {
    clearInterval(heartbeat)
    close()
  }
}
