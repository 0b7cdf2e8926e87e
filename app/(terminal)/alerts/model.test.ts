import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  DEFAULT_LEVELS,
  FAR,
  type Nearness,
  type Notice,
  observe,
  observeDistance,
  priceRearm,
  withNotice,
} from './model.ts'

const run = (side: 'above' | 'below', at: bigint, values: readonly bigint[]): number[] => {
  let arm = { armed: true }
  return values.flatMap((value, index) => {
    const next = observe(arm, { side, at, rearm: priceRearm(at) }, value)
    arm = next
    return next.speaks ? [index] : []
  })
}

describe('a threshold', () => {
  it('speaks once while the value wavers around it, and again after it has come back', () => {
    const at = 100_000n
    expect(run('above', at, [99_990n, 100_000n, 99_999n, 100_010n, 99_960n, 100_001n])).toEqual([1])
    expect(run('above', at, [100_000n, 99_950n, 100_000n])).toEqual([0, 2])
    expect(run('below', at, [100_010n, 99_999n, 100_020n, 99_000n, 100_050n, 100_000n])).toEqual([1, 5])
  })

  it('speaks of what has happened while nobody looked', () => {
    expect(run('above', 100_000n, [250_000n])).toEqual([0])
  })

  it('speaks no more often than the value has come back', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt(90_000n, 110_000n), { maxLength: 60 }), (values) => {
        const spoken = run('above', 100_000n, values)
        const between = spoken.slice(1).map((to, at) => values.slice(spoken[at], to))
        expect(between.every((part) => part.some((value) => value <= 99_950n))).toBe(true)
      }),
    )
  })
})

const follow = (distances: readonly (number | null)[], everyMs = 1_000): (number | null)[] => {
  let known: Nearness = FAR
  return distances.map((distance, index) => {
    const next = observeDistance(known, DEFAULT_LEVELS, distance, index * everyMs)
    known = next.known
    return next.speaks
  })
}

describe('the distance from liquidation', () => {
  it('speaks at each level on the way down, and of the nearest when it falls through several', () => {
    expect(follow([3_000, 1_900, 1_500, 990, 800, 400])).toEqual([null, 0, null, 1, null, 2])
    expect(follow([3_000, 300])).toEqual([null, 2])
  })

  it('says nothing while it wavers around a level', () => {
    expect(follow([1_990, 2_010, 1_990, 2_300, 1_999])).toEqual([0, null, null, null, null])
  })

  it('is quiet about a level it has just told of, but never about the worst', () => {
    expect(follow([1_990, 2_500, 1_990])).toEqual([0, null, null])
    expect(follow([400, 2_500, 400])).toEqual([2, null, 2])
    // A quarter of an hour later it is news again.
    expect(follow([1_990, 2_500, 1_990], 8 * 60_000)).toEqual([0, null, 0])
  })

  it('repeats the worst level every minute as long as it lasts', () => {
    expect(follow([400, 410, 420, 430], 30_000)).toEqual([2, null, 2, null])
    expect(follow([1_500, 1_500, 1_500], 600_000)).toEqual([0, null, null])
  })

  it('goes back level by level, and forgets where nothing can liquidate', () => {
    expect(follow([400, 700, 590, 450], 1_000)).toEqual([2, null, null, 2])
    expect(follow([1_990, null, 3_000], 1_000)).toEqual([0, null, null])
  })

  it('speaks at once whenever it is nearer than ever told', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4_000 }), { maxLength: 60 }), (distances) => {
        const spoken = follow(distances)
        let nearest = -1
        for (const [index, distance] of distances.entries()) {
          const level = DEFAULT_LEVELS.filter((known) => distance <= known).length - 1
          if (level > nearest) expect(spoken[index]).toBe(level)
          nearest = Math.max(nearest, level)
        }
      }),
    )
  })
})

it('keeps each notice once, the newest hundred', () => {
  const notice = (id: number): Notice => ({
    id: String(id),
    at: id,
    kind: 'price',
    severity: 'info',
    title: '',
    text: '',
    market: 'SOL-PERP',
    read: false,
  })
  const all = Array.from({ length: 120 }, (_, id) => notice(id)).reduce<readonly Notice[]>(withNotice, [])
  expect([all.length, all[0]?.id, all.at(-1)?.id]).toEqual([100, '119', '20'])
  expect(withNotice(all, notice(119))).toBe(all)
})
