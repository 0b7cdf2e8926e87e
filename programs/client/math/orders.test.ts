import { describe, expect, it } from 'vitest'
import {
  fractionSize,
  isNearOracle,
  isTriggered,
  isWithinLimit,
  lossAgainstOracle,
  peggedLimit,
  ratchet,
  slippageLimit,
  trailingTrigger,
} from './orders.ts'

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

describe('peggedLimit', () => {
  it.each([
    ['buy', -250_000n, 0n, 149_750_000n],
    ['buy', -250_000n, 149_000_000n, 149_000_000n],
    ['sell', 250_000n, 149_000_000n, 150_250_000n],
    ['sell', 250_000n, 151_000_000n, 151_000_000n],
  ] as const)('%s %s from $150 with a bound of %s: %s', (side, offset, bound, limit) => {
    expect(peggedLimit(side, 150_000_000n, offset, bound)).toBe(limit)
  })

  it('has no price at or below zero', () => {
    expect(() => peggedLimit('buy', 5n, -5n, 9n)).toThrow('InvalidPrice')
  })
})

describe('triggers', () => {
  it('fire at their own price', () => {
    expect([99n, 100n, 101n].map((oracle) => isTriggered(true, 100n, oracle))).toEqual([false, true, true])
    expect([99n, 100n, 101n].map((oracle) => isTriggered(false, 100n, oracle))).toEqual([true, true, false])
  })

  it('trail the extreme, which moves five basis points at a time and only for the better', () => {
    expect(trailingTrigger('sell', 150_000_000n, 3_000_000n)).toBe(147_000_000n)
    expect(trailingTrigger('buy', 150_000_000n, 3_000_000n)).toBe(153_000_000n)
    expect(() => trailingTrigger('sell', 3n, 3n)).toThrow('InvalidPrice')
    expect(ratchet('sell', 150_000_000n, 150_074_999n)).toBeNull()
    expect(ratchet('sell', 150_000_000n, 150_075_000n)).toBe(150_075_000n)
    expect(ratchet('buy', 150_000_000n, 149_925_000n)).toBe(149_925_000n)
    expect(ratchet('buy', 150_000_000n, 150_075_000n)).toBeNull()
  })
})

describe('a trade against the oracle', () => {
  it('is near it up to the edge of the band', () => {
    const quotes = [48_999_999n, 49_000_000n, 50_999_999n, 51_000_000n]
    const near = quotes.map((quote) => isNearOracle(333_333_333n, quote, 150_000_000n, 200))
    expect(near).toEqual([false, true, true, false])
  })

  it('loses what it is worse by, rounded up', () => {
    expect(lossAgainstOracle('buy', 333_333_333n, 50_000_000n, 150_000_000n)).toBe(1n)
    expect(lossAgainstOracle('buy', 333_333_333n, 49_999_999n, 150_000_000n)).toBe(0n)
    expect(lossAgainstOracle('sell', 333_333_333n, 49_000_000n, 150_000_000n)).toBe(1_000_000n)
  })
})
