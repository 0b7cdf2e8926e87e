import { dateLocale } from '#app/i18n/language.ts'
import { addDays, type Day } from './calendar.ts'

const A_MONDAY: Day = '2026-06-01'

/* Making one costs more than a thousand uses, so each language's is kept. */
const formats = new Map<string, Intl.DateTimeFormat>()

function written(day: Day, style: Intl.DateTimeFormatOptions): string {
  const locale = dateLocale()
  const key = `${locale} ${Object.entries(style).flat().join()}`
  const format = formats.get(key) ?? new Intl.DateTimeFormat(locale, { ...style, timeZone: 'UTC' })
  formats.set(key, format)
  return format.format(new Date(`${day}T00:00:00Z`))
}

/** "Saturday, November 21, 2026". */
export const dayName = (day: Day): string =>
  written(day, { weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' })

/** "November 2026", of a month or a day. */
export const monthName = (day: Day): string => written(`${day.slice(0, 7)}-01`, { month: 'long', year: 'numeric' })

/** "Nov" */
export const shortMonth = (day: Day): string => written(day, { month: 'short' })

/** "Mon" to "Sun". */
export const weekdays = (): string[] =>
  Array.from({ length: 7 }, (_, after) => written(addDays(A_MONDAY, after), { weekday: 'short' }))

/** So much of the colour at most, that text on it stays easy to read in both themes. */
const STRONGEST = 32
const WEAKEST = 8

/** The background of a result, by its strength (−1 to 1); undefined for none. */
export function tint(strength: number, strongest = STRONGEST): string | undefined {
  if (strength === 0) return undefined
  const share = WEAKEST + Math.abs(strength) * (strongest - WEAKEST)
  return `color-mix(in srgb, var(${strength > 0 ? '--up' : '--down'}) ${share.toFixed(0)}%, var(--raised))`
}
