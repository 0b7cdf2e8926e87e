import { expect, test } from 'vitest'
import type { Bar } from '../candles.ts'
import {
  bollingerBands,
  dailyVwap,
  exponentialMovingAverage,
  macd,
  movingAverage,
  relativeStrength,
} from './indicators.ts'

const HOUR_MS = 3_600_000
const bars = (closes: readonly number[]): Bar[] =>
  closes.map((c, at) => ({ t: at * HOUR_MS, o: c, h: c, l: c, c, v: 1 }))
const rounded = (values: readonly (number | null)[], digits = 2) =>
  values.map((value) => (value === null ? null : Number(value.toFixed(digits))))
const nulls = (count: number) => Array<null>(count).fill(null)
const ramp = bars(Array.from({ length: 60 }, (_, at) => at))

test('a moving average has nothing to say before its length', () => {
  expect(movingAverage(bars([1, 2, 3, 4, 6]), 3)).toEqual([null, null, 2, 3, 13 / 3])
  expect(movingAverage(bars([1, 2]), 3)).toEqual([null, null])
  expect(movingAverage([], 3)).toEqual([])
})

// Twenty closes with their ten-day exponential average as StockCharts' school prints them.
const SCHOOL = [
  22.27, 22.19, 22.08, 22.17, 22.18, 22.13, 22.23, 22.43, 22.24, 22.29, 22.15, 22.39, 22.38, 22.61, 23.36, 24.05, 23.75,
  23.83, 23.95, 23.63,
]

test('an exponential average begins with the simple one and agrees with the published table', () => {
  expect(rounded(exponentialMovingAverage(bars(SCHOOL), 10))).toEqual([
    ...nulls(9),
    ...[22.22, 22.21, 22.24, 22.27, 22.33, 22.52, 22.8, 22.97, 23.13, 23.28, 23.34],
  ])
})

test('on a straight line an exponential average lags by half its length', () => {
  const lagged = exponentialMovingAverage(ramp, 21)
  expect(lagged[20]).toBeCloseTo(10, 9)
  expect(lagged[59]).toBeCloseTo(49, 9)
})

test('Bollinger bands stand population deviations from the average', () => {
  const { middle, upper, lower } = bollingerBands(bars([1, 2, 3, 4, 5]), 5, 2)
  expect(middle).toEqual([...nulls(4), 3])
  expect(upper[4]).toBeCloseTo(3 + 2 * Math.SQRT2, 12)
  expect(lower[4]).toBeCloseTo(3 - 2 * Math.SQRT2, 12)
})

// Closes and fourteen-day strength of the same school's table.
const STRENGTH = [
  44.3389, 44.0902, 44.1497, 43.6124, 44.3278, 44.8264, 45.0955, 45.4245, 45.8433, 46.0826, 45.8931, 46.0328, 45.614,
  46.282, 46.282, 46.0028, 46.0328, 46.4116, 46.2222, 45.6439, 46.2122, 46.2521, 45.7137, 46.4515, 45.7835, 45.3548,
  44.0288, 44.1783, 44.2181, 44.5672, 43.4205, 42.6628, 43.1314,
]

test('relative strength is smoothed as Wilder does it and agrees with the published table', () => {
  expect(rounded(relativeStrength(bars(STRENGTH), 14))).toEqual([
    ...nulls(14),
    ...[70.53, 66.32, 66.55, 69.41, 66.36, 57.97, 62.93, 63.26, 56.06, 62.38, 54.71, 50.42, 39.99, 41.46, 41.87, 45.46],
    ...[37.3, 33.08, 37.77],
  ])
})

test('relative strength is 100 where nothing fell, 0 where nothing rose, and 50 where nothing moved', () => {
  expect(relativeStrength(bars([1, 2, 3, 4]), 3).at(-1)).toBe(100)
  expect(relativeStrength(bars([4, 3, 2, 1]), 3).at(-1)).toBe(0)
  expect(relativeStrength(bars([2, 2, 2, 2]), 3).at(-1)).toBe(50)
})

test('MACD of a straight line is half the difference of its lengths, and its signal catches up with it', () => {
  const { line, signal, histogram } = macd(ramp, 12, 26, 9)
  expect(line.findIndex((value) => value !== null)).toBe(25)
  expect(signal.findIndex((value) => value !== null)).toBe(33)
  expect(line[59]).toBeCloseTo(7, 9)
  expect(signal[59]).toBeCloseTo(7, 9)
  expect(histogram[59]).toBeCloseTo(0, 9)
})

test('VWAP weighs typical prices by volume and begins anew with the UTC day', () => {
  const bar = (hour: number, [h, l, c]: [number, number, number], v: number): Bar => ({
    t: hour * HOUR_MS,
    o: c,
    h,
    l,
    c,
    v,
  })
  const day = [bar(22, [9, 9, 9], 0), bar(23, [12, 9, 9], 2), bar(23.5, [16, 13, 13], 6), bar(24, [20, 20, 20], 1)]
  expect(dailyVwap(day)).toEqual([null, 10, 13, 20])
})
