import type { Day } from './calendar.ts'

const NAME = new Intl.DateTimeFormat('en-US', {
  weekday: 'long',
  month: 'long',
  day: 'numeric',
  year: 'numeric',
  timeZone: 'UTC',
})

/** "Saturday, November 21, 2026". */
export const dayName = (day: Day): string => NAME.format(new Date(`${day}T00:00:00Z`))

const MONTH = new Intl.DateTimeFormat('en-US', { month: 'long', year: 'numeric', timeZone: 'UTC' })

/** "November 2026", of a month or a day. */
export const monthName = (day: Day): string => MONTH.format(new Date(`${day.slice(0, 7)}-01T00:00:00Z`))

/** So much of the colour at most, that text on it stays easy to read in both themes. */
const STRONGEST = 32
const WEAKEST = 8

/** The background of a result, by its strength (−1 to 1); undefined for none. */
export function tint(strength: number, strongest = STRONGEST): string | undefined {
  if (strength === 0) return undefined
  const share = WEAKEST + Math.abs(strength) * (strongest - WEAKEST)
  return `color-mix(in srgb, var(${strength > 0 ? '--up' : '--down'}) ${share.toFixed(0)}%, var(--raised))`
}
