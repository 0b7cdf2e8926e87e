import { afterEach, describe, expect, test } from 'vitest'
import {
  formatAge,
  formatCompact,
  formatCountdown,
  formatDateTime,
  formatNumber,
  formatPercent,
  formatPrice,
  formatSize,
  formatSmallUsd,
  formatTime,
  formatUsd,
  NO_VALUE,
  signColor,
  signOf,
  zoneName,
} from './format.ts'
import { DEFAULT_FORMAT, NUMBER_FORMATS, setFormatChoice } from './format-choice.ts'

const plain = (text: string) => text.replaceAll('\u202f', ' ').replaceAll('\u2212', '-')

describe('exact numbers', () => {
  test.each([
    ['42710', {}, '42 710'],
    ['1234567.5', { min: 2 }, '1 234 567.50'],
    ['0.005', { max: 2, min: 2 }, '0.01'],
    ['-0.004', { max: 2, min: 2 }, '0.00'],
    ['-1.5', {}, '-1.5'],
    ['3.84', { sign: true }, '+3.84'],
    ['0', { sign: true }, '0'],
    ['123456789012345678901234567890.123456789', {}, '123 456 789 012 345 678 901 234 567 890.123456789'],
  ])('%s in style %o reads %s', (value, style, expected) => {
    expect(plain(formatNumber(value, style))).toBe(expected)
  })

  test('a missing value is a dash, and text that is not a number is refused', () => {
    expect(formatNumber(null)).toBe(NO_VALUE)
    expect(() => formatNumber('1e9')).toThrow(RangeError)
  })
})

test.each([
  ['143.2', '0.01', '143.20'],
  ['42710.04', '0.1', '42 710.0'],
  ['0.0000123', '0.0000001', '0.0₄123'],
  ['0.001', '0.001', '0.001'],
])('price %s on tick %s reads %s', (price, tick, expected) => {
  expect(plain(formatPrice(price, tick))).toBe(expected)
})

test('sizes keep the decimals of their step', () => {
  expect(plain(formatSize('-0.04', '0.0001', { suffix: ' BTC' }))).toBe('-0.0400 BTC')
})

test.each([
  ['1719.716', '$1 719.72'],
  ['-0.12', '-$0.12'],
])('dollars %s read %s', (amount, expected) => {
  expect(plain(formatUsd(amount))).toBe(expected)
})

test.each([
  ['18420000', '$18.42M'],
  ['999', '$999.00'],
  ['431200', '$431.2K'],
  ['6070000.5', '$6.07M'],
  ['-1500', '-$1.50K'],
  ['0', '$0.00'],
])('compact %s reads %s', (value, expected) => {
  expect(plain(formatCompact(value, { prefix: '$' }))).toBe(expected)
})

test.each([
  ['0.0275', 2, '+2.75 %'],
  ['-0.0000031', 4, '-0.0003 %'],
  ['0', 2, '0.00 %'],
])('ratio %s with %i decimals reads %s', (ratio, decimals, expected) => {
  expect(plain(formatPercent(ratio, decimals, { sign: true }))).toBe(expected)
})

test('ages and countdowns', () => {
  expect([400, 12_000, 180_000, 7_200_000].map(formatAge).map(plain)).toEqual(['0.4 s', '12 s', '3 m', '2 h'])
  expect(formatCountdown(1_421_000)).toBe('23:41')
  expect(formatCountdown(3_661_000)).toBe('1:01:01')
})

test('sign and colour follow the exact text, and a negative zero has neither', () => {
  expect(['-0.5', '0.00', '-0', '2'].map(signOf)).toEqual([-1, 0, 0, 1])
  expect(['-0.5', '0', '2'].map(signColor)).toEqual(['text-down', '', 'text-up'])
})

test('colours a figure by what is shown of it', () => {
  const shown = ['-0.004', '0.004', '-0.005', '12'].map((amount) => formatUsd(amount, { sign: true }))
  expect(shown).toEqual(['$0.00', '$0.00', '\u2212$0.01', '+$12.00'])
  expect(shown.map(signColor)).toEqual(['', '', 'text-down', 'text-up'])
})

test('shows more of small amounts only', () => {
  expect(
    ['-0.0042', '0.5', '0.00001', '12.3456', null].map((amount) => formatSmallUsd(amount, { sign: true })),
  ).toEqual(['\u2212$0.0042', '+$0.50', '$0.00', '+$12.35', '–'])
})

describe("the reader's own way", () => {
  // There is no window here, so the choice is given as a page request has it.
  const choose = (choice: Partial<typeof DEFAULT_FORMAT>) => {
    const request = {}
    globalThis.quantdeskPageRequest = { getStore: () => request }
    setFormatChoice({ ...DEFAULT_FORMAT, ...choice })
  }
  afterEach(() => {
    globalThis.quantdeskPageRequest = undefined
  })

  test.each([
    ['space-point', '$1 234 567.50', '0.0₄12'],
    ['comma-point', '$1,234,567.50', '0.0₄12'],
    ['point-comma', '$1.234.567,50', '0,0₄12'],
    ['space-comma', '$1 234 567,50', '0,0₄12'],
    ['apostrophe-point', '$1’234’567.50', '0.0₄12'],
  ] as const)('%s reads %s', (numbers, amount, price) => {
    choose({ numbers })
    expect(NUMBER_FORMATS).toContain(numbers)
    expect(plain(formatUsd('1234567.5'))).toBe(amount)
    expect(formatPrice('0.000012', '0.000001')).toBe(price)
    expect(signOf(formatUsd('-1234.5'))).toBe(-1)
  })

  test('times are those of the chosen zone, with its name', () => {
    const at = Date.UTC(2026, 6, 14, 22, 7, 52)
    expect([formatTime(at), formatDateTime(at), zoneName(at)]).toEqual(['22:07:52', 'Jul 14, 22:07', 'UTC'])
    choose({ timeZone: 'Europe/Berlin' })
    expect([formatTime(at), formatDateTime(at), zoneName(at)]).toEqual(['00:07:52', 'Jul 15, 00:07', 'GMT+2'])
  })
})
