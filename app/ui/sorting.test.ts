import { expect, it } from 'vitest'
import { inOrder } from './sorting.ts'

const rows = [
  { id: 'a', size: 2n },
  { id: 'b', size: 10n },
  { id: 'c', size: 2n },
]
const keyOf = (row: (typeof rows)[number], by: 'id' | 'size') => row[by]
const ids = (sorted: Parameters<typeof inOrder<(typeof rows)[number], 'id' | 'size'>>[1]) =>
  inOrder(rows, sorted, keyOf)
    .map(({ id }) => id)
    .join('')

it('orders by number, not by text, and leaves equal rows as they came', () => {
  expect(ids(null)).toBe('abc')
  expect(ids({ by: 'size', descending: true })).toBe('bac')
  expect(ids({ by: 'size', descending: false })).toBe('acb')
  expect(ids({ by: 'id', descending: true })).toBe('cba')
})
