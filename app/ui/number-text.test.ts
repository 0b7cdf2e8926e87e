import { expect, it } from 'vitest'
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
