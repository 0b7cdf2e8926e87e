/** What traders ask for: orders of every kind. */
import type { PlaceOrderArgs } from '#client/generated/types.ts'
import { type Attempt, attempt } from '../attempt.ts'
import type { Meta } from '../chain.ts'
import type { Market, Sub } from '../mirror.ts'
import { FLAG, has, isInFlight, type Order, sideOf } from '../order.ts'
import type { Action, Walk } from '../walk.ts'
import { near, opposite, orderAccounts, PLAIN, type Side, sizeFor, toStep } from './order-terms.ts'

type Site = { sub: Sub; market: Market }

/** A sub-account and a market it may trade, where it already holds something more often than not. */
function site(walk: Walk, filter: (sub: Sub) => boolean = () => true): Site | null {
  const { random, mirror } = walk
  const sub = random.pick(walk.subs().filter(filter))
  if (!sub) return null
  const held = random.pick(sub.positions)
  const index =
    sub.isIsolated === 1
      ? sub.isolatedMarket
      : held && random.chance(0.6)
        ? held.marketIndex
        : random.int(0, walk.feeds.length - 1)
  return { sub, market: mirror.market(index) }
}

const withRoom = (sub: Sub): boolean => sub.orders.length < 16
const holds = (sub: Sub): boolean => withRoom(sub) && sub.positions.some(({ base }) => base !== 0n)

function marginOf(walk: Walk, { sub, market }: Site): Meta[] {
  return walk.marginAccounts([sub], [market.key])
}

function place(walk: Walk, at: Site, label: string, orders: readonly PlaceOrderArgs[]): Attempt {
  return attempt(
    'placeOrder',
    orderAccounts(walk, at.sub, at.market),
    { orders },
    {
      label: `placeOrder ${label}`,
      remaining: marginOf(walk, at),
    },
  )
}

export const openPosition: Action = (walk) => {
  const { random } = walk
  const at = site(walk, withRoom)
  if (!at) return null
  const side = random.pick(['buy', 'sell'] as const)
  const limitPrice = near(at.market, (side === 'buy' ? 1 : -1) * random.spread(0.001, 0.2))
  const order = { side, size: sizeFor(walk, at.sub, at.market), limitPrice, clientId: 0n }
  return attempt('openPosition', orderAccounts(walk, at.sub, at.market), { order }, { remaining: marginOf(walk, at) })
}

/** A position and the side that reduces it. */
function heldPosition(walk: Walk): (Site & { base: bigint; side: Side }) | null {
  const sub = walk.random.pick(walk.subs().filter(holds))
  const position = sub && walk.random.pick(sub.positions.filter(({ base }) => base !== 0n))
  if (!sub || !position) return null
  const { base, marketIndex } = position
  return { sub, market: walk.mirror.market(marketIndex), base, side: base > 0n ? 'sell' : 'buy' }
}

function reducesInFlight(order: Order, { market, side }: Site & { side: Side }, now: bigint): boolean {
  const isHere = order.marketIndex === market.index && sideOf(order) === side
  return isHere && has(order, FLAG.reduceOnly) && isInFlight(order, now)
}

export const closePosition: Action = (walk) => {
  const held = heldPosition(walk)
  if (!held) return null
  const limitPrice = near(held.market, held.side === 'buy' ? 0.5 : -0.5)
  const order = { fractionBps: walk.random.pick([1, 2_500, 5_000, 10_000, 10_000] as const), limitPrice, clientId: 0n }
  const accounts = orderAccounts(walk, held.sub, held.market)
  return attempt(
    'closePosition',
    accounts,
    { order },
    {
      remaining: marginOf(walk, held),
      // A delegate's orders end with its budget, never the owner's. What closes the position already is not doubled.
      mayFailWith: [
        'MarketSettling',
        ...(accounts.trader === held.sub.authority ? [] : ['DelegateBudgetUsed']),
        ...(held.sub.orders.some((order) => reducesInFlight(order, held, BigInt(walk.now))) ? ['OrderInFlight'] : []),
      ],
    },
  )
}

