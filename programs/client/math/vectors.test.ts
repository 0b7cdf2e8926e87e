import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkVector, FORMULA_NAMES } from './vector-formulas.ts'

const lines = readFileSync(new URL('../../perps-math/vectors/cases.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')

describe('the TypeScript twin', () => {
  it('gives the results, and the refusals, of the Rust crate on its committed vectors', () => {
    expect(lines.length).toBeGreaterThanOrEqual(3_000)
    expect(lines.map((line) => checkVector(line).difference).filter((difference) => difference !== null)).toEqual([])
  })

  it('is compared in every formula, in answers and in refusals', () => {
    const answered = new Set(lines.filter((line) => line.endsWith(']]')).map((line) => checkVector(line).formula))
    expect([...answered].toSorted()).toEqual(FORMULA_NAMES.toSorted())
    const refusals = new Set(lines.filter((line) => !line.endsWith(']]')).map((line) => line.split('"').at(-2)))
    expect(refusals).toEqual(
      new Set([
        'Overflow',
        'DivisionByZero',
        'InvalidPrice',
        'OutsideCurve',
        'NotLiquidatable',
        'FirstDepositTooSmall',
        'ZeroShares',
        'PoolWiped',
      ]),
    )
  })
})
