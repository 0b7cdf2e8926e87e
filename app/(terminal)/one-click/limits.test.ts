import { expect, it } from 'vitest'
import { largestOrder } from './limits.ts'

it('says which order the program takes within a budget', () => {
  // Half a percent of 10 000 and 5 bp of 10 050.
  expect(largestOrder(55_025_000n, 50, 500)).toBe(10_000_000_000n)
  expect(largestOrder(0n, 50, 500)).toBe(0n)
  expect(largestOrder(1_000_000n, 0, 0)).toBe(0n)
})
