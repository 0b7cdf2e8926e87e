import type { Role } from '#server/platform/role.ts'
import { startIngest } from './ingest.ts'

export { marketStats24h } from './candle-repo.ts'
export { latestPrice, pricedMarkets } from './price-repo.ts'
export { marketDataRouter } from './router.ts'
export type { CandleDto, Interval, MarketStats } from './schema.ts'

/** The role `ingest`: oracle source → bus, ticks, candles. */
export const start: Role = startIngest
