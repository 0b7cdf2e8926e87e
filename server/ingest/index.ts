import { leaderRole, untilAborted } from '#server/platform/lead.ts'
import type { Role } from '#server/platform/role.ts'
import { startIngest } from './ingest.ts'

export type { Interval } from './candles.ts'
export { latestPrice, pricedMarkets } from './oracle-health-repo.ts'
export { candleProcedures, oracleProcedures } from './router.ts'
export type { CandleDto } from './schema.ts'

/** The role `ingest`: oracle sources → bus, ticks, candles. One leader by lease, or every price would be told twice. */
export const start: Role = leaderRole({ name: 'ingest', ttlMs: 3_000, goesOn: true }, untilAborted(startIngest))
