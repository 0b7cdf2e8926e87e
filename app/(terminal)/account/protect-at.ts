import type { Outcome } from '#app/wallet/transact.ts'
import type { MarketDto, PositionDto, SubAccountDto } from '#server/exchange/schema.ts'
import { toBase, toPrice } from './decimal.ts'
import { protectingOrders, protectionOf } from './position-protection.ts'
import { replaceOrders } from './replace-orders.ts'

/** Sets the take-profit or the stop-loss of a position; the other one stays where it is, bound to the new one. */
export function protectAt(
  position: PositionDto,
  { orders }: Pick<SubAccountDto, 'orders'>,
  market: MarketDto,
  which: 'takeProfit' | 'stopLoss',
  price: string,
): Promise<Outcome> {
  const standing = protectionOf(position, orders)
  const triggerOf = (side: 'takeProfit' | 'stopLoss') => {
    const trigger = standing[side]?.triggerPrice
    return trigger == null ? null : toPrice(trigger)
  }
  const wanted = { takeProfit: triggerOf('takeProfit'), stopLoss: triggerOf('stopLoss'), [which]: toPrice(price) }
  const replaced = [standing.takeProfit, standing.stopLoss].filter((order) => order !== null)
  return replaceOrders(market, replaced, protectingOrders(toBase(position.base), wanted))
}
