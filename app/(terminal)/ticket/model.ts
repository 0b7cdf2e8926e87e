import { t, word } from '#app/i18n/t.ts'
import { formatPrice } from '#app/ui/format.ts'
import type { NewOrder } from '#client/instructions/orders.ts'
import type { Portfolio } from '#client/math/index.ts'
import { BASE_DECIMALS, type Base, type Price, QUOTE_DECIMALS, type Quote } from '#client/units.ts'
import type { MarketId, Side } from '#server/exchange/schema.ts'
import { answerOf } from '../account/answer.ts'
import { baseText, priceText, quoteText } from '../account/decimal.ts'
import type { MarketView } from '../account/market-view.ts'
import type { TwapTerms } from '../twap/model.ts'
import { type Estimate, estimatePlan, shortageOf, type World } from './estimate.ts'
import { floorStep, type Parsed, parsePositive, type SizeUnit, type TicketFields } from './fields.ts'
import { takesAtOnce } from './kinds.ts'
import { type Resting, takeNow } from './matching.ts'
import { type Plan, planOrders, referencePrice, withProtection, workingLimit } from './plan.ts'
import { type Prices, priceIn, readPrices, readProtection } from './prices.ts'
import { findProblems, type Problem } from './problems.ts'
import { type Protection, protectionOf } from './protection.ts'
import { largestBase } from './size.ts'
import { twapTerms } from './twap-terms.ts'
import { findWarnings, type Warning } from './warnings.ts'
import { submitLabel, titleOf } from './words.ts'

/*
 * The ticket as a pure function: what the trader chose and what the market and the account are now, to what the orders
 * are, what they will cost, and what stands in their way. All amounts are native integers and every formula is the one
 * the program uses, so the figures are what the chain then does at the price it then has.
 */

export type TicketContext = {
  /** Null while the market's price is not known. */
  market: MarketView | null
  /** Null without an account; it is no error to look at a ticket without one. */
  portfolio: Portfolio | null
  /** Resting orders of others. */
  resting: Resting
  /** The wallet's account, or a price its margin depends on, has not arrived yet. */
  reading: boolean
  /** The only market the account may trade; null trades all. */
  isolatedMarket: MarketId | null
  /** Until when a key of this browser may trade for the account, ms; null when none may. */
  tradingKeyUntil: number | null
  wallet: 'none' | 'connected'
  /** On the server's clock, ms. */
  now: number
}

/** What is sent to the chain. */
export type Order = {
  market: MarketId
  marketIndex: number
  side: Side
  /** Placed together, four to an instruction; a bracket's children after their parent. */
  orders: readonly NewOrder[]
  /** The first is filled or dropped at the next price. */
  takesAtOnce: boolean
  /** In the trader's words: "Buy 3.50 SOL at market". */
  title: string
  /** How the browser sends it in slices over time; null for what goes to the chain as it is. */
  twap: TwapTerms | null
}

export type TicketView = {
  /** Null while something stands in the way. */
  order: Order | null
  estimate: Estimate | null
  /** Where the attached take-profit and stop-loss stand, and what they bring. */
  protection: Protection
  /** About the price it trades at: where a distance leads, the middle of a ladder. */
  reference: Price | null
  /** The size in base; 0 while there is none. */
  base: Base
  /** The largest size that will be accepted at this leverage. */
  maxBase: Base
  /** The size as a share of it, 0–100, for the slider. */
  percent: number
  /** First the one to mend first. */
  problems: readonly Problem[]
  /** What to know before sending; none of it stands in the way. */
  warnings: readonly Warning[]
  /** What the button says. */
  label: string
  /** Shown in an empty price field. */
  placeholderPrice: string
}

const NO_MARKET: TicketView = {
  order: null,
  estimate: null,
  protection: { takeProfit: null, stopLoss: null },
  reference: null,
  base: 0n,
  maxBase: 0n,
  percent: 0,
  problems: [],
  warnings: [],
  label: word('Waiting for the price…'),
  placeholderPrice: '',
}
const ONE_BASE = 10n ** 9n

/** The ticket's whole state from its fields and the world. */
export function evaluateTicket(fields: TicketFields, context: TicketContext): TicketView {
  const { market, portfolio, now } = context
  if (market === null || !isPriced(market)) return { ...NO_MARKET, label: t(NO_MARKET.label) }
  const world: World = { market, portfolio, resting: context.resting }
  const { prices, reference, maxBase, base, sizeInput } = measure(fields, world)
  const bare = base === null ? null : planOrders({ fields, prices, base, market, now })
  const entered = bare === null ? null : estimatePlan(bare, fields.side, world)
  const attached = readProtection(fields, { price: entered?.averagePrice ?? 0n, size: base ?? 0n }, market)
  const plan = bare === null ? null : withProtection(bare, fields.side, attached)
  const estimate = plan === bare || plan === null ? entered : estimatePlan(plan, fields.side, world)
  const asked = { ...prices, ...attached }
  const problems = findProblems({ ...context, market, fields, base, sizeInput, prices: asked, plan, estimate })
  const isReady = problems.length === 0 && plan !== null
  return {
    order: isReady ? toOrder(fields, plan, base ?? 0n, prices, market) : null,
    estimate,
    protection: protectionOf(attached, fields.side, entered, base ?? 0n, world),
    reference,
    base: base ?? 0n,
    maxBase,
    percent: maxBase === 0n || base === null ? 0 : Math.min(100, Number((base * 100n) / maxBase)),
    problems,
    warnings: plan === null || estimate === null ? [] : findWarnings({ ...context, fields, plan, estimate, world }),
    label: problems[0]?.label ?? submitLabel(fields, base ?? 0n, estimate, market),
    placeholderPrice: formatPrice(priceText(market.price.price), priceText(market.tickSize)),
  }
}

