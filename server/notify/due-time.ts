import type { Digest } from './kinds.ts'
import { minuteOfDay, nextDaily, nextShown } from './local-time.ts'

/** Minutes of the day, from inclusive to exclusive; they may span midnight. */
export type QuietHours = { from: number; to: number }
export type Rhythm = { digest: Digest; digestHour: number; quiet: QuietHours | null; timeZone: string }

const HOUR_MS = 3_600_000
const DAY_MINUTES = 1_440

/** When something that may wait should be said: with its digest, and never in quiet hours. */
export function dueAt({ digest, digestHour, quiet, timeZone }: Rhythm, nowMs: number): number {
  switch (digest) {
    case 'instant':
      return afterQuiet(quiet, nowMs, timeZone)
    case 'hourly':
      return afterQuiet(quiet, nextHour(nowMs, timeZone), timeZone)
    case 'daily':
      return afterQuiet(quiet, nextDaily(digestHour * 60, nowMs, timeZone), timeZone)
  }
}

/** By the reader's clock: some zones are half an hour from UTC's. */
function nextHour(nowMs: number, timeZone: string): number {
  const pastMs = (minuteOfDay(nowMs, timeZone) % 60) * 60_000 + (nowMs % 60_000)
  return nowMs - pastMs + HOUR_MS
}

function afterQuiet(quiet: QuietHours | null, atMs: number, timeZone: string): number {
  if (quiet === null || quiet.from === quiet.to) return atMs
  const minute = minuteOfDay(atMs, timeZone)
  const sinceFrom = (minute - quiet.from + DAY_MINUTES) % DAY_MINUTES
  const length = (quiet.to - quiet.from + DAY_MINUTES) % DAY_MINUTES
  return sinceFrom >= length ? atMs : nextShown(quiet.to, atMs, timeZone)
}
