/** Orders changed and taken back, set off, moved and expired. */
import type { CancelTarget } from '#client/generated/types.ts'
import { attempt } from '../attempt.ts'
import type { Order, Sub } from '../mirror.ts'
import { type Action, addresses, type Walk } from '../walk.ts'
import { near, orderAccounts, signerOf, toStep } from './order-terms.ts'

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
