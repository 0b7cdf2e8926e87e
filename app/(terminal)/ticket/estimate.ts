import { ceilDiv, max } from '#client/math/fixed.ts'
import {
  accountHealth,
  type Health,
  isReducing,
  keeperReward,
  liquidationPrice,
  makerRebateOf,
  type Portfolio,
  positionIn,
  scaledRisk,
  shortage,
  takerFeeOf,
  withFill,
  withOrder,
} from '#client/math/index.ts'
import { costOfTaking } from '#client/order-rules.ts'
import type { Base, Ppm, Price, Quote } from '#client/units.ts'
import type { Side } from '#server/exchange/schema.ts'
import { answerOf } from '../account/answer.ts'
import { abs } from '../account/decimal.ts'
import { FUNDING_RATE_DECIMALS, type MarketView } from '../account/market-view.ts'
import { marginUsed } from '../account/portfolio.ts'
import { distanceBps } from '../account/position-figures.ts'
import { crossesPool, type Resting, takeNow } from './matching.ts'
import type { Entry, Plan } from './plan.ts'

const ONE_BASE = 10n ** 9n
const PPM = 1_000_000n

/** What a plan costs and leads to. */
export type Estimate = {
  averagePrice: Price
  /** How much worse than the oracle, when it trades, the average price is, rounded up; negative when better. */
  slippagePpm: Ppm
  /** Quote paid or received, before fees. */
  value: Quote
  /** Trading fee; negative is a rebate. */
  fee: Quote
  keeperReward: Quote
  /** Whether it trades at the next price; else it rests, or waits for its trigger, and the figures are those of its fill. */
  way: 'now' | 'rests' | 'waits'
  /** Base that trades at the next price, and what of it resting orders of others fill. */
  atOnce: Base
  fromMakers: Base
  /** Profit or loss of what it closes, and of the other order of a pair. */
  realisedPnl: Quote
  realisedOtherwise: Quote | null
  /** Null without an account, or when no price of this market can liquidate it. */
  liquidationPrice: Price | null
  /** (liquidation − oracle) / oracle, ratio 1e4. */
  liquidationDistanceBps: bigint | null
  /** Initial requirement as a share of collateral, ratio 1e4; null without an account. */
  marginBefore: bigint | null
  marginAfter: bigint | null
  /** Collateral that Initial margin lacks for it; 0 when it is allowed. */
  missingMargin: Quote
  /** What the order's value pays (−) or earns (+) in a day at the present rate. */
  fundingPerDay: Quote
}

/** Everything an estimate is made from besides the plan. */
export type World = {
  market: MarketView
  portfolio: Portfolio | null
  resting: Resting
}

const NO_PORTFOLIO: Portfolio = { quote: 0n, tokens: [], positions: [], openOrders: 0 }

/** @returns null where the formulas have no answer for this size or price: the program could not take it either. */
export function estimatePlan(plan: Plan, side: Side, world: World): Estimate | null {
  return answerOf(() => estimate(plan, side, world))
}

function estimate(plan: Plan, side: Side, world: World): Estimate {
  const { market, portfolio } = world
  const before = portfolio ?? NO_PORTFOLIO
  const [entries, otherwise] = plan.outcomes
  const { after, trades } = play(entries ?? [], side, { ...world, portfolio: before })
  const total = (pick: (trade: Trade) => bigint): bigint => trades.reduce((sum, trade) => sum + pick(trade), 0n)
  const [value, size] = [total((trade) => trade.quote), total((trade) => trade.size)]
  const oracle = entries?.[0]?.oracle ?? market.price.price
  const averagePrice = priceOf(side, value, size)
  const placed = placement(plan, side, market, before)
  const liquidation = portfolio === null ? null : liquidationPrice(after, market.market)
  const way = wayOf(trades)
  return {
    averagePrice,
    slippagePpm: slippagePpm(side, averagePrice, oracle),
    value,
    fee: total((trade) => trade.fee),
    keeperReward: total((trade) => trade.reward),
    way,
    atOnce: total((trade) => trade.atOnce),
    fromMakers: total((trade) => trade.fromMakers),
    realisedPnl: realised(trades),
    realisedOtherwise:
      otherwise === undefined ? null : realised(play(otherwise, side, { ...world, portfolio: before }).trades),
    liquidationPrice: liquidation,
    liquidationDistanceBps: liquidation === null ? null : distanceBps(market.price.price, liquidation),
    marginBefore: portfolio === null ? null : marginUsed(portfolio, 'Initial'),
    marginAfter: portfolio === null ? null : used(way === 'now' ? accountHealth(after, 'Initial') : placed.whileOpen),
    missingMargin: portfolio === null ? 0n : missingMargin(placed, after, trades, before, market),
    fundingPerDay: fundingPerDay(side, value, market.fundingRateHourly),
  }
}

