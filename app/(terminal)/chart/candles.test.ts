import { expect, test } from 'vitest'
import { type Bar, growBar, hasGap, mergeBars } from './candles.ts'

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
