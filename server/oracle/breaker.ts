import type { FailureKind } from './source.ts'

/**
 * closed: connections are made as they end. open: the source is left alone until `retryAt`. half-open: that time has
 * come, and one connection shows whether it works again.
 */
export type BreakerState = 'closed' | 'open' | 'half-open'

export type Breaker = {
  state(nowMs: number): BreakerState
  /** When the next connection may be made. */
  retryAt(): number
  /** A good price came. */
  delivered(nowMs: number): void
  /** The connection ended as it may: the next one is made at once. */
  ended(nowMs: number): void
  failed(kind: FailureKind, nowMs: number, retryAfterMs?: number): void
}

const AGAIN_MS = 250
/** One lost connection is noise; three in a row mean that the source is away. */
const TRIPS_AFTER = 3
/** A source that delivers for this long has recovered; one that gives a price and dies again has not. */
export const STEADY_MS = 10_000
const BACKOFF_MS = { first: 500, most: 60_000 }
/** A refused key stays refused until a person acts, so it trips at once and is tried rarely. */
const DENIED_MS = 600_000
/** Hermes closes its door for a minute to who asks too often; so do the exchanges. */
const LIMITED_MS = 60_000

/** Keeps a source that fails from being asked again and again. Pure state: the caller brings the time. */
export function createBreaker(): Breaker {
  let failures = 0
  let tripped = false
  let nextAt = Number.NEGATIVE_INFINITY
  let workingSince: number | undefined

  return {
    state: (nowMs) => (tripped ? (nowMs < nextAt ? 'open' : 'half-open') : 'closed'),
    retryAt: () => nextAt,
    delivered: (nowMs) => {
      workingSince ??= nowMs
      if (nowMs - workingSince < STEADY_MS) return
      failures = 0
      tripped = false
    },
    ended: (nowMs) => {
      nextAt = nowMs + AGAIN_MS
    },
    failed: (kind, nowMs, retryAfterMs = 0) => {
      workingSince = undefined
      failures += 1
      tripped ||= kind === 'denied' || kind === 'limited' || failures >= TRIPS_AFTER
      nextAt = nowMs + Math.max(retryAfterMs, restMs(kind, failures))
    },
  }
}

function restMs(kind: FailureKind, failures: number): number {
  switch (kind) {
    case 'denied':
      return DENIED_MS
    case 'limited':
      return LIMITED_MS
    case 'unreachable':
    case 'silent':
      return Math.min(BACKOFF_MS.most, BACKOFF_MS.first * 2 ** (failures - 1))
  }
}
