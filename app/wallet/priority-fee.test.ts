import { expect, it } from 'vitest'
import { percentileOf, priceWithin } from './priority-fee.ts'

it('takes the nearest rank of what was paid', () => {
  const paid = [0, 0, 0, 100, 200, 300, 400, 500, 5_000, 90_000]
  expect([50, 75, 90].map((percentile) => percentileOf(paid, percentile))).toEqual([200, 500, 5_000])
  expect(percentileOf([], 90)).toBe(0)
})

it('never offers more than the cap for the whole transaction', () => {
  expect(priceWithin({ price: 5_000, cap: 1_000_000 }, 100_000)).toBe(5_000)
  // 100 000 units at 90 000 000 micro-lamports would be 9 000 000 lamports.
  expect(priceWithin({ price: 90_000_000, cap: 1_000_000 }, 100_000)).toBe(10_000_000)
  expect(priceWithin({ price: 90_000_000, cap: 1_000 }, 300_000)).toBe(3_333)
  expect(priceWithin({ price: 5, cap: 1_000 }, 0)).toBe(0)
})
