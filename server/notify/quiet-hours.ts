/** Minutes of the day in a time zone, from inclusive to exclusive; they may span midnight. */
export type QuietHours = { from: number; to: number; timeZone: string }

const MINUTE_MS = 60_000
const DAY_MINUTES = 1_440

/** When something that may wait should be said: now, or at the end of the quiet hours that it is now. */
export function afterQuiet(quiet: QuietHours | null, nowMs: number): number {
  if (quiet === null || quiet.from === quiet.to) return nowMs
  const minute = minuteOfDay(nowMs, quiet.timeZone)
  const sinceFrom = (minute - quiet.from + DAY_MINUTES) % DAY_MINUTES
  const length = (quiet.to - quiet.from + DAY_MINUTES) % DAY_MINUTES
  return sinceFrom >= length ? nowMs : nowMs - (nowMs % MINUTE_MS) + (length - sinceFrom) * MINUTE_MS
}

function minuteOfDay(nowMs: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hour: 'numeric',
    minute: 'numeric',
    hourCycle: 'h23',
  }).formatToParts(nowMs)
  const of = (type: 'hour' | 'minute') => Number(parts.find((part) => part.type === type)?.value)
  return of('hour') * 60 + of('minute')
}
