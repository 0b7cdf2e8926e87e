import { expect, test } from 'vitest'
import type { Bar } from '../candles.ts'
import { marksOf } from './fill-marks.ts'

const bars = [60_000, 120_000, 180_000].map((t): Bar => ({ t, o: 1, h: 1, l: 1, c: 1, v: 1 }))
const fill = (at: number, side: 'buy' | 'sell', size: string, price: string) => ({ at, side, size, price })

test('fills of one side in one candle are one mark at their average price', () => {
  const fills = [
    fill(179_999, 'buy', '1', '104'),
    fill(120_000, 'buy', '3', '100'),
    fill(150_000, 'sell', '2', '99'),
    fill(61_000, 'buy', '1', '90'),
  ]
  expect(marksOf(fills, bars, 60_000)).toEqual([
    { id: '60000-buy', t: 60_000, side: 'buy', size: 1, price: 90, count: 1 },
    { id: '120000-buy', t: 120_000, side: 'buy', size: 4, price: 101, count: 2 },
    { id: '120000-sell', t: 120_000, side: 'sell', size: 2, price: 99, count: 1 },
  ])
})

test('what is older than the candles shown, or newer, has no mark', () => {
  expect(marksOf([fill(59_999, 'buy', '1', '1'), fill(240_000, 'buy', '1', '1')], bars, 60_000)).toEqual([])
  expect(marksOf([fill(61_000, 'buy', '1', '1')], [], 60_000)).toEqual([])
})
