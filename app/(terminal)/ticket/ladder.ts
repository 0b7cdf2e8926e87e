import type { Base, Price } from '#client/units.ts'
import type { MarketView } from '../account/market-view.ts'
import { floorStep, type LadderShape, nearestStep } from './fields.ts'

export type Rung = { price: Price; size: Base }

/** As many orders as a sub-account holds. */
export const MOST_RUNGS = 16

/**
 * Limits evenly spread from `first` to `last`, on ticks, that add up to `total` rounded down to a step. The heavier end
 * of an uneven ladder is `count` times the lighter one. A rung may be empty where the total is too small for all.
 */
export function ladder(
  { first, last, count, total, shape }: { first: Price; last: Price; count: number; total: Base; shape: LadderShape },
  { tickSize, stepSize }: Pick<MarketView, 'tickSize' | 'stepSize'>,
): Rung[] {
  const places = Array.from({ length: count }, (_, index) => BigInt(index))
  const gaps = BigInt(Math.max(1, count - 1))
  const weights = places.map((place) => (shape === 'even' ? 1n : shape === 'last' ? place + 1n : BigInt(count) - place))
  const weight = weights.reduce((sum, part) => sum + part, 0n)
  let [given, reached] = [0n, 0n]
  return places.map((place, index) => {
    reached += weights[index] ?? 0n
    // Cut where the exact running total is, so that no rounding adds up.
    const upTo = floorStep((total * reached) / weight, stepSize)
    const size = upTo - given
    given = upTo
    return { price: nearestStep(first + ((last - first) * place) / gaps, tickSize), size }
  })
}
