import type { MarketDto } from '#server/exchange/schema.ts'
import { sendOrders } from '../account/send-order.ts'
import type { Order } from './model.ts'

/**
 * Sends the ticket's orders, or begins to send them over time. Never throws: what went wrong is told in a toast.
 * @returns whether they went out.
 */
export async function placeOrder(order: Order, { baseSymbol, params }: MarketDto): Promise<boolean> {
  if (order.twap !== null) {
    const { startTwap } = await import('../twap/start.ts')
    return startTwap(order.twap, order.title)
  }
  const { stepSize, tickSize } = params
  const outcome = await sendOrders({ ...order, baseSymbol, stepSize, tickSize }, (exchange, account, orders) =>
    exchange.placeOrders(account, order.marketIndex, orders),
  )
  return outcome.kind === 'confirmed'
}
