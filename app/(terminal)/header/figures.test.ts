import { describe, expect, test } from 'vitest'
import type { MarketDto } from '#server/exchange/schema.ts'
import { change24h, markOf, openInterestQuote, poolSkew, shownChange } from './figures.ts'

type Figures = Parameters<typeof poolSkew>[0]

/** 100 000 base of depth behind $1 000 000 of the pool's money. */
const market = (state: Partial<MarketDto['state']> = {}): Figures => ({
  params: { depthK: '100000' } as MarketDto['params'],
  state: {
    openInterestLong: '0',
    openInterestShort: '0',
    userNetBase: '0',
    poolAllocation: '1000000',
    poolQuoteCash: '0',
    ...state,
  } as MarketDto['state'],
})

test('the mark is the oracle moved by the net position over the depth', () => {
  expect(markOf(market(), '100')).toBe('100')
  expect(markOf(market({ userNetBase: '1000' }), '100')).toBe('101')
  expect(markOf(market({ userNetBase: '-1000' }), '100')).toBe('99')
})

describe('the day', () => {
  test.each([
    ['100', '102.75', '2.75', '0.0275'],
    ['100', '99.5', '-0.5', '-0.005'],
    ['100', '100', '0', '0'],
  ])('from %s to %s is %s, %s', (open, last, absolute, ratio) => {
    expect(change24h(open, last)).toEqual({ absolute, ratio })
  })

  test.each([
    ['2.75', '0.0275', '+2.75', 'text-up', '+2.75', 'text-up'],
    ['-0.5', '-0.005', '\u22120.50', 'text-down', '\u22120.50', 'text-down'],
    ['-0.004', '-0.00004', '0.00', '', '0.00', ''],
    ['0.004', '0.00006', '0.00', '', '+0.01', 'text-up'],
    ['0', '0', '0.00', '', '0.00', ''],
  ])(
    '%s is shown with the sign and colour of its text',
    (absolute, ratio, price, priceColor, percent, percentColor) => {
      const shown = shownChange({ absolute, ratio }, '0.01')
      expect({ ...shown, percent: shown.percent.slice(0, -2) }).toEqual({ price, priceColor, percent, percentColor })
    },
  )

  test('a day that opened at nothing has no change', () => {
    expect(change24h('0', '100')).toBeNull()
  })
})

test('open interest counts both sides at the oracle price', () => {
  expect(openInterestQuote(market({ openInterestLong: '12', openInterestShort: '0.5' }).state, '186.06')).toBe(
    '2325.75',
  )
})

describe('pool skew', () => {
  test('is the net position against the cap of 45 % of the pool equity', () => {
    // Traders bought 450 at 100 and paid for it; equity stays at 1 000 000 less the curve's premium of 101.25.
    const skew = poolSkew(market({ userNetBase: '450', poolQuoteCash: '45000' }), '100')
    expect(skew?.side).toBe('long')
    expect(Number(skew?.share)).toBeCloseTo(0.1, 4)
  })

  test('names the side traders are on', () => {
    expect(poolSkew(market({ userNetBase: '-10', poolQuoteCash: '-1000' }), '100')?.side).toBe('short')
    expect(poolSkew(market(), '100')).toEqual({ share: '0', side: 'flat' })
  })

  test('is unknown for a pool without money', () => {
    expect(poolSkew(market({ poolAllocation: '0' }), '100')).toBeNull()
  })
})
