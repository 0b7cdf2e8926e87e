import type { Range } from '#server/portfolio/schema.ts'

export const RANGES = ['7d', '30d', '90d', '1y', 'all'] as const satisfies readonly Range[]
export const DEFAULT_RANGE: Range = '30d'
