import { expect, test } from 'vitest'
import {
  type Bar,
  growBar,
  hasGap,
  indexOfTime,
  mergeBars,
  mergeTail,
  retryDelay,
  timeOfIndex,
  wasSilent,
} from './candles.ts'

const bar = (t: number, c = 10): Bar => ({ t, o: 9, h: 12, l: 8, c, v: 1 })

test('a price inside the bar moves its close and extremes', () => {
  expect(growBar(bar(60_000), 13, 61_000, '1m')).toEqual({ t: 60_000, o: 9, h: 13, l: 8, c: 13, v: 1 })
})

test('a price after the bar opens the next one at the old close', () => {
  expect(growBar(bar(60_000), 11, 120_500, '1m')).toEqual({ t: 120_000, o: 10, h: 11, l: 10, c: 11, v: 0 })
})

test('a late price changes nothing, the first price opens the first bar', () => {
  expect(growBar(bar(60_000), 11, 59_999, '1m')).toBeUndefined()
  expect(growBar(undefined, 11, 61_000, '1m')).toEqual({ t: 60_000, o: 11, h: 11, l: 11, c: 11, v: 0 })
})

test('a gap is at least one whole missing bar', () => {
  expect(hasGap(bar(60_000), 179_999, '1m')).toBe(false)
  expect(hasGap(bar(60_000), 180_000, '1m')).toBe(true)
})

test('merging keeps order and prefers the newer run', () => {
  expect(mergeBars([bar(2), bar(1)], [bar(2, 5), bar(3)])).toEqual([bar(1), bar(2, 5), bar(3)])
})

test('a loaded tail wins, but the growing bar keeps its close', () => {
  const live = [bar(1), { t: 2, o: 9, h: 99, l: 9, c: 14, v: 1 }]
  const loaded = [bar(1, 5), { t: 2, o: 9, h: 13, l: 4, c: 11, v: 6 }]
  expect(mergeTail(live, loaded)).toEqual([bar(1, 5), { t: 2, o: 9, h: 14, l: 4, c: 14, v: 6 }])
  expect(mergeTail([], loaded)).toEqual(loaded)
})

test('more than five seconds without a price are a silence', () => {
  expect(wasSilent(5_000)).toBe(false)
  expect(wasSilent(5_001)).toBe(true)
})

test('each retry waits longer, up to a quarter of a minute', () => {
  expect([1, 2, 3, 4, 5, 6].map(retryDelay)).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000])
})

test('a time has a place among bars, across a hole and beyond both ends', () => {
  const bars = [bar(60_000), bar(120_000), bar(240_000)]
  const places = [0, 60_000, 90_000, 120_000, 180_000, 240_000, 300_000]
  expect(places.map((t) => indexOfTime(bars, t, 60_000))).toEqual([-1, 0, 0.5, 1, 1.5, 2, 3])
  expect([-1, 0, 1, 2, 3].map((index) => timeOfIndex(bars, index, 60_000))).toEqual([
    0, 60_000, 120_000, 240_000, 300_000,
  ])
  expect(indexOfTime([], 5, 60_000)).toBe(0)
})
