/** What an order would cost and do, before it is sent. */
import type { Base, Bps, Ppm, Price, Quote } from '../units.ts'
import { maxPoolFill, type PoolFunds, type Side } from './depth.ts'
import { keeperReward, takerFeeOf } from './fees.ts'
import { abs, BASE, ceilDiv, floorDivSigned, min, PPM, RATIO } from './fixed.ts'
import { accountHealth, type Health, isMet, marginRequirement, scaledInitialRatio } from './margin.ts'
import { isWithinLimit, slippageLimit, worstCost } from './orders.ts'
import { halfSpreadPpm, LIQUIDATION_CAP, OPEN_CAP, type PoolCurve, poolQuote } from './pool.ts'
import {
  isReducing,
  largestSize,
  liquidationPrice,
  type MarketRisk,
  type Portfolio,
  positionIn,
  summarise,
  withFill,
  withOrder,
} from './portfolio.ts'

/** Everything about a market that its ticket needs. */
export type TradedMarket = MarketRisk &
  PoolFunds & {
    readonly userNetBase: Base
    readonly depth: Base
    readonly baseSpreadPpm: Ppm
    readonly confMultiplier: Bps
    readonly takerFeePpm: Ppm
    /** How far from the oracle a market order fills that names no price. */
    readonly defaultSlippage: Bps
    /** Of that fee: the trader's tier, and what a trader whom somebody referred pays less. */
    readonly takerShare: Bps
    readonly refereeDiscount: Bps
    readonly keeperRewardFlat: Quote
    readonly keeperRewardPpm: Ppm
    readonly stepSize: Base
    /** Open interest of the larger side, and the notionals between which it raises initial margin. */
    readonly largerOpenInterest: Base
    readonly marginScaleFrom: Quote
    readonly marginScaleTo: Quote
  }

export type OrderPreview = {
  /** Paid (buy) or received (sell) for the base, before fees. */
  readonly quote: Quote
  readonly averagePrice: Price
  /** How much worse than the oracle the average price is, rounded up; negative when better. */
  readonly slippagePpm: Ppm
  readonly fee: Quote
  readonly keeperReward: Quote
  readonly realisedPnl: Quote
  /** Initial health while it is open: what it is placed by. */
  readonly whileOpen: Health
  /** Health after the fill. */
  readonly initial: Health
  readonly maintenance: Health
  readonly leverage: Bps | null
  readonly liquidationPrice: Price | null
  /**
   * It only closes, or Initial margin allows it while it is open. For one that takes this holds what its fill may cost;
   * one that rests must meet Initial again once it is filled.
   */
  readonly isAllowed: boolean
}

/** The pool's curve in this market. @throws MathError InvalidPrice, Overflow. */
export function curveOf(market: TradedMarket): PoolCurve {
  const { price, confidence } = market.price
  return {
    price,
    userNetBase: market.userNetBase,
    depth: market.depth,
    halfSpreadPpm: halfSpreadPpm(price, confidence, market.baseSpreadPpm, market.confMultiplier),
  }
}

type OrderTerms = {
  readonly side: Side
  /** Of an order that rests: it fills at this price at worst. */
  readonly limitPrice?: Price
  /** Of an order that takes, for which the pool's quote counts: the limit it is sent with, else the market's default. */
  readonly worstPrice?: Price
  readonly reduceOnly?: boolean
}

/**
 * An order of `size` filled now: by the pool, or, with a `limitPrice`, at that price (a resting order's worst).
 * @throws MathError as {@link poolQuote}.
 */
export function previewOrder(
  portfolio: Portfolio,
  market: TradedMarket,
  order: OrderTerms & { readonly size: Base },
): OrderPreview {
  const { side, size } = order
  const { after, ...judged } = judgeOrder(portfolio, market, order)
  const averagePrice = size === 0n ? 0n : priceOf(side, judged.quote, size)
  return {
    ...judged,
    averagePrice,
    slippagePpm: size === 0n ? 0 : slippagePpm(side, averagePrice, market.price.price),
    maintenance: accountHealth(after, 'Maintenance'),
    leverage: summarise(after).leverage,
    liquidationPrice: liquidationPrice(after, market.market),
  }
}

/** Whether the pool would fill a limit order's first step, which makes it one that takes. */
function crosses(market: TradedMarket, side: Side, limitPrice: Price): boolean {
  const { stepSize } = market
  const quote = poolQuote(curveOf(market), side === 'buy' ? stepSize : -stepSize)
  return isWithinLimit(side, stepSize, quote, limitPrice)
}

