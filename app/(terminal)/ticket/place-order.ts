import type { Outcome } from '#app/wallet/transact.ts'
import type { MarketDto } from '#server/exchange/schema.ts'
import { sendOrders } from '../account/send-order.ts'
import type { Order } from './model.ts'

/** Sends the ticket's orders. Never throws: what went wrong is told in its toast and in the outcome. */
export function placeOrder(order: Order, { baseSymbol, params }: MarketDto): Promise<Outcome> {
  const { stepSize, tickSize } = params
  return sendOrders({ ...order, baseSymbol, stepSize, tickSize }, (exchange, account, orders) =>
    exchange.placeOrders(account, order.marketIndex, orders),
  )
}
