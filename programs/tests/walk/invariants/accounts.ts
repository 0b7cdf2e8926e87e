/** Invariants 4, 7, 9 and 10, read from accounts before and after: what only ever moves one way, and totals kept twice. */
import type { Market, Sub } from '../mirror.ts'
import type { Step, Walk } from '../walk.ts'
import { equal, holds, touched } from './broken.ts'

const REDUCE_ONLY = 1

export function checkAccounts(walk: Walk, step: Step): void {
  for (const { before, after } of touched(step, 'SubAccount')) {
    if (after) checkOrders(after)
    if (before && after) checkIds(before, after)
  }
  for (const { before, after } of touched(step, 'Market')) {
    if (before && after) checkClocks(walk, before, after)
  }
  for (const { before, after } of touched(step, 'TokenVault')) {
    if (before && after) holds(after.price.publishTime >= before.price.publishTime, '9: a collateral price never ages')
  }
  for (const { before, after } of touched(step, 'Exchange')) {
    if (!before || !after) continue
    const lost = before.pauseBits & ~after.pauseBits
    holds(lost === 0 || step.attempt.name === 'clearPause', '10: only clear_pause takes pause bits away')
    holds(after.params.timelockS >= before.params.timelockS, 'the timelock only rises')
  }
}

/** 7: a slot's open sizes are what is left of its orders that may add risk. */
function checkOrders(sub: Sub): void {
  for (const position of sub.positions) {
    const orders = sub.orders.filter(({ marketIndex }) => marketIndex === position.marketIndex)
    const open = (side: number) =>
      orders
        .filter((order) => order.side === side && (order.flags & REDUCE_ONLY) === 0)
        .reduce((sum, { size, filled }) => sum + size - filled, 0n)
    equal(position.openBids, open(0), '7: open bids are what is left of the bids')
    equal(position.openAsks, open(1), '7: open asks are what is left of the asks')
    equal(position.openOrders, orders.length, '7: open orders are counted')
    const isKept = position.base !== 0n || orders.length > 0 || position.debtLoss > 0n
    holds(isKept, '7: a slot without base, orders and debt is free')
  }
  const slots = new Set(sub.positions.map(({ marketIndex }) => marketIndex))
  equal(slots.size, sub.positions.length, '7: one slot for each market')
  for (const { filled, size, marketIndex, orderId } of sub.orders) {
    holds(filled <= size, '7: no order fills more than its size')
    holds(slots.has(marketIndex), '7: every order has a slot')
    holds(orderId < sub.nextOrderId, '7: order ids are below the next')
  }
  equal(new Set(sub.orders.map(({ orderId }) => orderId)).size, sub.orders.length, '7: order ids are unique')
}

function checkIds(before: Sub, after: Sub): void {
  holds(after.nextOrderId >= before.nextOrderId, '7: order ids rise')
  const known = new Set(before.orders.map(({ orderId }) => orderId))
  for (const { orderId } of after.orders) {
    holds(known.has(orderId) || orderId >= before.nextOrderId, '7: a new order has a new id')
  }
}

function checkClocks(walk: Walk, before: Market, after: Market): void {
  holds(after.price.publishTime >= before.price.publishTime, '9: a cached price never ages')
  if (after.price.publishTime > before.price.publishTime) {
    const feed = walk.feeds[after.index]
    holds(feed?.knows(after.price.price, after.price.publishTime) === true, '9: a cached price was published')
  }
  holds(after.funding.updatedAt >= before.funding.updatedAt, '4: funding time never goes back')
  holds(after.funding.remainder >= 0n && after.funding.remainder < 86_400n, '4: the remainder is below a day')
  holds(after.insuranceUsed >= before.insuranceUsed, 'what insurance paid for a market only rises')
  holds(after.poolLossUsed >= before.poolLossUsed, 'what the pool paid for losses only rises')
}
