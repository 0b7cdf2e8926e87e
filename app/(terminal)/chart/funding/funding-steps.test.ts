import { expect, test } from 'vitest'
import type { Bar } from '../candles.ts'
import { ratesOf } from './funding-steps.ts'

const bars = [10, 20, 30, 40].map((t): Bar => ({ t, o: 1, h: 1, l: 1, c: 1, v: 0 }))

test('a rate holds until the next one', () => {
  const steps = [
    { t: 20, rate: 0.1 },
    { t: 40, rate: -0.2 },
  ]
  expect(ratesOf(bars, steps)).toEqual([null, 0.1, 0.1, -0.2])
})

test('what accrued before the first bar says what held when it began', () => {
  const steps = [
    { t: 1, rate: 0.5 },
    { t: 5, rate: 0.3 },
  ]
  expect(ratesOf(bars, steps)).toEqual([0.3, 0.3, 0.3, 0.3])
})

test('a step between two bars belongs to the later one, and none draws nothing', () => {
  expect(ratesOf(bars, [{ t: 25, rate: 1 }])).toEqual([null, null, 1, 1])
  expect(ratesOf(bars, [])).toEqual([null, null, null, null])
})
