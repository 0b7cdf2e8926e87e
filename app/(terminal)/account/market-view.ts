import {
  emaGap,
  isEquityBelow,
  maxFillAge,
  poolEquity,
  REDUCE_ONLY_EQUITY,
  type TradedMarket,
} from '#client/math/index.ts'
import { type Base, type Bps, type Ppm, type Price, parseUnits, type Quote } from '#client/units.ts'
import type { MarketDto, MarketId, MarketStatus } from '#server/exchange/schema.ts'
import type { PriceDto } from '#server/oracle/schema.ts'
import { toBase, toPrice, toQuote } from './decimal.ts'

/** A market and its oracle price in native units: what the pool and margin formulas are fed with, and what a ticket asks. */
export type MarketView = TradedMarket & {
  readonly market: MarketId
  readonly index: number
  readonly baseSymbol: string
  readonly status: MarketStatus
  readonly tickSize: Price
  readonly minNotional: Quote
  readonly makerRebatePpm: Ppm
  /** The share of that rebate which the trader's tier gets, 1e4. */
  readonly rebateShare: Bps
  readonly maxLeverage: number
  readonly openInterestCap: Base
  readonly openInterestLong: Base
  readonly openInterestShort: Base
  /** Cumulative, 1e9. */
  readonly fundingIndexLong: bigint
  readonly fundingIndexShort: bigint
  /** Signed ratio of notional, 1e12; positive = longs pay. */
  readonly fundingRateHourly: bigint
  readonly publishedAt: number
  readonly quality: PriceDto['quality']
  /** The one price of a market that is wound down, null while it trades. */
  readonly settlementPrice: Price | null
}

const ONE_BASE = 10n ** 9n
const INDEX_DECIMALS = 9
const RATIO_DECIMALS = 4
const WHOLE_BPS = 10_000
export const FUNDING_RATE_DECIMALS = 12

type Parameters = Omit<MarketView, 'price' | 'publishedAt' | 'quality'>
type Oracle = Pick<MarketView, 'price' | 'publishedAt' | 'quality'>
const parameters = new WeakMap<MarketDto, Parameters>()
const oracles = new WeakMap<PriceDto, Oracle>()

/** Parsed once per message, however many panels ask. */
export function marketView(market: MarketDto, price: PriceDto): MarketView {
  const known = parameters.get(market) ?? parseMarket(market)
  parameters.set(market, known)
  const oracle = oracles.get(price) ?? parsePrice(price)
  oracles.set(price, oracle)
  return { ...known, ...oracle }
}

function parseMarket({ market, index, baseSymbol, status, settlementPrice, params, state }: MarketDto): Parameters {
  return {
    settlementPrice: settlementPrice === null ? null : toPrice(settlementPrice),
    market,
    index,
    baseSymbol,
    status,
    stepSize: toBase(params.stepSize),
    tickSize: toPrice(params.tickSize),
    minNotional: toQuote(params.minNotional),
    depth: toBase(params.depthK),
    baseSpreadPpm: params.spreadPpm,
    confMultiplier: Number(parseUnits(params.confMultiplier, RATIO_DECIMALS)),
    takerFeePpm: params.takerFeePpm,
    defaultSlippage: params.defaultSlippageBps,
    makerRebatePpm: -params.makerFeePpm,
    // The first tier's, without a referrer: a trader's own is on the chain only (`useFeeTerms`), and never worse.
    takerShare: WHOLE_BPS,
    rebateShare: WHOLE_BPS,
    refereeDiscount: 0,
    keeperRewardFlat: toQuote(params.keeperRewardFlat),
    keeperRewardPpm: params.keeperRewardPpm,
    ratios: {
      initial: params.initialMarginBps,
      maintenance: params.maintenanceMarginBps,
      liquidationBuffer: params.liquidationBufferBps,
    },
    maxLeverage: params.maxLeverage,
    openInterestCap: toBase(params.maxOpenInterest),
    openInterestLong: toBase(state.openInterestLong),
    openInterestShort: toBase(state.openInterestShort),
    largerOpenInterest: max(toBase(state.openInterestLong), toBase(state.openInterestShort)),
    marginScaleFrom: toQuote(params.marginScaleFrom),
    marginScaleTo: toQuote(params.marginScaleTo),
    userNetBase: toBase(state.userNetBase),
    allocation: toQuote(state.poolAllocation),
    quoteCash: toQuote(state.poolQuoteCash),
    fundingIndexLong: parseUnits(state.fundingIndexLong, INDEX_DECIMALS),
    fundingIndexShort: parseUnits(state.fundingIndexShort, INDEX_DECIMALS),
    fundingRateHourly: parseUnits(state.fundingRateHourly, FUNDING_RATE_DECIMALS),
  }
}

const max = (a: bigint, b: bigint): bigint => (a > b ? a : b)

function parsePrice({ price, confidence, emaPrice, publishedAt, quality }: PriceDto): Oracle {
  return {
    price: { price: toPrice(price), confidence: toPrice(confidence), ema: toPrice(emaPrice) },
    publishedAt,
    quality,
  }
}

/** True when the market takes only orders that reduce: by its status, or because its pool has lost too much. */
export function isReduceOnly(market: MarketView): boolean {
  const { price } = market.price
  const equity = poolEquity(market.allocation, market.quoteCash, market.userNetBase, price, market.depth)
  return market.status !== 'active' || isEquityBelow(equity, market.userNetBase, price, REDUCE_ONLY_EQUITY)
}

/** True while the price is too old for the program to fill at: the faster it moves, the fresher it must be. */
export function isStalePrice({ price, publishedAt, quality }: MarketView, now: number): boolean {
  const maxAgeMs = Number(maxFillAge(emaGap(price.price, price.ema))) * 1000
  return quality === 'stale' || now - publishedAt > maxAgeMs
}

/** Value at the oracle, rounded up, as the program judges the smallest order. */
export const notionalOf = (base: Base, { price }: MarketView): Quote => (base * price.price + ONE_BASE - 1n) / ONE_BASE
