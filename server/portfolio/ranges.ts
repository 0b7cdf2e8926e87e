import type { Range } from './schema.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** How far back each range goes. */
const BACK_MS: Readonly<Record<Range, number>> = {
  '7d': 7 * DAY_MS,
  '30d': 30 * DAY_MS,
  '90d': 90 * DAY_MS,
  '1y': 365 * DAY_MS,
  all: Number.POSITIVE_INFINITY,
}

/** How far apart the points of a history are. */
export const STEP_MS: Readonly<Record<Range, number>> = {
  '7d': HOUR_MS,
  '30d': HOUR_MS,
  '90d': 4 * HOUR_MS,
  '1y': DAY_MS,
  all: DAY_MS,
}

export const rangeStart = (range: Range, nowMs: number): Date => new Date(Math.max(0, nowMs - BACK_MS[range]))
