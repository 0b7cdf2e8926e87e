import { PublicKey } from '@solana/web3.js'
import { describe, expect, it } from 'vitest'
import type { Market, Order, SubAccount } from '#client/accounts.ts'
import { dueOrders } from './due-orders.ts'

const SOL = 1_000_000_000n
const USDC = 1_000_000n
const NOW = 1_000

const price = {
  price: 150n * USDC,
  confidence: 15_000n,
  emaPrice: 150n * USDC,
  publishTime: 1_000n,
  prevPublishTime: 999n,
  postedSlot: 1n,
  quality: 0,
}
const market = {
  index: 0,
  symbol: 'SOL-PERP',
  price,
  params: { depthK: 100_000n * SOL, spreadPpm: 200, confMultiplierBps: 10_000 },
  ledger: { poolBase: 0n },
} as Market

const order = (given: Partial<Order>): Order => ({
  orderId: 1n,
  clientId: 0n,
  size: SOL,
  filled: 0n,
  quoteFilled: 0n,
  limitPrice: 151n * USDC,
  triggerPrice: 0n,
  trailingDistance: 0n,
  trailingExtreme: 0n,
  pegOffset: 0n,
  placedAt: 998n,
  eligibleFrom: 1_000n,
  expiresAt: 0n,
  groupId: 0,
  marketIndex: 0,
  kind: 'limit',
  side: 'buy',
  timeInForce: 'goodTillCancel',
  triggerDirection: 'none',
  stage: 'active',
  parentId: 0n,
  reduceOnly: false,
  postOnly: false,
  pegged: false,
  takes: false,
  oneCancelsOther: false,
  bracket: false,
  byDelegate: false,
  ...given,
})

function wayOf(given: Partial<Order>, { postedAt = 1_000, now = NOW, base = 0n, cached = price } = {}) {
  const subAccount = {
    orders: [order(given)],
    positions: base === 0n ? [] : [{ marketIndex: 0, base }],
  } as unknown as SubAccount
  const posted = {
    market: 'SOL-PERP',
    account: PublicKey.default,
    publishTime: postedAt,
    prevPublishTime: postedAt - 1,
  }
  const markets = new Map([[0, { ...market, price: cached }]])
  return dueOrders([['sub', subAccount]], markets, new Map([['SOL-PERP', posted]]), now)[0]?.way
}

describe('an order that takes at one price', () => {
  const takers: Partial<Order>[] = [{ kind: 'market' }, { timeInForce: 'immediateOrCancel' }]
  it.each(takers)('is due with the first price at or after its time, whatever its limit: %o', (taker) => {
    expect(wayOf(taker, { postedAt: 999 })).toBeUndefined()
    expect(wayOf(taker)).toBe('taker')
    expect(wayOf({ ...taker, limitPrice: 1n })).toBe('taker')
  })

  it('has lapsed when its window is over on any clock', () => {
    expect(wayOf({ kind: 'market' }, { now: 1_011 })).toBe('taker')
    expect(wayOf({ kind: 'market' }, { now: 1_012 })).toBe('lapsed')
  })
})

describe('a resting order', () => {
  it('is due when the pool’s quote is within its limit, not before', () => {
    expect(wayOf({})).toBe('resting')
    expect(wayOf({ limitPrice: 150n * USDC })).toBeUndefined()
    expect(wayOf({ side: 'sell', limitPrice: 149n * USDC })).toBe('resting')
    expect(wayOf({ side: 'sell', limitPrice: 150n * USDC })).toBeUndefined()
  })

  it('needs a price from its time on that is young enough to fill', () => {
    expect(wayOf({ eligibleFrom: 1_001n })).toBeUndefined()
    expect(wayOf({}, { now: 1_003 })).toBe('resting')
    expect(wayOf({}, { now: 1_004 })).toBeUndefined()
  })

  it('never meets the pool when it is post-only', () => {
    expect(wayOf({ postOnly: true })).toBeUndefined()
  })

  it('is taken off when it is reduce-only and nothing is left to reduce', () => {
    expect(wayOf({ reduceOnly: true, limitPrice: 1n })).toBe('resting')
    expect(wayOf({ reduceOnly: true, limitPrice: 1n }, { base: -2n * SOL })).toBeUndefined()
    expect(wayOf({ reduceOnly: true }, { base: -2n * SOL })).toBe('resting')
  })
})

it('puts takers first, the eldest before the others', () => {
  const orders = [
    order({ orderId: 1n }),
    order({ orderId: 2n, kind: 'market' }),
    order({ orderId: 3n, kind: 'market', eligibleFrom: 999n }),
  ]
  const subAccount = { orders, positions: [] } as unknown as SubAccount
  const posted = { market: 'SOL-PERP', account: PublicKey.default, publishTime: 1_000, prevPublishTime: 999 }
  const due = dueOrders([['sub', subAccount]], new Map([[0, market]]), new Map([['SOL-PERP', posted]]), NOW)
  expect(due.map(({ orderId }) => orderId)).toEqual([3n, 2n, 1n])
})
