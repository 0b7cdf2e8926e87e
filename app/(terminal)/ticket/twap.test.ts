import { describe, expect, it } from 'vitest'
import { reduceTicket, type TicketFields } from './fields.ts'
import type { TicketContext } from './model.ts'
import { CASH, codes, context, NOW, position, SOL, seen, sent, ticket, usd, warned } from './testing.ts'

const HOUR = 3_600_000
const world = (change: Partial<TicketContext> = {}): TicketContext =>
  context({ tradingKeyUntil: NOW + HOUR, ...change })
const FIELDS = {
  kind: 'twap',
  size: '10',
  duration: '10',
  intervalS: 60,
  randomise: false,
} as const satisfies Partial<TicketFields>

it('becomes slices over time, with its limit and conditions', () => {
  expect(seen({ ...FIELDS, bound: '150', randomise: true }, world()).order).toMatchObject({
    title: 'TWAP buy 10.00 SOL in 10 slices over 10 min',
    twap: {
      market: 'SOL-PERP',
      side: 'buy',
      size: '10',
      slices: 10,
      durationMs: 600_000,
      randomise: true,
      limit: '150',
      reduceOnly: false,
      slippageBps: 50,
    },
  })
  expect(seen(FIELDS, world()).order?.twap?.limit).toBeNull()
  expect(seen({ size: '10' }, world()).order?.twap).toBeNull()
})

it('costs what the whole costs, and the keeper’s flat reward for each slice', () => {
  const [whole, sliced] = [seen({ size: '10' }, world()).estimate, seen(FIELDS, world()).estimate]
  expect(sliced).toEqual({
    ...whole,
    keeperReward: (whole?.keeperReward ?? 0n) + 9n * SOL.keeperRewardFlat,
    // The account pays for it.
    liquidationPrice: sliced?.liquidationPrice,
    liquidationDistanceBps: sliced?.liquidationDistanceBps,
    marginAfter: sliced?.marginAfter,
  })
})

describe('is refused', () => {
  it.each([
    ['bad-duration', { duration: '' }],
    ['bad-duration', { duration: '0.4' }],
    ['bad-duration', { duration: '10081' }],
    ['bad-duration', { duration: '1', intervalS: 60 }],
    ['bad-duration', { duration: '1440', intervalS: 5 }],
    ['bad-price', { bound: '0' }],
    ['price-tick', { bound: '150.001' }],
    ['below-minimum', { size: '0.5' }],
    ['below-minimum', { size: '1', randomise: true }],
    ['no-size', { size: '' }],
  ] as const)('for %s: %j', (code, change) => {
    expect(codes(ticket({ ...FIELDS, ...change }), world())).toContain(code)
  })

  it('without a trading key, with the way to one', () => {
    const [problem] = seen(FIELDS, context()).problems
    expect(problem).toMatchObject({ code: 'no-trading-key', remedy: { kind: 'one-click' } })
  })

  it('for slices that the pool does not fill at once', () => {
    const thin = context(
      { tradingKeyUntil: NOW + HOUR, portfolio: { ...CASH, quote: usd('1000000') } },
      { depth: SOL.depth / 1_000n },
    )
    expect(codes(ticket({ ...FIELDS, size: '50' }), thin)).toContain('one-fill-cap')
  })
})

it('that reduces may be as small as a step', () => {
  const held = world({ portfolio: { ...CASH, positions: [position('-0.5', '71.5')] } })
  expect(sent({ ...FIELDS, size: '0.5', reduceOnly: true }, held)).toHaveLength(1)
})

it('does not need a fresh price to begin', () => {
  expect(codes(ticket(FIELDS), world({ now: NOW + 30_000 }))).toEqual([])
})

it('warns of a key that ends before it does', () => {
  expect(warned(seen(FIELDS, world()))).toEqual([])
  expect(warned(seen({ ...FIELDS, duration: '61' }, world()))).toEqual(['key-ends'])
})

it('takes a price from the book as its limit', () => {
  expect(reduceTicket(ticket(FIELDS), { type: 'takePrice', text: '141' })).toMatchObject({ kind: 'twap', bound: '141' })
})
