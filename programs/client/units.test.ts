import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatUnits, parseUnits } from './units.ts'

describe('formatUnits', () => {
  it.each([
    [143_270_000n, 6, '143.27'],
    [-500_000n, 6, '-0.5'],
    [0n, 9, '0'],
    [1n, 9, '0.000000001'],
    [-1n, 6, '-0.000001'],
    [12n, 0, '12'],
    [10n ** 30n, 6, '1000000000000000000000000'],
  ])('writes %s with %s decimals as %s', (value, decimals, text) => {
    expect(formatUnits(value, decimals)).toBe(text)
  })
})

describe('parseUnits', () => {
  it.each([
    ['143.27', 6, 143_270_000n],
    ['-0.5', 6, -500_000n],
    ['.5', 6, 500_000n],
    ['5.', 6, 5_000_000n],
    [' 7 ', 0, 7n],
    ['-0', 6, 0n],
    ['1.500000000', 1, 15n],
  ])('reads %j with %s decimals', (text, decimals, value) => {
    expect(parseUnits(text, decimals)).toBe(value)
  })

  it.each(['', '.', '-', '1e6', '1,000', '0x10', '1.2.3', '+1', 'NaN', '- 1', '١'])('refuses %j', (text) => {
    expect(() => parseUnits(text, 6)).toThrow(RangeError)
  })

  it('refuses digits below the smallest unit instead of rounding them', () => {
    expect(() => parseUnits('0.0000001', 6)).toThrow('use at most 6')
  })

  it('refuses impossible decimals', () => {
    expect(() => parseUnits('1', -1)).toThrow(RangeError)
    expect(() => formatUnits(1n, 1.5)).toThrow(RangeError)
  })

  it('reads back every value that formatUnits writes', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(2n ** 127n), max: 2n ** 127n }),
        fc.integer({ min: 0, max: 38 }),
        (value, decimals) => {
          expect(parseUnits(formatUnits(value, decimals), decimals)).toBe(value)
        },
      ),
    )
  })
})
