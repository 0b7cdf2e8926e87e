const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** What a clock in a time zone shows, as if it were UTC, to the minute. */
function wallClock(atMs: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    hourCycle: 'h23',
  }).formatToParts(atMs)
  const of = (type: 'year' | 'month' | 'day' | 'hour' | 'minute') =>
    Number(parts.find((part) => part.type === type)?.value)
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'))
}

export const minuteOfDay = (atMs: number, timeZone: string): number => (wallClock(atMs, timeZone) % DAY_MS) / MINUTE_MS

/**
 * When the clock shows a time of day: once on most days, twice when it is set back over that time, and where it is set
 * forward over it once, at the moment of the change. In order, from the day before that of `aroundMs` to the day after.
 */
function momentsOf(minute: number, aroundMs: number, timeZone: string): number[][] {
  const today = Math.floor(wallClock(aroundMs, timeZone) / DAY_MS)
  return [today - 1, today, today + 1].map((day) => {
    const wanted = day * DAY_MS + minute * MINUTE_MS
    const shifts = [wanted - DAY_MS, wanted + DAY_MS].map((at) => wallClock(at, timeZone) - at)
    const [before = 0, after = 0] = shifts
    const shown = [...new Set([wanted - before, wanted - after])]
      .filter((at) => wallClock(at, timeZone) === wanted)
      .sort((a, b) => a - b)
    return shown.length > 0 ? shown : [changeBetween(wanted - after, wanted - before, after, timeZone)]
  })
}

/** The minute at which the clock begins to be ahead of UTC by `shiftMs`. */
function changeBetween(fromMs: number, toMs: number, shiftMs: number, timeZone: string): number {
  let [before, after] = [fromMs, toMs]
  while (after - before > MINUTE_MS) {
    const middle = before + Math.floor((after - before) / 2 / MINUTE_MS) * MINUTE_MS
    if (wallClock(middle, timeZone) - middle === shiftMs) after = middle
    else before = middle
  }
  return after
}

/** The next moment after `nowMs` at which the clock shows that time of day. */
export function nextShown(minute: number, nowMs: number, timeZone: string): number {
  return nextOf(momentsOf(minute, nowMs, timeZone).flat(), nowMs)
}

/** The same, but once a day also when the clock is set back. */
export function nextDaily(minute: number, nowMs: number, timeZone: string): number {
  return nextOf(
    momentsOf(minute, nowMs, timeZone).flatMap((moments) => moments.slice(0, 1)),
    nowMs,
  )
}

function nextOf(moments: readonly number[], nowMs: number): number {
  const next = moments.find((at) => at > nowMs)
  if (next === undefined) throw new RangeError(`no such time within a day after ${nowMs}`)
  return next
}
