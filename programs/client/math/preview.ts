/** What an order would cost and do, before it is sent. */
import type { Base, Bps, Ppm, Price, Quote } from '../units.ts'
import { maxPoolFill, type PoolFunds, type Side } from './depth.ts'
import { keeperReward, takerFeeOf } from './fees.ts'
import { abs, BASE, ceilDiv, floorDivSigned, min, PPM, RATIO } from './fixed.ts'
import { accountHealth, type Health, isMet, marginRequirement, scaledInitialRatio } from './margin.ts'
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
  /** Health after the fill. */
  readonly initial: Health
  readonly maintenance: Health
  readonly leverage: Bps | null
  readonly liquidationPrice: Price | null
  /** Initial margin allows it while it is open and once it is filled (a taker's fill needs less), or it only closes. */
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

type OrderTerms = { readonly side: Side; readonly limitPrice?: Price; readonly reduceOnly?: boolean }

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
  const whileOpen = accountHealth(withOrder(portfolio, risk, { side, size, reduceOnly }), 'Initial')
  const isAllowed = isReducing(positionIn(portfolio, market).base, base) || (isMet(initial) && isMet(whileOpen))
  return { quote, fee, keeperReward: reward, realisedPnl, initial, isAllowed, after }
}

/** The market's risk as an order that adds to it is judged while it is open. */
function scaledRisk(market: TradedMarket): TradedMarket {
  const { ratios, price, largerOpenInterest, marginScaleFrom, marginScaleTo } = market
  const openInterest = marginRequirement(largerOpenInterest, price.price, Number(RATIO))
  const initial = scaledInitialRatio(ratios.initial, openInterest, marginScaleFrom, marginScaleTo)
  return { ...market, ratios: { ...ratios, initial } }
}

/**
 * Largest size (a multiple of the step, rounded down) of an order that margin and, for a market order, the pool allow
 * now. With a `limitPrice` the pool does not bound it, only `highest` does. Closing is always allowed.
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
  const closing = bounded(limitPrice === undefined ? min(closable, offered(LIQUIDATION_CAP)) : closable)
  if (reduceOnly) return (closing / market.stepSize) * market.stepSize
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
