import { formatPrice, formatSize, formatUsd } from '#app/ui/format.ts'
import { type Portfolio, slippageLimit } from '#client/math/index.ts'
import { BASE_DECIMALS, type Base, PRICE_DECIMALS, type Price, QUOTE_DECIMALS, type Quote } from '#client/units.ts'
import type { MarketId, OrderType, Side } from '#server/exchange/schema.ts'
import { baseText, priceText, quoteText } from '../account/decimal.ts'
import type { MarketView } from '../account/market-view.ts'
import { type Estimate, estimateOrder, poolValue } from './estimate.ts'
import { floorStep, parsePositive, type TicketFields } from './fields.ts'
import { findProblems, type Problem } from './problems.ts'
import { largestBase, takesAtOnce } from './size.ts'

/*
 * The ticket as a pure function: what the trader chose and what the market and the account are now, to what the order
 * is, what it will cost, and what stands in its way. All amounts are native integers and every formula is the one the
 * program uses, so the figures are what the chain then does at the price it then has.
 */

export type TicketContext = {
  /** Null while the market's price is not known. */
  market: MarketView | null
  /** Null without an account; it is no error to look at a ticket without one. */
  portfolio: Portfolio | null
  /** The wallet's account, or a price its margin depends on, has not arrived yet. */
  reading: boolean
  wallet: 'none' | 'connected'
  /** On the server's clock, ms. */
  now: number
}

/** What is sent to the chain. */
export type Order = {
  market: MarketId
  marketIndex: number
  side: Side
  type: OrderType
  base: Base
  /** No fill is worse for the trader than this. */
  limitPrice: Price
  reduceOnly: boolean
  postOnly: boolean
  timeInForce: 'gtc' | 'ioc'
  /** In the trader's words: "Buy 3.50 SOL at market". */
  title: string
}

export type TicketView = {
  /** Null while something stands in the way. */
  order: Order | null
  estimate: Estimate | null
  /** The largest size that will be accepted at this leverage. */
  maxBase: Base
  /** The size as a share of it, 0–100, for the slider. */
  percent: number
  /** First the one to mend first. */
  problems: readonly Problem[]
  /** What the button says. */
  label: string
  /** Shown in an empty price field. */
  placeholderPrice: string
}

const NO_MARKET: TicketView = {
  order: null,
  estimate: null,
  maxBase: 0n,
  percent: 0,
  problems: [],
  label: 'Waiting for the price…',
  placeholderPrice: '',
}
const ONE_BASE = 10n ** 9n

/** The ticket's whole state from its fields and the world. */
export function evaluateTicket(fields: TicketFields, context: TicketContext): TicketView {
  const { market, portfolio } = context
  if (market === null || !isPriced(market)) return NO_MARKET
  const limitPrice = workingPrice(fields, market)
  const base = sizeInBase(fields, market, limitPrice)
  const maxBase = limitPrice === null ? 0n : largestBase(fields, limitPrice, market, portfolio)
  const estimate = base && limitPrice ? estimateOrder(fields, base, limitPrice, market, portfolio) : null
  const problems = findProblems({ ...context, market, fields, base, limitPrice, estimate })
  const order = problems.length === 0 && base && limitPrice ? toOrder(fields, base, limitPrice, market) : null
  return {
    order,
    estimate,
    maxBase,
    percent: maxBase === 0n || base === null ? 0 : Math.min(100, Number((base * 100n) / maxBase)),
    problems,
    label: problems[0]?.label ?? submitLabel(fields, base ?? 0n, estimate, market),
    placeholderPrice: formatPrice(priceText(market.price.price), priceText(market.tickSize)),
  }
}

/** Without a price or a pool there is nothing to quote yet. */
const isPriced = ({ price, depth }: MarketView): boolean => price.price > 0n && price.ema > 0n && depth > 0n

