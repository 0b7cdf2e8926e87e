import { parseUnits, QUOTE_DECIMALS, type Quote } from '#client/units.ts'
import type { CalendarDayDto } from '#server/portfolio/schema.ts'

/*
 * Days as "2026-11-21", weeks from Monday. They are calendar arithmetic only: where a day begins is the server's answer.
 */

export type Day = string

const DAY_MS = 86_400_000
const at = (day: Day): Date => new Date(`${day}T00:00:00Z`)
const text = (date: Date): Day => date.toISOString().slice(0, 10)
/** Monday 0 … Sunday 6. */
const weekday = (date: Date): number => (date.getUTCDay() + 6) % 7

export const addDays = (day: Day, days: number): Day => text(new Date(at(day).getTime() + days * DAY_MS))
export const monthOf = (day: Day): string => day.slice(0, 7)
export const yearOf = (day: Day): number => Number(day.slice(0, 4))

/** The day it is in a zone. */
export function today(nowMs: number, timeZone: string): Day {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  return parts.format(nowMs)
}

/** "2026-11" moved by whole months. */
export function addMonths(month: string, months: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number)
  return text(new Date(Date.UTC(year, number - 1 + months, 1))).slice(0, 7)
}

/** The weeks of a month, whole: days of its neighbours are null. */
export function weeksOf(month: string): (Day | null)[][] {
  const first = `${month}-01`
  const days = weekday(at(first))
  const start = addDays(first, -days)
  const weeks: (Day | null)[][] = []
  for (let week = start; monthOf(week) <= month; week = addDays(week, 7)) {
    weeks.push(
      Array.from({ length: 7 }, (_, place) => addDays(week, place)).map((day) => (monthOf(day) === month ? day : null)),
    )
  }
  return weeks
}

/** The weeks of a year as columns, from the Monday at or before January 1st. */
export function columnsOf(year: number): (Day | null)[][] {
  const first = `${year}-01-01`
  const columns: (Day | null)[][] = []
  for (let week = addDays(first, -weekday(at(first))); yearOf(week) <= year; week = addDays(week, 7)) {
    columns.push(
      Array.from({ length: 7 }, (_, place) => addDays(week, place)).map((day) => (yearOf(day) === year ? day : null)),
    )
  }
  return columns
}

export type Results = ReadonlyMap<Day, CalendarDayDto>
export const byDay = (days: readonly CalendarDayDto[]): Results => new Map(days.map((day) => [day.day, day]))

/** Null where nothing happened on any of them. */
export function netOf(days: readonly (Day | null)[], results: Results): Quote | null {
  const found = days.flatMap((day) => (day === null ? [] : (results.get(day) ?? [])))
  return found.length === 0 ? null : found.reduce((sum, { net }) => sum + parseUnits(net, QUOTE_DECIMALS), 0n)
}

/** How strongly a day is tinted: its result against the largest in sight, 0 to 1 with its sign. */
export function strengths(results: Iterable<CalendarDayDto>): ReadonlyMap<Day, number> {
  const all = [...results].map(({ day, net }) => ({ day, net: Number(net) }))
  const largest = Math.max(...all.map(({ net }) => Math.abs(net)), 0)
  return new Map(all.map(({ day, net }) => [day, largest === 0 ? 0 : net / largest]))
}