/** What of the account's margin an order keeps for its fill. */
function keptFor(
  market: TradedMarket,
  { side, size, limitPrice, ...order }: OrderTerms & { readonly size: Base },
): Quote {
  if (order.reduceOnly || (limitPrice !== undefined && !crosses(market, side, limitPrice))) return 0n
  const oracle = market.price.price
  const limit = limitPrice ?? order.worstPrice ?? slippageLimit(side, oracle, market.defaultSlippage)
  return worstCost(side, size, limit, oracle, market.takerFeePpm)
}

/** The fill and whether margin allows it; a search over sizes asks no more. */
function judgeOrder(portfolio: Portfolio, market: TradedMarket, order: OrderTerms & { readonly size: Base }) {
  const { side, size, limitPrice, reduceOnly = false } = order
  const base = side === 'buy' ? size : -size
  const quote = limitPrice === undefined ? poolQuote(curveOf(market), base) : quoteAt(side, size, limitPrice)
  const reward = keeperReward(quote, market.keeperRewardFlat, market.keeperRewardPpm)
  const fee = takerFeeOf(quote, market.takerFeePpm, market.takerShare, market.refereeDiscount, 0).paid
  const { portfolio: after, realisedPnl } = withFill(portfolio, market, { base, quote, fee: fee + reward })
  const initial = accountHealth(after, 'Initial')
  const risk = reduceOnly ? market : scaledRisk(market)
  const cost = keptFor(market, order)
  const whileOpen = accountHealth(withOrder(portfolio, risk, { side, size, reduceOnly, cost }), 'Initial')
  const isCarried = isMet(whileOpen) && (limitPrice === undefined || isMet(initial))
  const isAllowed = isReducing(positionIn(portfolio, market).base, base) || isCarried
  return { quote, fee, keeperReward: reward, realisedPnl, whileOpen, initial, isAllowed, after }
}

/** The market's risk as an order that adds to it is judged while it is open. */
export function scaledRisk(market: TradedMarket): TradedMarket {
  const { ratios, price, largerOpenInterest, marginScaleFrom, marginScaleTo } = market
  const openInterest = marginRequirement(largerOpenInterest, price.price, Number(RATIO))
  const initial = scaledInitialRatio(ratios.initial, openInterest, marginScaleFrom, marginScaleTo)
  return { ...market, ratios: { ...ratios, initial } }
}

/**
 * Largest size (a multiple of the step, rounded down) of an order that margin and, for a market order, the pool allow
 * now. With a `limitPrice` the pool does not bound it, only `highest` does. Closing is always allowed, and what only
 * closes goes on at the next price where the pool cuts it.
 * @throws MathError as {@link previewOrder}.
 */
export function maxOrderSize(
  portfolio: Portfolio,
  market: TradedMarket,
  order: OrderTerms & { readonly highest?: Base },
): Base {
  const { side, limitPrice, reduceOnly = false, highest } = order
  const held = positionIn(portfolio, market).base
  const closable = held !== 0n && held > 0n === (side === 'sell') ? abs(held) : 0n
  const bounded = (size: Base): Base => (highest === undefined ? size : min(size, highest))
  const offered = (cap: Bps): Base => maxPoolFill(curveOf(market), market, side, cap)
  if (reduceOnly) return (bounded(closable) / market.stepSize) * market.stepSize
  const closing = bounded(limitPrice === undefined ? min(closable, offered(LIQUIDATION_CAP)) : closable)
  const limit = bounded(limitPrice === undefined ? offered(OPEN_CAP) : affordable(portfolio, market, limitPrice))
  return largestSize(
    closing,
    limit,
    market.stepSize,
    (size) => judgeOrder(portfolio, market, { ...order, size }).isAllowed,
  )
}

/** A bound above any size that margin could allow at this price: twice what the free equity carries, plus what is held. */
function affordable(portfolio: Portfolio, market: TradedMarket, price: Price): Base {
  const { equity } = summarise(portfolio)
  if (equity <= 0n || market.ratios.initial === 0) return abs(positionIn(portfolio, market).base)
  const carried = (2n * equity * RATIO * BASE) / (BigInt(market.ratios.initial) * min(price, market.price.price))
  return carried + 2n * abs(positionIn(portfolio, market).base)
}

function quoteAt(side: Side, size: Base, price: Price): Quote {
  return side === 'buy' ? ceilDiv(size * price, BASE) : (size * price) / BASE
}

function priceOf(side: Side, quote: Quote, size: Base): Price {
  return side === 'buy' ? ceilDiv(quote * BASE, size) : (quote * BASE) / size
}

function slippagePpm(side: Side, average: Price, oracle: Price): Ppm {
  const worse = side === 'buy' ? average - oracle : oracle - average
  return Number(-floorDivSigned(-worse * PPM, oracle))
}
