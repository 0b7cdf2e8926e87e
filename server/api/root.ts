import type { Connection } from '@solana/web3.js'
import {
  accountProcedures,
  insuranceProcedures,
  leaderboardProcedures,
  marketProcedures,
  poolProcedures,
} from '#server/exchange/index.ts'
import { type Identity, identityRouters } from '#server/identity/index.ts'
import { candleProcedures, oracleProcedures } from '#server/ingest/index.ts'
import { notificationRouter, webhookRouter } from '#server/notify/index.ts'
import { router } from '#server/platform/procedures.ts'
import { analyticsProcedures, portfolioProcedures } from '#server/portfolio/index.ts'
import { intentProcedures, signingKeyProcedures } from '#server/signer/index.ts'
import { solvencyProcedures } from '#server/solvency/index.ts'
import { tradingProcedures } from '#server/trading/index.ts'
import type { Hub } from './hub.ts'
import { streamRouter } from './stream-router.ts'
import type { SystemMonitor } from './system-monitor.ts'
import { systemRouter } from './system-router.ts'

export type RootParts = { hub: Hub; monitor: SystemMonitor; connection: Connection; identity: Identity }

/** Every procedure of the API under its public name. */
export function createRoot({ hub, monitor, connection, identity }: RootParts) {
  return router({
    ...identityRouters(identity),
    system: systemRouter(monitor),
    market: router({ ...marketProcedures, ...candleProcedures }),
    oracle: router(oracleProcedures),
    account: router(accountProcedures),
    portfolio: router(portfolioProcedures),
    analytics: router(analyticsProcedures),
    pool: router(poolProcedures),
    insurance: router(insuranceProcedures),
    leaderboard: router(leaderboardProcedures),
    solvency: router(solvencyProcedures),
    trading: router(tradingProcedures(connection)),
    intents: router(intentProcedures),
    signingKeys: router(signingKeyProcedures(connection)),
    notifications: notificationRouter,
    webhooks: webhookRouter(identity),
    stream: streamRouter(hub),
  })
}

export type AppRouter = ReturnType<typeof createRoot>
