import type { Outcome } from '#app/wallet/transact.ts'
import type { MarketDto } from '#server/exchange/schema.ts'
import { sendOrder } from '../account/send-order.ts'
import type { Order } from './model.ts'
import { takesAtOnce } from './size.ts'

/** Sends the ticket's order. Never throws: what went wrong is told in its toast and in the outcome. */
export function placeOrder(order: Order, { baseSymbol, params }: MarketDto): Promise<Outcome> {
  const { stepSize, tickSize } = params
  return sendOrder(
    { ...order, baseSymbol, stepSize, tickSize, takesAtOnce: takesAtOnce(order) },
    (exchange, clientId) => exchange.placeOrder({ ...order, clientId }),
  )
}
