import { formatPrice, formatSize, formatUsd } from '#app/ui/format.ts'
import type { Base } from '#client/units.ts'
import type { Side } from '#server/exchange/schema.ts'
import { baseText, priceText, quoteText } from '../account/decimal.ts'
import type { MarketView } from '../account/market-view.ts'
import type { Estimate } from './estimate.ts'
import type { TicketFields } from './fields.ts'
import { KINDS } from './kinds.ts'
import { type PriceField, type Prices, priceIn } from './prices.ts'
import { slicesOf } from './twap-terms.ts'

export const verb = (side: Side): string => (side === 'buy' ? 'Buy' : 'Sell')

export const sizeOf = (base: Base, market: MarketView): string => formatSize(baseText(base), baseText(market.stepSize))

export const priceOf = (price: bigint, market: MarketView): string =>
  formatPrice(priceText(price), priceText(market.tickSize))

/** "Buy", "Stop sell", "Take profit buy". */
function action({ kind, side, execution }: TicketFields): string {
  const { prefix, waits } = KINDS[kind]
  if (prefix === '') return verb(side)
  const how = waits && execution === 'limit' && kind !== 'trailing' && kind !== 'oco' ? `${prefix} limit` : prefix
  return `${how} ${side}`
}

/** What the orders are, in the trader's words: "Stop sell 3.50 SOL at 138.00". */
export function titleOf(fields: TicketFields, base: Base, prices: Prices, market: MarketView): string {
  return `${action(fields)} ${sizeOf(base, market)} ${market.baseSymbol} ${where(fields, prices, market)}`
}

/** What an order that is asked for is called, also while something stands in its way. */
export const titleOfFields = (fields: TicketFields, { order, base }: TitledView, market: TitledMarket): string =>
  order?.title ?? `${action(fields)} ${formatSize(baseText(base), market.params.stepSize)} ${market.baseSymbol}`

type TitledView = { order: { title: string } | null; base: Base }
type TitledMarket = { baseSymbol: string; params: { stepSize: string } }

function where(fields: TicketFields, prices: Prices, market: MarketView): string {
  const at = (field: PriceField): string => priceOf(priceIn(prices, field) ?? 0n, market)
  switch (fields.kind) {
    case 'market':
      return 'at market'
    case 'limit':
      return `at ${at('price')}`
    case 'stop':
    case 'takeProfit':
      return `at ${at('trigger')}`
    case 'trailing':
      return `by ${at('distance')}`
    case 'pegged': {
      const offset = priceIn(prices, 'offset') ?? 0n
      return offset === 0n
        ? 'at the oracle'
        : `${at('offset').replace('−', '')} ${offset < 0n ? 'below' : 'above'} the oracle`
    }
    case 'ladder':
      return `in ${fields.count} orders from ${at('price')} to ${at('lastPrice')}`
    case 'twap':
      return `in ${slicesOf(fields) ?? 0} slices over ${fields.duration} min`
    case 'oco':
      return `at ${at('price')} or ${at('trigger')}`
  }
}

export function submitLabel(fields: TicketFields, base: Base, estimate: Estimate | null, market: MarketView): string {
  // What waits trades at a price of its own time.
  const isSaid = estimate !== null && !KINDS[fields.kind].waits
  const value = isSaid ? ` · ${formatUsd(quoteText(estimate.value))}` : ''
  return `${action(fields)} ${sizeOf(base, market)} ${market.baseSymbol}${value}`
}