type Trade = {
  entry: Entry
  size: Base
  /** What of it trades at the next price. */
  atOnce: Base
  fillsNow: boolean
  quote: Quote
  fee: Quote
  reward: Quote
  fromMakers: Base
  realisedPnl: Quote
}

/** Lets every fill of an outcome happen, one after the other. @throws MathError where a formula has no answer. */
export function play(
  entries: readonly Entry[],
  side: Side,
  { market, portfolio, resting }: World & { portfolio: Portfolio },
): { after: Portfolio; trades: Trade[] } {
  let after = portfolio
  const trades: Trade[] = []
  for (const entry of entries) {
    const offer = offerTo(entry, side, market, resting)
    const { fee, reward } = costsOf(entry, offer.quote, market)
    const size = entry.takes ? offer.size : entry.size
    const base = side === 'buy' ? size : -size
    const fill = withFill(after, market, { base, quote: offer.quote, fee: fee + reward })
    after = fill.portfolio
    trades.push({
      entry,
      ...offer,
      size,
      atOnce: entry.waits ? 0n : offer.size,
      fee,
      reward,
      realisedPnl: fill.realisedPnl,
    })
  }
  return { after, trades }
}

const realised = (trades: readonly Trade[]): Quote => trades.reduce((sum, trade) => sum + trade.realisedPnl, 0n)

const NO_RESTING: Resting = { bids: [], asks: [] }
const NONE = { size: 0n, quote: 0n, fromMakers: 0n }
const ANY_PRICE = { buy: 2n ** 63n - 1n, sell: 0n } as const

/** What the exchange gives for it when it trades: the pool and the book, or its own limit when it has to wait for that. */
function offerTo(entry: Entry, side: Side, market: MarketView, resting: Resting) {
  const { size, oracle, limit, takes, waits, postOnly, isMarket } = entry
  const then = waits ? { ...market, price: { ...market.price, price: oracle } } : market
  // A market order is told its price whole, whatever its limit: the ticket refuses what would be cut.
  const worst = limit === null || isMarket ? ANY_PRICE[side] : limit
  const taken = postOnly ? NONE : takeNow(side, size, worst, then, waits ? NO_RESTING : resting)
  if (limit === null || takes) return { ...taken, fillsNow: !waits }
  const left = size - taken.size
  const quote = taken.quote + (left === 0n ? 0n : quoteAt(side, left, limit))
  return { ...taken, quote, fillsNow: !waits && left === 0n }
}

/** A post-only order is never a taker: it earns the maker's rebate and owes no keeper. */
function costsOf({ postOnly, parts }: Entry, quote: Quote, market: MarketView): { fee: Quote; reward: Quote } {
  if (postOnly) return { fee: -makerRebateOf(quote, market.makerRebatePpm, market.rebateShare), reward: 0n }
  const { paid } = takerFeeOf(quote, market.takerFeePpm, market.takerShare, market.refereeDiscount, 0)
  const reward = keeperReward(quote, market.keeperRewardFlat, market.keeperRewardPpm)
  return { fee: paid, reward: reward + market.keeperRewardFlat * BigInt(parts - 1) }
}

const wayOf = (trades: readonly Trade[]): Estimate['way'] =>
  trades.every(({ fillsNow }) => fillsNow) ? 'now' : trades.some(({ entry }) => entry.waits) ? 'waits' : 'rests'

/**
 * The account with all orders of the plan open, and what Initial margin lacks: for placing them together, with what those
 * keep for their fill that nobody can take back, and for holding what those make of it that rest first.
 */