/** Text for the size field: this share of the largest size at the fields' leverage, on a step, rounded down. */
export function sizeAtPercent(fields: TicketFields, { market, portfolio }: TicketContext, percent: number): string {
  const limitPrice = market === null || !isPriced(market) ? null : workingPrice(fields, market)
  if (market === null || limitPrice === null || percent <= 0) return ''
  const share = (largestBase(fields, limitPrice, market, portfolio) * BigInt(Math.round(percent))) / 100n
  return sizeText(fields, floorStep(share, market.stepSize), limitPrice, market, fields.sizeUnit)
}

/** The same size in another unit, for when the unit changes. */
export function sizeInUnit(fields: TicketFields, { market }: TicketContext, unit: TicketFields['sizeUnit']): string {
  const limitPrice = market === null ? null : workingPrice(fields, market)
  const base = market === null ? null : sizeInBase(fields, market, limitPrice)
  return market === null || limitPrice === null || base === null ? '' : sizeText(fields, base, limitPrice, market, unit)
}

const CENT = 10_000n

/** In USDC up to the next cent, so that the text means this size again. */
function sizeText(
  fields: TicketFields,
  base: Base,
  limitPrice: Price,
  market: MarketView,
  unit: 'base' | 'quote',
): string {
  if (base === 0n) return ''
  if (unit === 'base') return baseText(base)
  return quoteText(floorStep(orderValue(fields, base, limitPrice, market) + CENT - 1n, CENT))
}

/** The limit price as typed, or the worst price a market order accepts; null when none can be said. */
export function workingPrice(fields: TicketFields, market: MarketView): Price | null {
  if (fields.type === 'market') {
    return slippageLimit(fields.side, market.price.price, fields.slippageBps, market.tickSize)
  }
  const parsed = parsePositive(fields.price, PRICE_DECIMALS)
  return 'value' in parsed ? parsed.value : null
}

/** Base of the size field; 0 when it is empty, null when it is no number. A size in USDC rounds down to a step. */
function sizeInBase(fields: TicketFields, market: MarketView, limitPrice: Price | null): Base | null {
  const parsed = parsePositive(fields.size, fields.sizeUnit === 'base' ? BASE_DECIMALS : QUOTE_DECIMALS)
  if ('empty' in parsed) return 0n
  if ('problem' in parsed) return null
  if (fields.sizeUnit === 'base') return parsed.value
  if (limitPrice === null) return 0n
  const stepValue = orderValue(fields, market.stepSize, limitPrice, market)
  return stepValue === 0n ? 0n : (parsed.value / stepValue) * market.stepSize
}

/** Value of `base` in this order: the pool's quote when it takes at once, else at its price. */
function orderValue(fields: TicketFields, base: Base, limitPrice: Price, market: MarketView): Quote {
  if (!takesAtOnce(fields)) return (base * limitPrice) / ONE_BASE
  return poolValue(fields.side, base, market) ?? 0n
}

function toOrder(fields: TicketFields, base: Base, limitPrice: Price, market: MarketView): Order {
  const size = formatSize(baseText(base), baseText(market.stepSize))
  const where =
    fields.type === 'market' ? 'at market' : `at ${formatPrice(priceText(limitPrice), priceText(market.tickSize))}`
  return {
    market: market.market,
    marketIndex: market.index,
    side: fields.side,
    type: fields.type,
    base,
    limitPrice,
    reduceOnly: fields.reduceOnly,
    postOnly: fields.postOnly,
    timeInForce: fields.timeInForce,
    title: `${verb(fields.side)} ${size} ${market.baseSymbol} ${where}`,
  }
}

export const verb = (side: Side): string => (side === 'buy' ? 'Buy' : 'Sell')

function submitLabel(fields: TicketFields, base: Base, estimate: Estimate | null, market: MarketView): string {
  const size = formatSize(baseText(base), baseText(market.stepSize))
  const value = estimate === null ? '' : ` · ${formatUsd(quoteText(estimate.value))}`
  return `${verb(fields.side)} ${size} ${market.baseSymbol}${value}`
}
