import type { Base, Price, Quote } from '#client/units.ts'
import type { Level } from './levels.ts'

const BASE = 1_000_000_000n

/**
 * Size, value (rounded down) and average price of all levels up to and including `index`, before fees; null without
 * such a level. Levels beyond the last count as the last.
 */
export function costUpTo(levels: readonly Level[], index: number): { size: Base; value: Quote; average: Price } | null {
  const taken = levels.slice(0, index + 1)
  const size = taken.reduce((sum, level) => sum + level.size, 0n)
  if (size === 0n) return null
  const value = taken.reduce((sum, level) => sum + level.size * level.price, 0n)
  return { size, value: value / BASE, average: value / size }
}
