import {
  curveOf,
  type Health,
  type OrderPreview,
  type Portfolio,
  poolQuote,
  previewOrder,
  shortage,
} from '#client/math/index.ts'
import type { Base, Price, Quote } from '#client/units.ts'
import type { Side } from '#server/exchange/schema.ts'
import { answerOf } from '../account/answer.ts'
import { FUNDING_RATE_DECIMALS, type MarketView } from '../account/market-view.ts'
import { marginUsed } from '../account/portfolio.ts'
import type { TicketFields } from './fields.ts'
import { takesAtOnce } from './size.ts'

const ONE_BASE = 10n ** 9n

/** What the order costs and leads to. */
export type Estimate = Pick<OrderPreview, 'averagePrice' | 'slippagePpm' | 'keeperReward'> & {
  /** Quote paid or received, before fees. */
  value: Quote
  /** Trading fee and keeper's reward. */
  cost: Quote
  /** Whether the pool would fill it now; else it rests and the figures are those of a fill at its price. */
  fillsNow: boolean
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

/** The pool's exact quote now; null where its curve has no answer. */
export function poolValue(side: Side, base: Base, market: MarketView): Quote | null {
  return answerOf(() => poolQuote(curveOf(market), side === 'buy' ? base : -base))
}

const NO_PORTFOLIO: Portfolio = { quote: 0n, tokens: [], positions: [], openOrders: 0 }

/** @returns null where the formulas have no answer for this size or price: the program could not take it either. */
export function estimateOrder(...order: Parameters<typeof estimate>): Estimate | null {
  return answerOf(() => estimate(...order))
}

function estimate(
  fields: TicketFields,
  base: Base,
  limitPrice: Price,
  market: MarketView,
  portfolio: Portfolio | null,
): Estimate | null {
  const { side, reduceOnly } = fields
  const offered = poolValue(side, base, market)
  if (offered === null) return null
  const fillsNow = takesAtOnce(fields) || isWithin(side, base, offered, limitPrice)
  const before = portfolio ?? NO_PORTFOLIO
  const preview = previewOrder(before, market, {
    side,
    size: base,
    reduceOnly,
    ...(fillsNow ? { worstPrice: limitPrice } : { limitPrice }),
  })
  const used = ({ collateral, requirement }: Health): bigint =>
    collateral <= requirement ? (requirement === 0n ? 0n : 10_000n) : (requirement * 10_000n) / collateral
  const oracle = market.price.price
  const liquidation = portfolio === null ? null : preview.liquidationPrice
  return {
    averagePrice: preview.averagePrice,
    slippagePpm: preview.slippagePpm,
    keeperReward: preview.keeperReward,
    value: preview.quote,
    cost: preview.fee + preview.keeperReward,
    fillsNow,
    liquidationPrice: liquidation,
    liquidationDistanceBps: liquidation === null ? null : ((liquidation - oracle) * 10_000n) / oracle,
    marginBefore: portfolio === null ? null : marginUsed(portfolio, 'Initial'),
    marginAfter: portfolio === null ? null : used(fillsNow ? preview.initial : preview.whileOpen),
    missingMargin:
      portfolio === null || preview.isAllowed || reduceOnly
        ? 0n
        : largest(shortage(preview.whileOpen), fillsNow ? 0n : shortage(preview.initial)),
    fundingPerDay: fundingPerDay(side, preview.quote, market.fundingRateHourly),
  }
}

const largest = (a: bigint, b: bigint): bigint => (a > b ? a : b)

/** True when paying or getting `value` for `base` is no worse than `limit`. */
export function isWithin(side: Side, base: Base, value: Quote, limit: Price): boolean {
  return side === 'buy' ? value * ONE_BASE <= base * limit : value * ONE_BASE >= base * limit
}

/** `rateHourly`: ratio 1e12, positive = longs pay. A payment rounds up, a receipt down. */
export function fundingPerDay(side: Side, value: Quote, rateHourly: bigint): Quote {
  const paid = value * rateHourly * 24n * (side === 'buy' ? 1n : -1n)
  const scale = 10n ** BigInt(FUNDING_RATE_DECIMALS)
  return paid > 0n ? -((paid + scale - 1n) / scale) : -paid / scale
}
