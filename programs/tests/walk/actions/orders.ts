/** What traders ask for: orders of every kind, changed and taken back. */
import type { CancelTarget, PlaceOrderArgs } from '#client/generated/types.ts'
import { min } from '#client/math/fixed.ts'
import { oneFillCap } from '#client/math/pool.ts'
import { type Attempt, attempt } from '../attempt.ts'
import type { Meta } from '../chain.ts'
import { type Market, type Order, quoteOf, type Sub } from '../mirror.ts'
import { type Action, addresses, type Walk } from '../walk.ts'

const USD = 1_000_000

export const PLAIN: Omit<PlaceOrderArgs, 'side' | 'size' | 'limitPrice'> = {
  kind: 'limit',
  timeInForce: 'goodTillCancel',
  reduceOnly: false,
  postOnly: false,
  clientId: 0n,
  triggerDirection: 'none',
  triggerPrice: 0n,
  trailingDistance: 0n,
  pegOffset: null,
  expiresAt: 0n,
  groupId: 0,
  oneCancelsOther: false,
  parent: null,
}

type Side = PlaceOrderArgs['side']
export const opposite = (side: Side): Side => (side === 'buy' ? 'sell' : 'buy')

/** Who signs: the owner, or now and then the delegate while it lasts. */
export function signerOf(walk: Walk, sub: Sub): string {
  const lasts = BigInt(walk.now) < sub.delegateExpiresAt
  return lasts && walk.random.chance(0.3) ? sub.delegate : sub.authority
}

export function orderAccounts(walk: Walk, sub: Sub, market: Market) {
  return { trader: signerOf(walk, sub), exchange: addresses.exchange, market: market.key, subAccount: sub.key }
}

/** A price `part` of the oracle's away from it, on the tick. */
export function near(market: Market, part: number): bigint {
  const tick = market.params.tickSize
  const price = BigInt(Math.max(1, Math.round(Number(market.price.price) * (1 + part))))
  const floored = price - (price % tick)
  return floored > 0n ? floored : tick
}

/** From the smallest order to one that the account can hardly carry. */
function sizeFor(walk: Walk, sub: Sub, market: Market): bigint {
  const { random } = walk
  const tokens = sub.collaterals.some((c) => c.vaultIndex !== 0 && c.amount > 0n) ? 2_000 : 0
  const wealth = Math.max(20, Number(quoteOf(sub)) / USD + tokens)
  const notional = random.chance(0.5) ? wealth * random.int(8, 19) : random.spread(15, wealth * 18)
  const size = BigInt(Math.round((notional * 1e15) / Number(market.price.price)))
  // Now and then more than the pool fills at once.
  const most = random.chance(0.03) ? size : oneFillCap(market.params.depthK)
  return toStep(min(size, most), market)
}

export function toStep(size: bigint, { params }: Market): bigint {
  const floored = size - (size % params.stepSize)
  return floored > 0n ? floored : params.stepSize
}

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
      // A delegate's orders end with its budget, never the owner's.
      mayFailWith:
        accounts.trader === held.sub.authority ? ['MarketSettling'] : ['MarketSettling', 'DelegateBudgetUsed'],
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

function anyOrder(walk: Walk, filter: (order: Order) => boolean = () => true): { sub: Sub; order: Order } | null {
  const sub = walk.random.pick(walk.subs().filter(({ orders }) => orders.some(filter)))
  const order = sub && walk.random.pick(sub.orders.filter(filter))
  return sub && order ? { sub, order } : null
}

export const modifyOrder: Action = (walk) => {
  const { random } = walk
  const chosen = anyOrder(walk)
  if (!chosen) return null
  const { sub, order } = chosen
  const market = walk.mirror.market(order.marketIndex)
  const isPegged = (order.flags & 4) !== 0
  const args = {
    orderId: order.orderId,
    size: order.filled + (random.chance(0.5) ? toStep(random.part(order.size), market) : order.size - order.filled),
    limitPrice: order.limitPrice === 0n ? 0n : near(market, random.normal() * 0.004),
    triggerPrice:
      order.triggerDirection === 0 || order.trailingDistance > 0n
        ? 0n
        : near(market, (order.triggerDirection === 1 ? 1 : -1) * random.spread(0.001, 0.04)),
    trailingDistance: order.trailingDistance === 0n ? 0n : near(market, random.spread(0.001, 0.02) - 1),
    pegOffset: isPegged ? BigInt(Math.round(Number(market.price.price) * random.normal() * 0.002)) : null,
    expiresAt: order.expiresAt === 0n ? 0n : BigInt(walk.now + random.int(1, 300)),
  }
  return attempt(
    'modifyOrder',
    orderAccounts(walk, sub, market),
    { args },
    { remaining: walk.marginAccounts([sub], [market.key]) },
  )
}

export const cancelOrder: Action = (walk) => {
  const chosen = anyOrder(walk)
  if (!chosen) return null
  const { sub, order } = chosen
  const targets: readonly [CancelTarget, ...CancelTarget[]] = [
    { kind: 'orderId', value: order.orderId },
    { kind: 'orderId', value: order.orderId },
    { kind: 'clientId', value: order.clientId === 0n ? 1n : order.clientId },
    { kind: 'market', value: order.marketIndex },
    { kind: 'all' },
  ]
  const target = walk.random.pick(targets)
  return attempt(
    'cancelOrder',
    { trader: signerOf(walk, sub), subAccount: sub.key },
    { target },
    {
      label: `cancelOrder ${target.kind}`,
      mayFailWith: ['OrderInFlight', 'OrderNotFound'],
    },
  )
}

/** Those whose trigger price the oracle has reached, and now and then another. */
export const triggerOrder: Action = (walk) => {
  if (walk.keepersAreOut) return null
  const isReached = (order: Order): boolean => {
    const { price } = walk.mirror.market(order.marketIndex).price
    return order.triggerDirection === 1 ? price >= order.triggerPrice : price <= order.triggerPrice
  }
  const waits = (order: Order): boolean => order.stage === 1 && (isReached(order) || walk.random.chance(0.02))
  const chosen = anyOrder(walk, waits)
  if (!chosen) return null
  const { sub, order } = chosen
  return attempt(
    'triggerOrder',
    { market: addresses.market(order.marketIndex), subAccount: sub.key },
    { orderId: order.orderId },
  )
}

export const ratchetTrailingStop: Action = (walk) => {
  const moves = (order: Order): boolean => {
    if (order.trailingDistance === 0n || order.stage !== 1) return false
    const { price } = walk.mirror.market(order.marketIndex).price
    return (
      (order.side === 0 ? price < order.trailingExtreme : price > order.trailingExtreme) || walk.random.chance(0.02)
    )
  }
  const chosen = anyOrder(walk, moves)
  if (!chosen) return null
  const { sub, order } = chosen
  return attempt(
    'ratchetTrailingStop',
    { market: addresses.market(order.marketIndex), subAccount: sub.key },
    { orderId: order.orderId },
  )
}

export const expireOrders: Action = (walk) => {
  const now = BigInt(walk.now)
  const isOver = (order: Order): boolean =>
    (order.expiresAt !== 0n && now >= order.expiresAt) || (order.kind === 0 && now >= order.eligibleFrom + 10n)
  const chosen = anyOrder(walk, (order) => isOver(order) || walk.random.chance(0.005))
  return chosen && attempt('expireOrders', { subAccount: chosen.sub.key }, {})
}

export { anyOrder, marginOf, site }
