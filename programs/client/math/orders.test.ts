import { describe, expect, it } from 'vitest'
import { fractionSize, isWithinLimit, slippageLimit } from './orders.ts'

describe('slippageLimit', () => {
  it('never allows more than asked, on the tick', () => {
    expect(slippageLimit('buy', 150_000_000n, 50, 10_000n)).toBe(150_750_000n)
    expect(slippageLimit('buy', 150_003_333n, 50, 10_000n)).toBe(150_750_000n)
    expect(slippageLimit('sell', 150_003_333n, 50, 10_000n)).toBe(149_260_000n)
  })
})

describe('isWithinLimit', () => {
  it.each([
    ['buy', 49_999_999n, true],
    ['buy', 50_000_000n, false],
    ['sell', 50_000_000n, true],
    ['sell', 49_999_999n, false],
  ] as const)('%s of 0.333333333 SOL at $150 for %s: %s', (side, quote, expected) => {
    expect(isWithinLimit(side, 333_333_333n, quote, 150_000_000n)).toBe(expected)
  })
})

describe('fractionSize', () => {
  it('rounds up to the step and never beyond the position', () => {
    expect(fractionSize(1_000_000_000n, 2_500, 100_000_000n)).toBe(300_000_000n)
    expect(fractionSize(1_050_000_000n, 10_000, 100_000_000n)).toBe(1_050_000_000n)
  })
})
