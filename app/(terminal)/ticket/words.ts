import { t, word } from '#app/i18n/t.ts'
import { formatPrice, formatSize, formatUsd } from '#app/ui/format.ts'
import type { Base } from '#client/units.ts'
import type { Side } from '#server/exchange/schema.ts'
import { baseText, priceText, quoteText } from '../account/decimal.ts'
import type { MarketView } from '../account/market-view.ts'
import type { Estimate } from './estimate.ts'
import type { TicketFields } from './fields.ts'
import { KINDS, type TicketKind } from './kinds.ts'
import { type PriceField, type Prices, priceIn } from './prices.ts'
import { slicesOf } from './twap-terms.ts'

export const sizeOf = (base: Base, market: MarketView): string => formatSize(baseText(base), baseText(market.stepSize))

/** "3.50 SOL" */
export const amountOf = (base: Base, market: MarketView): string => `${sizeOf(base, market)} ${market.baseSymbol}`

export const priceOf = (price: bigint, market: MarketView): string =>
  formatPrice(priceText(price), priceText(market.tickSize))

type Actions = Readonly<Record<Side, string>>

const PLAIN: Actions = { buy: word('Buy {size}'), sell: word('Sell {size}') }
const ACTIONS: Readonly<Record<TicketKind, Actions>> = {
  market: PLAIN,
  limit: PLAIN,
  stop: { buy: word('Stop buy {size}'), sell: word('Stop sell {size}') },
  takeProfit: { buy: word('Take profit buy {size}'), sell: word('Take profit sell {size}') },
  trailing: { buy: word('Trailing stop buy {size}'), sell: word('Trailing stop sell {size}') },
  pegged: { buy: word('Pegged buy {size}'), sell: word('Pegged sell {size}') },
  ladder: { buy: word('Scaled buy {size}'), sell: word('Scaled sell {size}') },
  twap: { buy: word('TWAP buy {size}'), sell: word('TWAP sell {size}') },
  oco: { buy: word('OCO buy {size}'), sell: word('OCO sell {size}') },
}
/** Of those that become a limit order once they are set off. */
const LIMIT_ACTIONS: Readonly<Partial<Record<TicketKind, Actions>>> = {
  stop: { buy: word('Stop limit buy {size}'), sell: word('Stop limit sell {size}') },
  takeProfit: { buy: word('Take profit limit buy {size}'), sell: word('Take profit limit sell {size}') },
}

/** "Buy 3.50 SOL", "Stop sell 3.50 SOL", "Take profit limit buy 3.50 SOL". */
function action({ kind, side, execution }: TicketFields, size: string): string {
  const actions = execution === 'limit' ? (LIMIT_ACTIONS[kind] ?? ACTIONS[kind]) : ACTIONS[kind]
  return t(actions[side], { size })
}

/** What the orders are, in the trader's words: "Stop sell 3.50 SOL at 138.00". */
export function titleOf(fields: TicketFields, base: Base, prices: Prices, market: MarketView): string {
  const order = action(fields, amountOf(base, market))
  const at = (field: PriceField): string => priceOf(priceIn(prices, field) ?? 0n, market)
  switch (fields.kind) {
    case 'market':
      return t('{order} at market', { order })
    case 'limit':
      return t('{order} at {price}', { order, price: at('price') })
    case 'stop':
    case 'takeProfit':
      return t('{order} at {price}', { order, price: at('trigger') })
    case 'trailing':
      return t('{order} by {distance}', { order, distance: at('distance') })
    case 'pegged': {
      const offset = priceIn(prices, 'offset') ?? 0n
      if (offset === 0n) return t('{order} at the oracle', { order })
      const distance = at('offset').replace('−', '')
      return t(offset < 0n ? '{order} {distance} below the oracle' : '{order} {distance} above the oracle', {
        order,
        distance,
      })
    }
    case 'ladder':
      return t('{order} in {count} orders from {first} to {last}', {
        order,
        count: fields.count,
        first: at('price'),
        last: at('lastPrice'),
      })
    case 'twap':
      return t('{order} in {count} slices over {minutes} min', {
        order,
        count: slicesOf(fields) ?? 0,
        minutes: fields.duration,
      })
    case 'oco':
      return t('{order} at {price} or {trigger}', { order, price: at('price'), trigger: at('trigger') })
  }
}

/** What an order that is asked for is called, also while something stands in its way. */
export const titleOfFields = (fields: TicketFields, { order, base }: TitledView, market: TitledMarket): string =>
  order?.title ??
  action(fields, formatSize(baseText(base), market.params.stepSize, { suffix: ` ${market.baseSymbol}` }))

type TitledView = { order: { title: string } | null; base: Base }
type TitledMarket = { baseSymbol: string; params: { stepSize: string } }

export function submitLabel(fields: TicketFields, base: Base, estimate: Estimate | null, market: MarketView): string {
  // What waits trades at a price of its own time.
  const isSaid = estimate !== null && !KINDS[fields.kind].waits
  const value = isSaid ? ` · ${formatUsd(quoteText(estimate.value))}` : ''
  return `${action(fields, amountOf(base, market))}${value}`
}
