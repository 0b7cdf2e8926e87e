import { t } from '#app/i18n/t.ts'
import type { Outcome } from '#app/wallet/transact.ts'
import type { NewOrder } from '#client/instructions/orders.ts'
import type { MarketDto, OrderDto } from '#server/exchange/schema.ts'
import { cancelOrders } from './actions.ts'
import { setChanging } from './pending.ts'
import { sendOrders } from './send-order.ts'

/** Takes these orders off and places others in their stead, in one transaction: there is no moment without either. */
export async function replaceOrders(
  market: MarketDto,
  old: readonly OrderDto[],
  orders: readonly NewOrder[],
): Promise<Outcome> {
  if (orders.length === 0) {
    return cancelOrders(t('Remove take profit and stop loss of {market}', { market: market.market }), old)
  }
  const title = t('Take profit and stop loss of {market}', { market: market.market })
  const ids = old.map(({ orderId }) => orderId)
  const { market: id, baseSymbol, params } = market
  const { stepSize, tickSize } = params
  setChanging(ids, true)
  try {
    return await sendOrders(
      { title, market: id, baseSymbol, stepSize, tickSize, orders, takesAtOnce: false },
      async (exchange, account, numbered) => [
        ...(await exchange.cancelOrders(
          account,
          ids.map((orderId) => BigInt(orderId)),
        )),
        ...(await exchange.placeOrders(account, market.index, numbered)),
      ],
    )
  } finally {
    setChanging(ids, false)
  }
}
