import { expect, it } from 'vitest'
import { manualClock } from '#server/platform/clock.ts'
import { createPriorityFees } from './priority-fees.ts'

const PAID = [0, 0, 100, 200, 300, 400, 500, 600, 700, 10_000]

function feesOf({
  paid = PAID,
  percentile = 60,
  cap = 50_000,
}: {
  paid?: number[]
  percentile?: number
  cap?: number
}) {
  const clock = manualClock(1_000)
  const state = { asked: 0, isAway: false }
  const recent = async () => {
    state.asked += 1
    if (state.isAway) throw new Error('the RPC is away')
    return paid
  }
  return { fees: createPriorityFees({ clock, recent, percentile, cap }), clock, state }
}

it.each([
  [0, 0],
  [50, 400],
  [60, 500],
  [100, 10_000],
])('offers the %s. percentile of what was paid lately: %s', async (percentile, price) => {
  expect(await feesOf({ percentile }).fees.price('orders')).toBe(price)
})

it('doubles for what was late, of one loop only, and comes down again with each that lands', async () => {
  const { fees } = feesOf({ cap: 3_500 })
  const prices: number[] = []
  for (const step of ['late', 'late', 'late', 'landed', 'landed', 'landed'] as const) {
    fees[step]('orders')
    prices.push(await fees.price('orders'))
  }
  // 500 rises to the least offer that can grow, then to the cap.
  expect(prices).toEqual([2_000, 3_500, 3_500, 3_500, 2_000, 500])
  expect(await fees.price('prices')).toBe(500)
})

it('offers something where nobody pays, once one was late', async () => {
  const { fees } = feesOf({ paid: [] })
  expect(await fees.price('orders')).toBe(0)
  fees.late('orders')
  expect(await fees.price('orders')).toBe(2_000)
})

it('asks at most every five seconds, and keeps what it knew while nobody answers', async () => {
  const { fees, clock, state } = feesOf({})
  await Promise.all([fees.price('orders'), fees.price('orders'), fees.price('prices')])
  expect(state.asked).toBe(1)
  state.isAway = true
  clock.advance(5_000)
  expect(await fees.price('orders')).toBe(500)
  expect(await fees.price('orders')).toBe(500)
  expect(state.asked).toBe(2)
})
