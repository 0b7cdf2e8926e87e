import { expect, it } from 'vitest'
import { addMonths, byDay, columnsOf, netOf, strengths, today, weeksOf } from './calendar.ts'

const day = (name: string, net: string) => ({
  day: name,
  net,
  from: 0,
  to: 0,
  fills: 1,
  realisedPnl: net,
  fees: '0',
  funding: '0',
  interest: '0',
  other: '0',
})

it('parts a month into weeks from Monday, every day once', () => {
  const weeks = weeksOf('2026-02')
  expect(weeks[0]).toEqual([null, null, null, null, null, null, '2026-02-01'])
  expect(weeks.every((week) => week.length === 7)).toBe(true)
  expect(weeks.flat().filter((name) => name !== null)).toHaveLength(28)
  expect(weeksOf('2027-02')).toHaveLength(4)
  expect(weeksOf('2026-12').flat().at(-4)).toBe('2026-12-31')
})

it('has every day of a year once, leap years too', () => {
  for (const [year, days] of [
    [2023, 365],
    [2024, 366],
    [2026, 365],
  ] as const) {
    const all = columnsOf(year)
      .flat()
      .filter((name) => name !== null)
    expect(new Set(all).size).toBe(days)
    expect(all[0]).toBe(`${year}-01-01`)
  }
})

it('steps through months over the year’s end', () => {
  expect([addMonths('2026-12', 1), addMonths('2026-01', -1), addMonths('2026-05', 12)]).toEqual([
    '2027-01',
    '2025-12',
    '2027-05',
  ])
})

it('knows what day it is where the reader lives', () => {
  const at = Date.parse('2026-12-31T23:30:00Z')
  expect([today(at, 'UTC'), today(at, 'Europe/Berlin')]).toEqual(['2026-12-31', '2027-01-01'])
})

it('sums weeks exactly, and tells none from nothing', () => {
  const results = byDay([day('2026-02-02', '0.1'), day('2026-02-03', '0.2')])
  expect(netOf(weeksOf('2026-02')[1] ?? [], results)).toBe(300_000n)
  expect(netOf(weeksOf('2026-02')[2] ?? [], results)).toBeNull()
})

it('tints by the largest result in sight', () => {
  expect([...strengths([day('a', '-50'), day('b', '25'), day('c', '0')]).values()]).toEqual([-1, 0.5, 0])
  expect([...strengths([]).values()]).toEqual([])
})
