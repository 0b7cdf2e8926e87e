import { afterEach, expect, it } from 'vitest'
import { setFormatChoice } from './format-choice.ts'
import { numberText } from './number-text.ts'

it.each([
  ['5,000', '', '5000'],
  ['5,000', '1000', '5000'],
  ['$1,234,567.89', '', '1234567.89'],
  ['1\u202f719.72', '', '1719.72'],
  // Not groups of thousands, so a decimal comma.
  ['5,5', '', '5.5'],
  ['0,125', '', '0.125'],
  ['5,0000', '', '5.0000'],
])('reads the pasted %s in a field of "%s" as %s', (typed, previous, text) => {
  expect(numberText(typed, previous)).toBe(text)
})

it('reads a typed comma as the decimal point', () => {
  let value = ''
  for (const key of '5,000') value = numberText(value + key, value)
  expect(value).toBe('5.000')
  expect(numberText('5,000', '5000')).toBe('5.000')
})

it('reads the other way round for who writes a decimal comma', () => {
  const request = {}
  globalThis.quantdeskPageRequest = { getStore: () => request }
  setFormatChoice({ numbers: 'point-comma', timeZone: 'UTC' })
  expect(numberText('1.234,56', '')).toBe('1234.56')
  expect(numberText('5,000', '')).toBe('5.000')
  let value = ''
  for (const key of '1.5') value = numberText(value.replace('.', ',') + key, value)
  expect(value).toBe('1.5')
})

afterEach(() => {
  globalThis.quantdeskPageRequest = undefined
})
