const S = 1_000
const MIN = 60 * S
const HOUR = 60 * MIN

/** Pauses between tries, as the Standard Webhooks specification advises: over three days in all. */
const PAUSES_MS = [5 * S, 5 * MIN, 30 * MIN, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR] as const

export const MAX_ATTEMPTS = PAUSES_MS.length + 1

/** How much a pause may be longer, so that what failed together does not come back together. */
const JITTER = 0.2

/**
 * When to try again after so many attempts (1: the first has failed), or null when it is given up.
 * `random` is from [0, 1).
 */
export function nextAttempt(attempts: number, nowMs: number, random: number): number | null {
  const pause = PAUSES_MS[attempts - 1]
  return pause === undefined ? null : Math.round(nowMs + pause * (1 + JITTER * random))
}
