import type { NewOrder } from '#client/instructions/orders.ts'
import type { Base, Price } from '#client/units.ts'
import type { OrderDto, PositionDto } from '#server/exchange/schema.ts'
import { abs, toBase, toPrice } from './decimal.ts'

/** The orders that close a position at a profit and at a loss; of several the nearest. */
export type PositionProtection = { takeProfit: OrderDto | null; stopLoss: OrderDto | null }

/** Waiting, reduce-only orders of the closing side; a trailing stop has an editor of its own. */
export function protectionOf({ market, base }: PositionDto, orders: readonly OrderDto[]): PositionProtection {
  const isLong = toBase(base) > 0n
  const closing = orders.filter(
    (order) =>
      order.market === market &&
      order.reduceOnly &&
      order.stage === 'awaitingTrigger' &&
      order.trailingDistance === null &&
      order.side === (isLong ? 'sell' : 'buy'),
  )
  const nearest = (direction: 'above' | 'below'): OrderDto | null => {
    const [first = null] = closing
      .filter((order) => order.triggerDirection === direction)
      .sort((a, b) => (triggerOf(a) < triggerOf(b) === (direction === 'above') ? -1 : 1))
    return first
  }
  return { takeProfit: nearest(isLong ? 'above' : 'below'), stopLoss: nearest(isLong ? 'below' : 'above') }
}

const triggerOf = ({ triggerPrice }: OrderDto): Price => (triggerPrice === null ? 0n : toPrice(triggerPrice))

/** Market orders for all of the position: what fills of one is taken off the other. Null: none on that side. */
export function protectingOrders(base: Base, at: { takeProfit: Price | null; stopLoss: Price | null }): NewOrder[] {
  const isLong = base > 0n
  const order = (triggerPrice: Price | null, triggerDirection: 'above' | 'below'): NewOrder[] =>
    triggerPrice === null
      ? []
      : [
          {
            kind: 'market',
            side: isLong ? 'sell' : 'buy',
            size: abs(base),
            reduceOnly: true,
            triggerDirection,
            triggerPrice,
          },
        ]
  const orders = [
    ...order(at.takeProfit, isLong ? 'above' : 'below'),
    ...order(at.stopLoss, isLong ? 'below' : 'above'),
  ]
  return orders.length < 2 ? orders : orders.map((known) => ({ ...known, groupId: 1, oneCancelsOther: true }))
}
