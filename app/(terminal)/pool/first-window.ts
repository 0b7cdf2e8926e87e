import type { PoolWindow } from '#server/exchange/pool-schema.ts'

/** What the chart shows first, and the time its yearly rate is of. */
export const FIRST_WINDOW: PoolWindow = '30d'
