import type { NewOrder } from '#client/instructions/orders.ts'
import type { Portfolio } from '#client/math/index.ts'
import { parseUnits } from '#client/units.ts'
import type { MarketView } from '../account/market-view.ts'
import { initialFields, type TicketFields } from './fields.ts'
import type { Resting } from './matching.ts'
import { evaluateTicket, type TicketContext, type TicketView } from './model.ts'

/* What the ticket's tests share: a market, an account, and a ticket filled in. */

export const base = (text: string) => parseUnits(text, 9)
export const usd = (text: string) => parseUnits(text, 6)
export const NOW = 1_700_000_000_000

export const SOL: MarketView = {
  market: 'SOL-PERP',
  index: 0,
  baseSymbol: 'SOL',
  status: 'active',
  price: { price: usd('143.27'), confidence: usd('0.02'), ema: usd('143.2') },
  publishedAt: NOW - 400,
  quality: 'valid',
  ratios: { initial: 500, maintenance: 300, liquidationBuffer: 200 },
  stepSize: base('0.01'),
  tickSize: usd('0.01'),
  minNotional: usd('10'),
  maxLeverage: 20,
  depth: base('1000000'),
  baseSpreadPpm: 200,
  confMultiplier: 10_000,
  takerFeePpm: 500,
  makerRebatePpm: 100,
  defaultSlippage: 50,
  takerShare: 10_000,
  rebateShare: 10_000,
  refereeDiscount: 0,
  keeperRewardFlat: 5_000n,
  keeperRewardPpm: 10,
  userNetBase: base('1200'),
  openInterestLong: base('2000'),
  openInterestShort: base('800'),
  openInterestCap: base('100000'),
  largerOpenInterest: base('2000'),
  marginScaleFrom: 0n,
  marginScaleTo: 0n,
  settlementPrice: null,
  allocation: usd('5000000'),
  quoteCash: usd('171000'),
  fundingIndexLong: 0n,
  fundingIndexShort: 0n,
  fundingRateHourly: parseUnits('0.000031', 12),
}

export const NOTHING: Resting = { bids: [], asks: [] }

export const CASH: Portfolio = { quote: usd('5000'), tokens: [], positions: [], openOrders: 0 }

/** The world as the ticket sees it: a funded account in a quiet market, unless said. */
export function context(change: Partial<TicketContext> = {}, market: Partial<MarketView> = {}): TicketContext {
  return {
    market: { ...SOL, ...market },
    portfolio: CASH,
    resting: NOTHING,
    reading: false,
    isolatedMarket: null,
    tradingKeyUntil: null,
    wallet: 'connected',
    now: NOW,
    ...change,
  }
}

export const ticket = (change: Partial<TicketFields> = {}): TicketFields => ({ ...initialFields(), ...change })

export const position = (size: string, entry: string): Portfolio['positions'][number] => ({
  market: 'SOL-PERP',
  price: SOL.price,
  ratios: SOL.ratios,
  base: base(size),
  quoteEntry: usd(entry),
  quoteBreakEven: usd(entry),
  funding: 0n,
  openBids: 0n,
  openAsks: 0n,
})

export const codes = (fields: TicketFields, world: TicketContext): string[] =>
  evaluateTicket(fields, world).problems.map(({ code }) => code)

/** What the ticket shows of these fields. */
export const seen = (fields: Partial<TicketFields>, world = context()): TicketView =>
  evaluateTicket(ticket(fields), world)

/** The orders it would send; throws what stands in their way. */
export function sent(fields: Partial<TicketFields>, world = context()): readonly NewOrder[] {
  const { order, problems } = seen(fields, world)
  if (order === null) throw new Error(problems.map(({ message }) => message).join(' '))
  return order.orders
}

export const warned = (view: TicketView): string[] => view.warnings.map(({ code }) => code)

/** The funded account, holding a long. */
export const long = (size: string, entry: string): TicketContext =>
  context({ portfolio: { ...CASH, positions: [position(size, entry)] } })
