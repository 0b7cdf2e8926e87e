import { midSentence, t } from '#app/i18n/t.ts'
import { formatPrice } from '#app/ui/format.ts'
import type { Portfolio } from '#client/math/index.ts'
import type { MarketDto, OrderDto } from '#server/exchange/schema.ts'
import type { LineDrag } from '../chart/lines/lines.ts'
import { nearestStep } from '../ticket/fields.ts'
import { crossesPool } from '../ticket/matching.ts'
import { change } from './actions.ts'
import { abs, priceText, toPrice } from './decimal.ts'
import type { MarketView } from './market-view.ts'
import { type ModifyFields, modifiableFields, planModification } from './modify.ts'
import { isWaiting } from './order-kind.ts'
import { sideName } from './order-words.ts'

/** Which price of an order a line stands for. */
export type DraggedPrice = 'trigger' | 'limit'

type World = { market: MarketDto; view: MarketView; portfolio: Portfolio | null }

/** Pulling the line of an order changes the order. */
export function orderDrag(order: OrderDto, which: DraggedPrice, { market, view, portfolio }: World): LineDrag {
  const plan = (price: string) => planModification(order, movedFields(order, which, price, view), view, portfolio)
  return {
    problem: (price) => {
      const { problems } = plan(price)
      if (problems.trailingDistance === undefined) return Object.values(problems)[0] ?? null
      return order.side === 'sell'
        ? t('A trailing stop stays below the best price it has seen.')
        : t('A trailing stop stays above the best price it has seen.')
    },
    note: (price) => {
      const takes = which === 'limit' && !isWaiting(order) && crossesPool(order.side, toPrice(price), view)
      return takes ? t('fills at once') : null
    },
    async drop(price) {
      const { change: args } = plan(price)
      if (args === null) return null
      const title = t('Move {order} to {price}', {
        order: midSentence(sideName(order)),
        price: formatPrice(price, market.params.tickSize),
      })
      const outcome = await change(title, [order], (exchange, account) =>
        exchange.modifyOrder(account, market.index, args),
      )
      return outcome.kind === 'confirmed' ? null : outcome.error.message
    },
  }
}

/** The order's fields with its line at `price`. What follows a price keeps following it, from another distance. */
export function movedFields(order: OrderDto, which: DraggedPrice, price: string, view: MarketView): ModifyFields {
  const fields = modifiableFields(order)
  const at = toPrice(price)
  if (order.pegOffset !== null) return { ...fields, pegOffset: priceText(at - view.price.price) }
  if (which === 'limit') return { ...fields, limitPrice: price }
  if (order.trailingDistance === null) return { ...fields, triggerPrice: price }
  // Measured from the best price it has seen; beyond that it would be set off, which the least distance forbids.
  const best = order.trailingExtreme === null ? view.price.price : toPrice(order.trailingExtreme)
  const behind = order.side === 'sell' ? best - at : at - best
  return { ...fields, trailingDistance: priceText(behind <= 0n ? 0n : nearestStep(abs(behind), view.tickSize)) }
}
