import { expect, test } from 'vitest'
import { CENT, market, NOBODY, NOTHING, ONE, USD } from '../book/testing.ts'
import { depthAt, depthCurve, ladderOf } from './curve.ts'

test('the curve reaches as far as asked to both sides, and a wider one offers more', () => {
  const near = depthCurve(market, NOTHING, NOBODY, '0.5')
  const far = depthCurve(market, NOTHING, NOBODY, '2')
  expect(near?.high).toBe((near?.middle ?? 0n) + USD / 2n)
  expect(near?.asks.every(({ price }) => price <= (near?.high ?? 0n))).toBe(true)
  expect(far?.asks.at(-1)?.total ?? 0n).toBeGreaterThan(near?.asks.at(-1)?.total ?? 0n)
})

test('resting orders stand in the curve at their price', () => {
  const plain = depthCurve(market, NOTHING, NOBODY, '1')
  const rested = depthCurve(market, { asks: [['100.5', '7']], bids: [] }, NOBODY, '1')
  expect((rested?.asks.at(-1)?.total ?? 0n) - (plain?.asks.at(-1)?.total ?? 0n)).toBe(7n * ONE)
})

test('a market without depth has no curve', () => {
  expect(depthCurve({ ...market, depth: 0n }, NOTHING, NOBODY, '1')).toBeNull()
})

test('what can be traded up to a price costs on average between the best price and it', () => {
  const curve = depthCurve(market, NOTHING, NOBODY, '1')
  if (curve === null) throw new Error('no curve')
  const depth = depthAt(curve, 100n * USD + 50n * CENT)
  expect(depth?.side).toBe('buy')
  expect(depth?.average).toBeGreaterThan(100n * USD)
  expect(depth?.average).toBeLessThan(100n * USD + 50n * CENT)
  expect(depthAt(curve, 100n * USD - 50n * CENT)?.side).toBe('sell')
  expect(depthAt(curve, curve.middle)).toBeNull()
})

test.each([
  ['from the middle down', 99_900_000n, 99_100_000n, { side: 'buy', first: 99_900_000n, last: 99_100_000n }],
  ['up towards the middle', 99_100_000n, 99_900_000n, { side: 'buy', first: 99_900_000n, last: 99_100_000n }],
  ['from the middle up', 100_100_000n, 101_000_000n, { side: 'sell', first: 100_100_000n, last: 101_000_000n }],
  [
    'between ticks, away from the market',
    99_905_000n,
    99_104_000n,
    { side: 'buy', first: 99_900_000n, last: 99_100_000n },
  ],
  [
    'beyond the middle: it ends before it',
    99_500_000n,
    101_000_000n,
    { side: 'buy', first: 99_990_000n, last: 99_500_000n },
  ],
  ['within one tick: none', 99_501_000n, 99_502_000n, null],
])('a range drawn %s', (_, from, to, ladder) => {
  expect(ladderOf({ from, to }, { middle: 100n * USD }, { tickSize: CENT })).toEqual(ladder)
})
