import { LOCALNET_USDC_MINT } from '#client/localnet-keys.ts'
import { PROGRAM_ID } from '#client/pda.ts'
import { oracleMode } from '#server/oracle/index.ts'
import type { Config } from '#server/platform/config.ts'
import { publicProcedure, router } from '#server/platform/procedures.ts'
import { healthDto, type SystemConfigDto, systemConfigDto, uptimeDto } from './schema.ts'
import type { SystemMonitor } from './system-monitor.ts'
import { readUptime } from './uptime.ts'

export function systemRouter(monitor: SystemMonitor) {
  return router({
    config: publicProcedure
      .meta({
        cost: 'row',
        openapi: { method: 'GET', path: '/system/config', summary: 'Cluster, program and endpoints', tags: ['system'] },
      })
      .output(systemConfigDto)
      .query(({ ctx }) => systemConfig(ctx.config)),
    health: publicProcedure
      .meta({
        cost: 'row',
        openapi: {
          method: 'GET',
          path: '/system/health',
          alsoAt: ['/status/detailed'],
          summary: 'State and lag of every part',
          tags: ['system'],
        },
      })
      .output(healthDto)
      .query(() => ({ ...monitor.current(), reasons: monitor.reasons() })),
    uptime: publicProcedure
      .meta({
        cost: 'page',
        openapi: {
          method: 'GET',
          path: '/system/uptime',
          summary: 'How much of the last 24 hours, 7 and 90 days each part was found working',
          tags: ['system'],
        },
      })
      .output(uptimeDto)
      .query(({ ctx }) => readUptime(ctx.db, ctx.clock.now())),
  })
}

/** What everyone may read: nothing of RPC_URL, whose path or query may be a provider's key. */
export function systemConfig(config: Config): SystemConfigDto {
  const localnet = config.cluster === 'localnet'
  return {
    cluster: config.cluster,
    rpcUrl: config.publicRpcUrl,
    wsUrl: config.publicRpcWsUrl,
    programId: PROGRAM_ID.toBase58(),
    usdcMint: config.usdcMint ?? LOCALNET_USDC_MINT.toBase58(),
    // No public explorer knows the local chain.
    ...(localnet ? {} : { explorerUrl: 'https://explorer.solana.com' }),
    oracleMode: oracleMode(config),
    features: { faucet: localnet },
  }
}
