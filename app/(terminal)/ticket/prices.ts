import { type Base, PRICE_DECIMALS, type Price, QUOTE_DECIMALS } from '#client/units.ts'
import type { Side } from '#server/exchange/schema.ts'
import type { MarketView } from '../account/market-view.ts'
import { nearestStep, type Parsed, type ProtectUnit, parsePositive, parseSigned, type TicketFields } from './fields.ts'
import { KINDS } from './kinds.ts'

/*
 * The prices a ticket of this kind asks for, read from what was typed. Distances may be typed in percent; a price that
 * follows from one is on the tick, a typed one is kept as it is, so that the form can say what is wrong with it.
 */

export type PriceField = 'price' | 'bound' | 'trigger' | 'lastPrice' | 'distance' | 'offset' | 'takeProfit' | 'stopLoss'

/** Of what the kind does not ask for there is nothing. */
export type Prices = Partial<Record<PriceField, Parsed>>

/** Percent with four decimals is a ratio of 1e6. */
const PERCENT_DECIMALS = 4
const PPM = 1_000_000n
const ONE_BASE = 10n ** 9n

const FIELDS: Readonly<Record<TicketFields['kind'], (fields: TicketFields) => readonly PriceField[]>> = {
  market: () => [],
  limit: () => ['price'],
  stop: ({ execution }) => (execution === 'limit' ? ['trigger', 'price'] : ['trigger']),
  takeProfit: ({ execution }) => (execution === 'limit' ? ['trigger', 'price'] : ['trigger']),
  trailing: () => ['distance'],
  pegged: () => ['offset', 'bound'],
  ladder: () => ['price', 'lastPrice'],
  twap: () => ['bound'],
  oco: () => ['price', 'trigger'],
}

/** The price fields a ticket of this kind shows, in their order. */
export const askedPrices = (fields: TicketFields): readonly PriceField[] => FIELDS[fields.kind](fields)

export function readPrices(fields: TicketFields, market: MarketView): Prices {
  const prices: Prices = {}
  for (const field of askedPrices(fields)) prices[field] = readPrice(field, fields, market)
  return prices
}

function readPrice(field: PriceField, fields: TicketFields, market: MarketView): Parsed {
  const isDistance = field === 'distance' || field === 'offset'
  const decimals = isDistance && fields.distanceUnit === 'percent' ? PERCENT_DECIMALS : PRICE_DECIMALS
  const parsed = (field === 'offset' ? parseSigned : parsePositive)(fields[field], decimals)
  if (!isDistance || fields.distanceUnit === 'price' || !('value' in parsed)) return parsed
  const exact = (parsed.value * market.price.price) / PPM
  if (field === 'distance') return { value: nearestStep(exact, market.tickSize) }
  const nearest = nearestStep(exact < 0n ? -exact : exact, market.tickSize)
  return { value: exact < 0n ? -nearest : exact === 0n ? 0n : nearest }
}

/** The value of a field that was asked for and read. */
export function priceIn(prices: Prices, field: PriceField): Price | null {
  const parsed = prices[field]
  return parsed !== undefined && 'value' in parsed ? parsed.value : null
}

/** Where a bracket's children trigger; a field left empty means there is none. */
export function readProtection(
  fields: TicketFields,
  entry: { price: Price; size: Base },
  market: MarketView,
): Pick<Prices, 'takeProfit' | 'stopLoss'> {
  if (!fields.protect || !KINDS[fields.kind].mayProtect) return {}
  const read = (text: string, gains: boolean): Parsed =>
    protectionPrice(text, fields.protectUnit, { ...entry, side: fields.side, gains }, market)
  return { takeProfit: read(fields.takeProfit, true), stopLoss: read(fields.stopLoss, false) }
}

type Protected = { price: Price; size: Base; side: Side; gains: boolean }

/** Price at which a position of `size`, entered at `price`, has gained or lost what `text` says. */
export function protectionPrice(
  text: string,
  unit: ProtectUnit,
  { price, size, side, gains }: Protected,
  { tickSize }: Pick<MarketView, 'tickSize'>,
): Parsed {
  if (unit === 'price') return parsePositive(text, PRICE_DECIMALS)
  const parsed = parsePositive(text, unit === 'percent' ? PERCENT_DECIMALS : QUOTE_DECIMALS)
  if (!('value' in parsed)) return parsed
  if (unit === 'pnl' && size === 0n) return { empty: true }
  const distance = unit === 'percent' ? (parsed.value * price) / PPM : (parsed.value * ONE_BASE) / size
  const at = price + ((side === 'buy') === gains ? distance : -distance)
  return at <= 0n ? { problem: 'belowZero' } : { value: nearestStep(at, tickSize) }
}
