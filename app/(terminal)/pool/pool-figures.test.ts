import { expect, it } from 'vitest'
import type { PoolDto } from '#server/exchange/pool-schema.ts'
import type { MarketView } from '../account/market-view.ts'
import { durationText } from './duration.ts'
import { exposureOf, poolValueAt, sharePriceOf, sharesFor, worthOf } from './pool-figures.ts'

const USD = 1_000_000n
const BASE = 1_000_000_000n

const view = (given: Partial<MarketView>) =>
  ({
    market: 'SOL-PERP',
    baseSymbol: 'SOL',
    allocation: 1_000_000n * USD,
    quoteCash: 0n,
    userNetBase: 0n,
    depth: 100_000n * BASE,
    settlementPrice: null,
    price: { price: 150n * USD, confidence: 0n, ema: 150n * USD },
    ...given,
  }) as MarketView
const pool = { idle: '500', shares: '1000000' } as PoolDto

it('is worth its allocation while nobody holds anything', () => {
  const flat = exposureOf(view({}))
  expect(flat).toMatchObject({ base: 0n, notional: 0n, pnl: 0n, used: '0' })
  const value = poolValueAt(pool, [flat])
  expect(value.nav).toBe(1_000_500n * USD)
  expect(sharePriceOf(value)).toBe('1.0005')
})

it('holds the opposite of its traders, and loses what they win', () => {
  // Traders bought 100 SOL at $150 and the price is $160 now.
  const { base, notional, pnl, used } = exposureOf(
    view({
      userNetBase: 100n * BASE,
      quoteCash: 15_000n * USD,
      price: { price: 160n * USD, confidence: 0n, ema: 160n * USD },
    }),
  )
  expect(base).toBe(-100n * BASE)
  expect(notional).toBe(-16_000n * USD)
  // −$1 000, and the premium that the curve pays back on the way to flat: 160·100²/(2·100 000) = $8.
  expect(pnl).toBe(-1_008n * USD)
  expect(Number(used)).toBeCloseTo(16_000 / (0.45 * 998_992), 4)
})

it('counts nothing for a market that has lost more than it was given, and one price where it is wound down', () => {
  const lost = exposureOf(view({ allocation: 0n, quoteCash: -5n * USD }))
  expect(lost.equity).toBe(-5n * USD)
  expect(lost.used).toBeNull()
  expect(poolValueAt(pool, [lost]).nav).toBe(500n * USD)
  const settled = exposureOf(view({ userNetBase: 10n * BASE, quoteCash: 1_500n * USD, settlementPrice: 150n * USD }))
  expect(settled.pnl).toBe(0n)
})

it('has no share price without shares, and no answer for what buys or pays nothing', () => {
  expect(sharePriceOf({ nav: 0n, shares: 0n })).toBeNull()
  expect(sharesFor(5n * USD, { nav: 0n, shares: 0n })).toBeNull()
  expect(worthOf(0n, { nav: 10n * USD, shares: 5n * USD })).toBeNull()
  expect(sharesFor(10n * USD, { nav: 200n * USD, shares: 100n * USD })).toBe(5n * USD)
  expect(worthOf(5n * USD, { nav: 200n * USD, shares: 100n * USD })).toBe(10n * USD)
})

it('says how long a cooldown is', () => {
  expect([0, 1, 60, 90, 300, 3_600, 604_800].map(durationText)).toEqual([
    'none',
    '1 second',
    '60 seconds',
    '90 seconds',
    '5 minutes',
    '1 hour',
    '7 days',
  ])
})
