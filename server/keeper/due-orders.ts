import type { Market, Order, SubAccount } from '#client/accounts.ts'
import { min, RATIO } from '#client/math/fixed.ts'
import { marginRequirement } from '#client/math/margin.ts'
import { isTriggered, ratchet } from '#client/math/orders.ts'
import { halfSpreadPpm, largestFill, oneFillCap } from '#client/math/pool.ts'
import { hasLapsed, isInFlight, isOver } from '#client/order-rules.ts'
import type { PostedPrice } from '#server/oracle/index.ts'
import { limitOrNull, makersFor, type RestingOrder, type RestingOrders } from './resting-orders.ts'

/** An order whose turn has come, and what is to be done with it. */
export type DueOrder = {
  subAccount: string
  orderId: bigint
  marketIndex: number
  eligibleFrom: number
  /**
   * `taker`: filled with the one price across `eligibleFrom`. `resting`: with the market's cached price. `trigger`: its
   * trigger price is reached. `ratchet`: a trailing stop follows a better price. `rearm`: a stop that nobody filled waits
   * for its trigger again. `expire`: its time is over.
   */
  way: 'taker' | 'resting' | 'trigger' | 'ratchet' | 'rearm' | 'expire'
  makers: readonly RestingOrder[]
}

/** The chain's clock may run behind ours; an order's time is called over when it is there too. */
const CLOCK_SLACK_S = 2
/** The program fills resting orders, and sets waiting ones off, only with a price this young. */
const RESTING_PRICE_AGE_S = 3n

/** Everything that can be done with orders now: takers first, because theirs is one price only. */
export function dueOrders(
  subAccounts: Iterable<readonly [string, SubAccount]>,
  markets: ReadonlyMap<number, Market>,
  posted: ReadonlyMap<string, PostedPrice>,
  resting: RestingOrders,
  nowS: number,
): DueOrder[] {
  const due: DueOrder[] = []
  for (const [address, subAccount] of subAccounts) {
    for (const order of subAccount.orders) {
      const market = markets.get(order.marketIndex)
      if (market === undefined || market.status === 'settling') continue
      const limit = order.stage === 'active' ? limitOrNull(order, market) : null
      const makers = limit === null ? [] : makersFor(order, subAccount.authority, limit, resting)
      const way = wayOf({ order, limit, subAccount, market, makers, posted: posted.get(market.symbol) }, nowS)
      if (way === null) continue
      const eligibleFrom = Number(order.eligibleFrom)
      due.push({
        subAccount: address,
        orderId: order.orderId,
        marketIndex: order.marketIndex,
        eligibleFrom,
        way,
        makers,
      })
    }
  }
  return due.sort((a, b) => Number(a.way !== 'taker') - Number(b.way !== 'taker') || a.eligibleFrom - b.eligibleFrom)
}

type Situation = {
  order: Order
  /** Null while it waits, or where its peg leads to no price. */
  limit: bigint | null
  subAccount: SubAccount
  market: Market
  makers: readonly RestingOrder[]
  posted: PostedPrice | undefined
}

function wayOf({ order, limit, subAccount, market, makers, posted }: Situation, nowS: number): DueOrder['way'] | null {
  const [now, there] = [BigInt(nowS), BigInt(nowS - CLOCK_SLACK_S)]
  if (isOver(order, there)) return 'expire'
  if (hasLapsed(order, there)) return 'rearm'
  if (isInFlight(order, now)) {
    return posted !== undefined && posted.publishTime >= Number(order.eligibleFrom) ? 'taker' : null
  }
  const { price, publishTime } = market.price
  const isPriced = publishTime >= order.eligibleFrom && now - publishTime <= RESTING_PRICE_AGE_S
  switch (order.stage) {
    case 'awaitingParent':
      return null
    case 'awaitingTrigger':
      return isPriced ? waitingWay(order, price) : null
    case 'active':
      // A post-only order is the other side of somebody's fill, never a taker.
      if (order.postOnly || limit === null || isOver(order, now) || hasLapsed(order, now)) return null
      return makers.length > 0 || (isPriced && fillsNow(order, limit, subAccount, market)) ? 'resting' : null
  }
}

function waitingWay(order: Order, price: bigint): 'trigger' | 'ratchet' | null {
  if (isTriggered(order.triggerDirection === 'above', order.triggerPrice, price)) return 'trigger'
  const moves = order.trailingDistance > 0n && ratchet(order.side, order.trailingExtreme, price) !== null
  return moves ? 'ratchet' : null
}

/**
 * True when the pool gives the order within its limit, or a part of it that the program fills, or when nothing is left
 * for a reduce-only order to do.
 */
function fillsNow(order: Order, limit: bigint, subAccount: SubAccount, market: Market): boolean {
  const { params, ledger } = market
  const { price, confidence } = market.price
  const isBuy = order.side === 'buy'
  const held = subAccount.positions.find(({ marketIndex }) => marketIndex === order.marketIndex)?.base ?? 0n
  const reducible = held < 0n === isBuy ? (held < 0n ? -held : held) : 0n
  const remaining = order.size - order.filled
  const wanted = order.reduceOnly && reducible < remaining ? reducible : remaining
  if (wanted === 0n) return true
  const curve = {
    price,
    userNetBase: -ledger.poolBase,
    depth: params.depthK,
    halfSpreadPpm: halfSpreadPpm(price, confidence, params.spreadPpm, params.confMultiplierBps),
  }
  const { size } = largestFill(curve, order.side, limit, min(wanted, oneFillCap(params.depthK)), params.stepSize)
  return size === wanted || (size > 0n && marginRequirement(size, price, Number(RATIO)) >= params.minNotional)
}
