/** What an order in its slot means. */
import { peggedLimit, slippageLimit, worstCost } from '#client/math/orders.ts'
import type { Market, Order } from './mirror.ts'

export type { Order }

export const FLAG = {
  reduceOnly: 1,
  postOnly: 2,
  pegged: 4,
  takes: 8,
  oneCancelsOther: 16,
  bracket: 32,
  byDelegate: 64,
  defaultLimit: 128,
} as const
export const STAGE = { active: 0, awaitingTrigger: 1, awaitingParent: 2 } as const
export const KIND = { market: 0, limit: 1 } as const
export const TIME_IN_FORCE = { goodTillCancel: 0, immediateOrCancel: 1, fillOrKill: 2, goodTillTime: 3 } as const
export const FILL_WINDOW = 10n

export const has = (order: Order, flag: number): boolean => (order.flags & flag) !== 0
export const isBuy = (order: Order): boolean => order.side === 0
export const sideOf = (order: Order): 'buy' | 'sell' => (isBuy(order) ? 'buy' : 'sell')

/** Never rests. */
export function isImmediate({ kind, timeInForce }: Order): boolean {
  return (
    kind === KIND.market || timeInForce === TIME_IN_FORCE.immediateOrCancel || timeInForce === TIME_IN_FORCE.fillOrKill
  )
}

/** Filled at the one price published across `eligibleFrom`, or from the cached one. */
export function priceRuleOf(order: Order, now: bigint): 'one' | 'cached' {
  const takes = has(order, FLAG.takes) && now < order.eligibleFrom + FILL_WINDOW
  return isImmediate(order) || takes ? 'one' : 'cached'
}

/** Waits for that price: nobody can take it back. */
export function isInFlight(order: Order, now: bigint): boolean {
  const waits = order.stage === STAGE.active && now < order.eligibleFrom + FILL_WINDOW
  return waits && priceRuleOf(order, now) === 'one'
}

/** What those of `orders` may cost that nobody can take back, or will be able to; `all` has their parents. */
export function costOfTakers(orders: readonly Order[], all: readonly Order[], market: Market, now: bigint): bigint {
  const { price, params } = market
  return orders
    .filter((order) => order.stage !== STAGE.active || isImmediate(order) || isInFlight(order, now))
    .reduce((sum, order) => {
      const parent = all.find(({ orderId }) => has(order, FLAG.bracket) && orderId === order.parentId)
      const size = order.size - order.filled + (parent ? parent.size - parent.filled : 0n)
      const waits = order.stage !== STAGE.active && order.triggerPrice > 0n
      const oracle = waits ? order.triggerPrice : price.price
      const limit = limitAt(order, oracle) || slippageLimit(sideOf(order), oracle, params.defaultSlippageBps)
      return sum + worstCost(sideOf(order), size, limit, oracle, params.takerFeePpm)
    }, 0n)
}

/** What it may pay or must get with this oracle price; 0 is any. */
export function limitAt(order: Order, oracle: bigint): bigint {
  if (!has(order, FLAG.pegged)) return order.limitPrice
  return peggedLimit(sideOf(order), oracle, order.pegOffset, order.limitPrice)
}
