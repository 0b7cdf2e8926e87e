import { describe, expect, it } from 'vitest'
import { dueAt, type Rhythm } from './due-time.ts'

const at = (time: string) => Date.parse(`${time}Z`)
const BERLIN = { digest: 'instant', digestHour: 8, quiet: null, timeZone: 'Europe/Berlin' } satisfies Rhythm
const NIGHT = { from: 22 * 60, to: 7 * 60 }
const nights: Rhythm = { ...BERLIN, quiet: NIGHT }
const hourly: Rhythm = { ...BERLIN, digest: 'hourly' }
const daily: Rhythm = { ...BERLIN, digest: 'daily' }
/** Clocks go from 2 to 3 on 29 March 2026 at 1:00 UTC, and from 3 to 2 on 25 October at 1:00 UTC. */
const cases: [what: string, rhythm: Rhythm, now: string, due: string][] = [
  ['at once', BERLIN, '2026-11-21T12:00:30', '2026-11-21T12:00:30'],
  ['by day', nights, '2026-11-21T12:00', '2026-11-21T12:00'],
  ['a minute before the night', nights, '2026-11-21T20:59', '2026-11-21T20:59'],
  ['at the beginning of the night', nights, '2026-11-21T21:00', '2026-11-22T06:00'],
  ['at its last minute', nights, '2026-11-22T05:59', '2026-11-22T06:00'],
  ['at its end', nights, '2026-11-22T06:00', '2026-11-22T06:00'],
  ['quiet hours of no length', { ...BERLIN, quiet: { from: 600, to: 600 } }, '2026-11-21T09:00', '2026-11-21T09:00'],
  ['the night that loses an hour', nights, '2026-03-28T21:00', '2026-03-29T05:00'],
  ['the night that gains an hour', nights, '2026-10-24T20:00', '2026-10-25T06:00'],
  ['a quiet end that is skipped', { ...BERLIN, quiet: { from: 0, to: 150 } }, '2026-03-29T00:30', '2026-03-29T01:00'],
  [
    'a quiet end that comes twice, before the first',
    { ...BERLIN, quiet: { from: 0, to: 150 } },
    '2026-10-25T00:10',
    '2026-10-25T00:30',
  ],
  [
    'a quiet end that comes twice, before the second',
    { ...BERLIN, quiet: { from: 0, to: 150 } },
    '2026-10-25T01:10',
    '2026-10-25T01:30',
  ],
  ['hourly', hourly, '2026-11-21T12:00:01', '2026-11-21T13:00'],
  ['hourly, on the hour', hourly, '2026-11-21T12:00', '2026-11-21T13:00'],
  [
    'hourly in a zone off by half an hour',
    { ...hourly, timeZone: 'Asia/Kolkata' },
    '2026-11-21T12:10',
    '2026-11-21T12:30',
  ],
  ['hourly at night', { ...nights, digest: 'hourly' }, '2026-11-21T20:30', '2026-11-22T06:00'],
  ['hourly over the hour that is skipped', hourly, '2026-03-29T00:30', '2026-03-29T01:00'],
  ['hourly over the hour that comes twice', hourly, '2026-10-25T00:30', '2026-10-25T01:00'],
  ['daily, before its hour', daily, '2026-11-21T06:59', '2026-11-21T07:00'],
  ['daily, on its hour', daily, '2026-11-21T07:00', '2026-11-22T07:00'],
  ['daily, over the change to summer', daily, '2026-03-28T12:00', '2026-03-29T06:00'],
  ['daily, over the change to winter', daily, '2026-10-24T12:00', '2026-10-25T07:00'],
  ['daily at an hour that is skipped', { ...daily, digestHour: 2 }, '2026-03-28T12:00', '2026-03-29T01:00'],
  ['the day after it', { ...daily, digestHour: 2 }, '2026-03-29T01:00', '2026-03-30T00:00'],
  ['daily at an hour that comes twice', { ...daily, digestHour: 2 }, '2026-10-24T12:00', '2026-10-25T00:00'],
  ['not again the second time', { ...daily, digestHour: 2 }, '2026-10-25T00:00', '2026-10-26T01:00'],
  ['nor between the two', { ...daily, digestHour: 2 }, '2026-10-25T00:30', '2026-10-26T01:00'],
  ['daily within quiet hours', { ...nights, digest: 'daily', digestHour: 6 }, '2026-11-21T12:00', '2026-11-22T06:00'],
  ['daily at midnight', { ...daily, digestHour: 0 }, '2026-11-21T12:00', '2026-11-21T23:00'],
  ['daily beyond the date line', { ...daily, timeZone: 'Pacific/Kiritimati' }, '2026-11-21T12:00', '2026-11-21T18:00'],
]

describe('what may wait is said', () => {
  it.each(cases)('%s', (_, rhythm, now, due) => {
    expect(new Date(dueAt(rhythm, at(now))).toISOString()).toBe(new Date(at(due)).toISOString())
  })
})
