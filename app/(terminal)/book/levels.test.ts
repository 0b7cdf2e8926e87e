import { expect, test } from 'vitest'
import { costUpTo } from './cost.ts'
import { buildBook, groupings } from './levels.ts'
import { CENT, market, NOBODY, NOTHING, ONE, USD } from './testing.ts'

const fine = { grouping: CENT, count: 5 }

test('the pool alone: best prices half a spread from the oracle, totals add up, best first', () => {
  const { asks, bids, spread } = buildBook(market, NOTHING, NOBODY, fine)
  expect(asks[0]?.price).toBeGreaterThanOrEqual(100n * USD + CENT)
  expect(bids[0]?.price).toBeLessThanOrEqual(100n * USD - CENT)
  expect(asks.map((level) => level.price)).toEqual(
    asks.map((level) => level.price).sort((a, b) => (a < b ? -1 : Number(a > b))),
  )
  for (const side of [asks, bids]) {
    expect(side.at(-1)?.total).toBe(side.reduce((sum, level) => sum + level.size, 0n))
  }
  expect(spread?.absolute).toBe((asks[0]?.price ?? 0n) - (bids[0]?.price ?? 0n))
})

test('resting orders add to the level they round to, asks up and bids down, and own ones are marked', () => {
  const without = buildBook(market, NOTHING, NOBODY, { grouping: 10n * CENT, count: 5 })
  const book = { asks: [['100.11', '3']], bids: [['99.89', '2']] } satisfies {
    asks: [string, string][]
    bids: [string, string][]
  }
  const { asks, bids } = buildBook(market, book, new Set(['100.11']), { grouping: 10n * CENT, count: 5 })
  const sizeAt = (levels: typeof asks, price: bigint) => levels.find((level) => level.price === price)?.size ?? 0n
  expect(sizeAt(asks, 100_200_000n) - sizeAt(without.asks, 100_200_000n)).toBe(3n * ONE)
  expect(sizeAt(bids, 99_800_000n) - sizeAt(without.bids, 99_800_000n)).toBe(2n * ONE)
  expect(asks.filter((level) => level.own).map((level) => level.price)).toEqual([100_200_000n])
})

test('a resting order inside the pool spread is the best price', () => {
  const { asks, spread } = buildBook(market, { asks: [['100', '1']], bids: [] }, NOBODY, fine)
  expect(asks[0]?.price).toBe(100n * USD)
  expect(spread?.absolute).toBe(2n * CENT)
})

test('a market without a pool shows an empty book', () => {
  expect(buildBook({ ...market, depth: 0n }, NOTHING, NOBODY, fine)).toEqual({ asks: [], bids: [], spread: null })
})

test.each([
  [10_000n, 143_270_000n, 10_000n],
  [100_000n, 42_710_000_000n, 5_000_000n],
  [10_000n, 2_510_000_000n, 200_000n],
])('tick %s at price %s begins with steps of about one basis point', (tick, price, expected) => {
  const { offered, initial } = groupings(tick, price)
  expect(offered).toContain(initial)
  expect(Math.abs(Math.log(Number(initial) / Number(expected)))).toBeLessThan(Math.log(2.6))
  expect(offered[0]).toBe(tick)
})

test('the cost of taking levels is their sum, the average lies between the first and the last price', () => {
  const { asks } = buildBook(market, NOTHING, NOBODY, fine)
  const cost = costUpTo(asks, 2)
  expect(cost?.size).toBe(asks[2]?.total)
  expect(cost?.average).toBeGreaterThan(asks[0]?.price ?? 0n)
  expect(cost?.average).toBeLessThan(asks[2]?.price ?? 0n)
  expect(costUpTo([], 0)).toBeNull()
})