function placement(plan: Plan, side: Side, market: MarketView, before: Portfolio) {
  const opening = plan.orders.filter((order) => order.reduceOnly !== true)
  const reduceOnly = opening.length === 0
  const size = opening.reduce((sum, order) => sum + order.size, 0n)
  const cost = reduceOnly ? 0n : plan.outcomes.flat().reduce((sum, entry) => sum + keptFor(entry, side, market), 0n)
  const crowded = { ...before, openOrders: before.openOrders + plan.orders.length - 1 }
  const open = withOrder(crowded, reduceOnly ? market : scaledRisk(market), { side, size, reduceOnly, cost })
  const whileOpen = accountHealth(open, 'Initial')
  return { whileOpen, missing: reduceOnly ? 0n : shortage(whileOpen) }
}

/** What of margin an order keeps that takes, or will once it is set off. */
function keptFor({ size, oracle, limit, waits, takes, postOnly }: Entry, side: Side, market: MarketView): Quote {
  if (!waits && !takes && (postOnly || limit === null || !crossesPool(side, limit, market))) return 0n
  const stage = waits ? ('awaitingTrigger' as const) : ('active' as const)
  const order = {
    side,
    stage,
    triggerPrice: waits ? oracle : 0n,
    limitPrice: limit ?? 0n,
    pegged: false,
    pegOffset: 0n,
  }
  return costOfTaking(order, size, market)
}

/** Initial margin that an order lacks while it is open, or that one which rests would lack once it has filled. */
function missingMargin(
  placed: { missing: Quote },
  after: Portfolio,
  trades: readonly Trade[],
  before: Portfolio,
  market: MarketView,
): Quote {
  const rest = trades.filter(({ entry, fillsNow }) => !entry.waits && !fillsNow)
  const held = positionIn(before, market).base
  const change = positionIn(after, market).base - held
  if (rest.length === 0 || isReducing(held, change)) return placed.missing
  return max(placed.missing, shortage(accountHealth(after, 'Initial')))
}

const used = ({ collateral, requirement }: Health): bigint =>
  collateral <= requirement ? (requirement === 0n ? 0n : 10_000n) : (requirement * 10_000n) / collateral

const quoteAt = (side: Side, size: Base, price: Price): Quote =>
  side === 'buy' ? ceilDiv(size * price, ONE_BASE) : (size * price) / ONE_BASE

function priceOf(side: Side, quote: Quote, size: Base): Price {
  if (size === 0n) return 0n
  return side === 'buy' ? ceilDiv(quote * ONE_BASE, size) : (quote * ONE_BASE) / size
}

function slippagePpm(side: Side, average: Price, oracle: Price): Ppm {
  const worse = side === 'buy' ? average - oracle : oracle - average
  return Number(worse > 0n ? ceilDiv(worse * PPM, oracle) : -(abs(worse) * PPM) / oracle)
}

/** `rateHourly`: ratio 1e12, positive = longs pay. A payment rounds up, a receipt down. */
export function fundingPerDay(side: Side, value: Quote, rateHourly: bigint): Quote {
  const paid = value * rateHourly * 24n * (side === 'buy' ? 1n : -1n)
  const scale = 10n ** BigInt(FUNDING_RATE_DECIMALS)
  return paid > 0n ? -((paid + scale - 1n) / scale) : -paid / scale
}

/**
 * What Initial margin lacks for placing the plan and for holding what it makes: the estimate's own judgement, without its
 * figures, for a search over sizes. Null where a formula has no answer.
 */
export function shortageOf(plan: Plan, side: Side, world: World & { portfolio: Portfolio }): Quote | null {
  return answerOf(() => {
    const { market, portfolio } = world
    const placed = placement(plan, side, market, portfolio)
    const [entries] = plan.outcomes
    const mayRest = entries?.some(({ takes, waits }) => !takes && !waits) ?? false
    if (placed.missing > 0n || !mayRest) return placed.missing
    const { after, trades } = play(entries ?? [], side, world)
    return missingMargin(placed, after, trades, portfolio, market)
  })
}
