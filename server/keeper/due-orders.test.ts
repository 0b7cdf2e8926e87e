import { PublicKey } from '@solana/web3.js'
import { describe, expect, it } from 'vitest'
import type { Market, Order, SubAccount } from '#client/accounts.ts'
import { dueOrders } from './due-orders.ts'
import { restingOrders } from './resting-orders.ts'

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
  params: {
    depthK: 100_000n * SOL,
    spreadPpm: 200,
    confMultiplierBps: 10_000,
    stepSize: SOL / 100n,
    minNotional: 10n * USDC,
  },
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
  defaultLimit: false,
  ...given,
})

type World = { postedAt?: number; now?: number; base?: bigint; cached?: typeof price; others?: Account[] }
type Account = readonly [string, SubAccount]

const wayOf = (given: Partial<Order>, world: World = {}) => dueOf(given, world)?.way

function dueOf(
  given: Partial<Order>,
  { postedAt = 1_000, now = NOW, base = 0n, cached = price, others = [] }: World = {},
) {
  const subAccount = {
    authority: 'owner',
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
  const accounts = [['sub', subAccount] as const, ...others]
  const resting = restingOrders(accounts, markets, BigInt(now))
  return dueOrders(accounts, markets, new Map([['SOL-PERP', posted]]), resting, now).find(
    (due) => due.subAccount === 'sub',
  )
}

describe('an order that takes at one price', () => {
  const takers: Partial<Order>[] = [{ kind: 'market' }, { timeInForce: 'immediateOrCancel' }]
  it.each(takers)('is due with the first price at or after its time, whatever its limit: %o', (taker) => {
    expect(wayOf(taker, { postedAt: 999 })).toBeUndefined()
    expect(wayOf(taker)).toBe('taker')
    expect(wayOf({ ...taker, limitPrice: 1n })).toBe('taker')
  })

  it('is over when its window is over on any clock', () => {
    expect(wayOf({ kind: 'market' }, { now: 1_009 })).toBe('taker')
    expect(wayOf({ kind: 'market' }, { now: 1_011 })).not.toBe('expire')
    expect(wayOf({ kind: 'market' }, { now: 1_012 })).toBe('expire')
  })

  it('rests after its window when it is a limit order that crossed', () => {
    const cached = { ...price, publishTime: 1_010n }
    expect(wayOf({ takes: true })).toBe('taker')
    expect(wayOf({ takes: true }, { now: 1_010, cached })).toBe('resting')
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

  it('is due for the part that is within its limit, if that is worth a fill', () => {
    // The first step costs 150.03, 100 SOL 150.105.
    expect(wayOf({ size: 100n * SOL, limitPrice: 150_060_000n })).toBe('resting')
    expect(wayOf({ size: 100n * SOL, limitPrice: 150_030_060n })).toBeUndefined()
  })

  it('never takes when it is post-only', () => {
    expect(wayOf({ postOnly: true })).toBeUndefined()
    expect(wayOf({ postOnly: true }, { others: [maker({})] })).toBeUndefined()
  })

  it('is taken off when its time has passed on any clock', () => {
    expect(wayOf({ timeInForce: 'goodTillTime', expiresAt: 1_000n }, { now: 1_001 })).toBeUndefined()
    expect(wayOf({ timeInForce: 'goodTillTime', expiresAt: 1_000n }, { now: 1_002 })).toBe('expire')
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
  const subAccount = { authority: 'owner', orders, positions: [] } as unknown as SubAccount
  const posted = { market: 'SOL-PERP', account: PublicKey.default, publishTime: 1_000, prevPublishTime: 999 }
  const markets = new Map([[0, market]])
  const due = dueOrders(
    [['sub', subAccount]],
    markets,
    new Map([['SOL-PERP', posted]]),
    restingOrders([], markets, 0n),
    NOW,
  )
  expect(due.map(({ orderId }) => orderId)).toEqual([3n, 2n, 1n])
})

/** Another trader's order that a buy at 151 can meet. */
function maker(given: Partial<Order>, address = 'maker', authority = 'other'): Account {
  const orders = [order({ side: 'sell', limitPrice: 150n * USDC, placedAt: 900n, ...given })]
  return [address, { authority, orders, positions: [] } as unknown as SubAccount]
}

describe('makers', () => {
  const makersOf = (others: Account[], given: Partial<Order> = {}) =>
    dueOf({ kind: 'market', ...given }, { others })?.makers.map(({ subAccount }) => subAccount)

  it('come best price first, the elder of two before the other, four at most', () => {
    const at = (limit: bigint, address: string, placedAt = 900n) =>
      maker({ limitPrice: limit * USDC, placedAt }, address)
    const others = [
      at(151n, 'e'),
      at(150n, 'b', 910n),
      at(149n, 'a'),
      at(150n, 'c', 905n),
      at(151n, 'd', 899n),
      at(152n, 'f'),
    ]
    expect(makersOf(others)).toEqual(['a', 'c', 'b', 'd'])
  })

  it('are resting orders of others, no younger than the taker', () => {
    expect(makersOf([maker({}, 'own', 'owner')])).toEqual([])
    expect(makersOf([maker({ placedAt: 999n })])).toEqual([])
    expect(makersOf([maker({ kind: 'market' })])).toEqual([])
    expect(makersOf([maker({ stage: 'awaitingTrigger' })])).toEqual([])
    expect(makersOf([maker({ takes: true })])).toEqual([])
    expect(makersOf([maker({ postOnly: true })])).toEqual(['maker'])
  })

  it('of pegged orders are those whose peg crosses now', () => {
    expect(makersOf([maker({ pegged: true, pegOffset: USDC, limitPrice: 0n })])).toEqual(['maker'])
    expect(makersOf([maker({ pegged: true, pegOffset: 2n * USDC, limitPrice: 0n })])).toEqual([])
  })

  it('make a resting order due that the pool would not fill', () => {
    expect(wayOf({ limitPrice: 150n * USDC }, { others: [maker({})] })).toBe('resting')
  })
})

describe('an order that waits', () => {
  const stop: Partial<Order> = {
    kind: 'market',
    side: 'sell',
    stage: 'awaitingTrigger',
    triggerDirection: 'below',
    triggerPrice: 150n * USDC,
  }

  it('is set off when a young price of its time has reached its trigger', () => {
    expect(wayOf(stop)).toBe('trigger')
    expect(wayOf({ ...stop, triggerPrice: 149n * USDC })).toBeUndefined()
    expect(wayOf({ ...stop, triggerDirection: 'above', triggerPrice: 149n * USDC })).toBe('trigger')
    expect(wayOf({ ...stop, eligibleFrom: 1_001n })).toBeUndefined()
    expect(wayOf(stop, { now: 1_004 })).toBeUndefined()
  })

  it('follows a better price when it trails, by five basis points at least', () => {
    const trailing = { ...stop, triggerPrice: 145n * USDC, trailingDistance: 4n * USDC }
    expect(wayOf({ ...trailing, trailingExtreme: 149n * USDC })).toBe('ratchet')
    expect(wayOf({ ...trailing, trailingExtreme: 149_990_000n })).toBeUndefined()
  })

  it('waits for its trigger again when nobody filled it, unless its limit is its owner’s', () => {
    const lapsed: Partial<Order> = { ...stop, stage: 'active', reduceOnly: true, defaultLimit: true }
    expect(wayOf(lapsed, { now: 1_009, base: SOL })).toBe('taker')
    expect(wayOf(lapsed, { now: 1_011, base: SOL })).toBeUndefined()
    expect(wayOf(lapsed, { now: 1_012, base: SOL })).toBe('rearm')
    expect(wayOf({ ...lapsed, defaultLimit: false }, { now: 1_012, base: SOL })).toBe('expire')
    expect(wayOf({ ...lapsed, reduceOnly: false }, { now: 1_012, base: SOL })).toBe('expire')
    expect(wayOf({ ...lapsed, expiresAt: 1_011n }, { now: 1_014, base: SOL })).toBe('expire')
  })

  it('sleeps until its parent fills', () => {
    expect(wayOf({ ...stop, stage: 'awaitingParent' })).toBeUndefined()
  })
})