/** Limit orders around the oracle, so that they meet each other. */
export const placeLimit: Action = (walk) => {
  const { random } = walk
  const at = site(walk, withRoom)
  if (!at) return null
  const side = random.pick(['buy', 'sell'] as const)
  const away = random.normal() * 0.004
  const order = { ...PLAIN, side, size: sizeFor(walk, at.sub, at.market), limitPrice: near(at.market, away) }
  const kinds: readonly [string, Partial<PlaceOrderArgs>][] = [
    ['limit', {}],
    ['limit', {}],
    [
      'post-only',
      { postOnly: true, limitPrice: near(at.market, (side === 'buy' ? -1 : 1) * random.spread(0.0003, 0.01)) },
    ],
    ['immediate-or-cancel', { timeInForce: 'immediateOrCancel' }],
    ['fill-or-kill', { timeInForce: 'fillOrKill' }],
    ['good-till-time', { timeInForce: 'goodTillTime', expiresAt: BigInt(walk.now + random.int(1, 300)) }],
    [
      'pegged',
      {
        pegOffset: BigInt(Math.round(Number(at.market.price.price) * random.normal() * 0.002)),
        limitPrice: random.chance(0.5) ? 0n : near(at.market, away),
      },
    ],
    ['market', { kind: 'market', limitPrice: 0n, timeInForce: 'immediateOrCancel' }],
  ]
  const [label, change] = random.pick(kinds) ?? ['limit', {}]
  return place(walk, at, label, [
    { ...order, ...change, clientId: random.chance(0.3) ? BigInt(random.int(1, 40)) : 0n },
  ])
}

export const placeReduceOnly: Action = (walk) => {
  const held = heldPosition(walk)
  if (!held) return null
  const size = toStep(walk.random.part(held.base < 0n ? -held.base : held.base), held.market)
  const order = {
    ...PLAIN,
    side: held.side,
    size,
    reduceOnly: true,
    limitPrice: near(held.market, walk.random.normal() * 0.004),
  }
  return place(walk, held, 'reduce-only', [order])
}

/** Stop-losses, take-profits and trailing stops of a position. */
export const placeTrigger: Action = (walk) => {
  const { random } = walk
  const held = heldPosition(walk)
  if (!held) return null
  const isLoss = random.chance(0.5)
  const above = isLoss === (held.side === 'buy')
  const triggerPrice = near(held.market, (above ? 1 : -1) * random.spread(0.0005, 0.05))
  const size = toStep(random.part(held.base < 0n ? -held.base : held.base), held.market)
  const trailing = isLoss && random.chance(0.4)
  const isMarket = random.chance(0.6)
  const order: PlaceOrderArgs = {
    ...PLAIN,
    kind: isMarket ? 'market' : 'limit',
    timeInForce: isMarket ? 'immediateOrCancel' : 'goodTillCancel',
    side: held.side,
    size,
    reduceOnly: random.chance(0.9),
    limitPrice: isMarket ? 0n : near(held.market, (held.side === 'buy' ? 1 : -1) * 0.02),
    triggerDirection: above ? 'above' : 'below',
    triggerPrice: trailing ? 0n : triggerPrice,
    trailingDistance: trailing ? near(held.market, random.spread(0.001, 0.02) - 1) : 0n,
  }
  return place(walk, held, trailing ? 'trailing stop' : isLoss ? 'stop-loss' : 'take-profit', [order])
}

/** An entry with its take-profit and stop-loss, each of which cancels the other. */
export const placeBracket: Action = (walk) => {
  const { random } = walk
  const at = site(walk, (sub) => sub.orders.length <= 13)
  if (!at) return null
  const side = random.pick(['buy', 'sell'] as const)
  const isBuy = side === 'buy'
  const size = sizeFor(walk, at.sub, at.market)
  const isMarket = random.chance(0.5)
  const entry: PlaceOrderArgs = {
    ...PLAIN,
    side,
    size,
    kind: isMarket ? 'market' : 'limit',
    timeInForce: isMarket ? 'immediateOrCancel' : 'goodTillCancel',
    limitPrice: isMarket ? 0n : near(at.market, random.normal() * 0.002),
  }
  const child = (above: boolean): PlaceOrderArgs => ({
    ...PLAIN,
    kind: 'market',
    timeInForce: 'immediateOrCancel',
    side: opposite(side),
    size: 0n,
    limitPrice: 0n,
    reduceOnly: true,
    parent: 0,
    groupId: random.int(1, 1_000_000),
    oneCancelsOther: true,
    triggerDirection: above ? 'above' : 'below',
    triggerPrice: near(at.market, (above ? 1 : -1) * random.spread(0.002, 0.03)),
  })
  const profit = child(isBuy)
  return place(walk, at, 'bracket', [entry, profit, { ...child(!isBuy), groupId: profit.groupId }])
}

/** Up to four limit orders at one distance after another. */
export const placeScaled: Action = (walk) => {
  const { random } = walk
  const count = random.int(2, 4)
  const at = site(walk, (sub) => sub.orders.length + count <= 16)
  if (!at) return null
  const side = random.pick(['buy', 'sell'] as const)
  const size = toStep(sizeFor(walk, at.sub, at.market) / BigInt(count), at.market)
  const groupId = random.int(1, 1_000_000)
  const orders = Array.from({ length: count }, (_, i) => ({
    ...PLAIN,
    side,
    size,
    groupId,
    oneCancelsOther: random.chance(0.3),
    limitPrice: near(at.market, (side === 'buy' ? -1 : 1) * 0.002 * (i + 0.5)),
  }))
  return place(walk, at, 'scaled', orders)
}
