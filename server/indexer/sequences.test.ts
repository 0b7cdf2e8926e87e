import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { missingSequences, readiness } from './sequences.ts'

const step = (address: string, sequence: bigint) => ({ address, sequence })

describe('readiness', () => {
  it.each([
    ['the next of one account', [step('a', 4n)], 'ready'],
    ['the first of an unknown account', [step('b', 1n)], 'ready'],
    ['a later one', [step('a', 5n)], 'ahead'],
    ['next of one account, later of another', [step('a', 4n), step('b', 2n)], 'ahead'],
    ['one that was projected', [step('a', 3n)], 'seen'],
    ['one that was projected, whatever else it names', [step('b', 7n), step('a', 3n)], 'seen'],
    ['two in a row of one account', [step('a', 4n), step('a', 5n)], 'ready'],
    ['two of one account with one missing between', [step('a', 4n), step('a', 6n)], 'ahead'],
    ['an event without sequences', [], 'ready'],
  ])('%s', (_, steps, expected) => {
    expect(readiness(steps, new Map([['a', 3n]]))).toBe(expected)
  })
})

describe('missing sequences', () => {
  it('are exactly those between the head and the last waiting one that nobody holds', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (head, held) => {
        const ahead = held.filter((sequence) => sequence > head)
        const ranges = missingSequences(
          held.map((sequence) => [step('a', BigInt(sequence))]),
          new Map([['a', BigInt(head)]]),
        )
        const found = ranges.flatMap(({ from, to }) =>
          Array.from({ length: Number(to - from) + 1 }, (_, at) => Number(from) + at),
        )
        const top = Math.max(head, ...ahead)
        const expected = Array.from({ length: top - head }, (_, at) => head + 1 + at).filter(
          (sequence) => !held.includes(sequence),
        )
        expect(found).toEqual(expected)
      }),
    )
  })
})
