import type { Role } from '#server/platform/role.ts'
import { startIngest } from './ingest.ts'

export type { Interval } from './candles.ts'
export { latestPrice, pricedMarkets } from './oracle-health-repo.ts'
export { candleProcedures, oracleProcedures } from './router.ts'
export type { CandleDto } from './schema.ts'

/** The role `ingest`: oracle source → bus, ticks, candles. */
export const start: Role = startIngest
