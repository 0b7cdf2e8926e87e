import { expect, test } from 'vitest'
import { changedPrices } from './flashes.ts'

test('a price flashes when its resting size changed, came or went; the others do not', () => {
  const before: [string, string][] = [
    ['100', '1'],
    ['101', '2'],
    ['102', '3'],
  ]
  const after: [string, string][] = [
    ['100', '1'],
    ['101', '5'],
    ['103', '1'],
  ]
  expect(changedPrices(before, after)).toEqual(['101', '103', '102'])
  expect(changedPrices(before, before)).toEqual([])
})