/** Without a price or a pool there is nothing to quote yet. */
const isPriced = ({ price, depth }: MarketView): boolean => price.price > 0n && price.ema > 0n && depth > 0n

type Measured = { prices: Prices; reference: Price | null; maxBase: Base; sizeInput: Parsed; base: Base | null }

/** The prices, the largest size, and the size in base: 0 while it cannot be said, null when what is typed is no number. */
function measure(fields: TicketFields, world: World): Measured {
  const { market } = world
  const prices = readPrices(fields, market)
  const reference = referencePrice({ fields, prices, market })
  const maxBase = largestIn(fields, prices, reference, world)
  const sizeInput = parsePositive(fields.size, SIZE_DECIMALS[fields.sizeUnit])
  const base = 'value' in sizeInput ? sizeInBase(sizeInput.value, fields, reference, maxBase, world) : null
  return { prices, reference, maxBase, sizeInput, base: 'empty' in sizeInput ? 0n : base }
}

/** The largest size for these prices, by the judgement that the size itself will meet. */
function largestIn(fields: TicketFields, prices: Prices, reference: Price | null, world: World): Base {
  const { market, portfolio } = world
  if (reference === null || reference <= 0n || portfolio === null) return 0n
  const isCarried = (size: Base): boolean => {
    // When it ends has nothing to do with margin.
    const plan = planOrders({ fields, prices, base: size, market, now: 0 })
    return plan !== null && shortageOf(plan, fields.side, { ...world, portfolio }) === 0n
  }
  return largestBase({ fields, reference, market, portfolio, isCarried })
}

export const SIZE_DECIMALS: Readonly<Record<SizeUnit, number>> = {
  base: BASE_DECIMALS,
  quote: QUOTE_DECIMALS,
  percent: 2,
}
const WHOLE_PERCENT = 10_000n

/** A size in USDC or percent rounds down to a step. */
function sizeInBase(value: bigint, fields: TicketFields, reference: Price | null, maxBase: Base, world: World): Base {
  const { stepSize } = world.market
  if (fields.sizeUnit === 'base') return value
  if (fields.sizeUnit === 'percent') return floorStep((maxBase * value) / WHOLE_PERCENT, stepSize)
  const stepValue = orderValue(fields, stepSize, reference, world)
  return stepValue === 0n ? 0n : (value / stepValue) * stepSize
}

/** Text for the size field: this share of the largest size at the fields' leverage, on a step, rounded down. */
export function sizeAtPercent(fields: TicketFields, context: TicketContext, percent: number): string {
  const world = worldOf(context)
  if (world === null || percent <= 0) return ''
  const { reference, maxBase } = measure(fields, world)
  const share = (maxBase * BigInt(Math.round(percent))) / 100n
  return sizeText(fields, floorStep(share, world.market.stepSize), fields.sizeUnit, { reference, maxBase }, world)
}

/** The same size in another unit, for when the unit changes. */
export function sizeInUnit(fields: TicketFields, context: TicketContext, unit: SizeUnit): string {
  const world = worldOf(context)
  if (world === null) return ''
  const { base, ...measured } = measure(fields, world)
  return base === null ? '' : sizeText(fields, base, unit, measured, world)
}

const worldOf = ({ market, portfolio, resting }: TicketContext): World | null =>
  market === null || !isPriced(market) ? null : { market, portfolio, resting }

const CENT = 10_000n

/** In USDC up to the next cent, in percent to the nearest hundredth, so that the text means this size again. */
function sizeText(
  fields: TicketFields,
  base: Base,
  unit: SizeUnit,
  { reference, maxBase }: Pick<Measured, 'reference' | 'maxBase'>,
  world: World,
): string {
  if (base === 0n) return ''
  if (unit === 'base') return baseText(base)
  if (unit === 'percent') return maxBase === 0n ? '' : hundredths((base * WHOLE_PERCENT + maxBase - 1n) / maxBase)
  const value = orderValue(fields, base, reference, world)
  return value === 0n ? '' : quoteText(floorStep(value + CENT - 1n, CENT))
}

const hundredths = (value: bigint): string => quoteText(value * CENT)

/** Value of `base` in this order: what the exchange gives when it takes at once, else at its price; 0 while unknown. */
function orderValue(fields: TicketFields, base: Base, reference: Price | null, { market, resting }: World): Quote {
  if (reference === null) return 0n
  if (!takesAtOnce(fields)) return (base * reference) / ONE_BASE
  const limit = workingLimit({ fields, prices: readPrices(fields, market), market })
  return limit === null ? 0n : (answerOf(() => takeNow(fields.side, base, limit, market, resting).quote) ?? 0n)
}

function toOrder(fields: TicketFields, plan: Plan, base: Base, prices: Prices, market: MarketView): Order {
  return {
    market: market.market,
    marketIndex: market.index,
    side: fields.side,
    orders: plan.orders,
    takesAtOnce: takesAtOnce(fields),
    title: titleOf(fields, base, prices, market),
    twap: fields.kind === 'twap' ? twapTerms(fields, base, priceIn(prices, 'bound'), market) : null,
  }
}
