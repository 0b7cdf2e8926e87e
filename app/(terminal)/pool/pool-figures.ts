import { OPEN_CAP, openCapBase, poolEquity, settledEquity } from '#client/math/pool.ts'
import { mintShares, redeemShares } from '#client/math/shares.ts'
import { formatUnits, type Quote } from '#client/units.ts'
import type { PoolDto } from '#server/exchange/pool-schema.ts'
import { answerOf } from '../account/answer.ts'
import { toQuote } from '../account/decimal.ts'
import type { MarketView } from '../account/market-view.ts'

/* Figures of the liquidity pool at the prices of now, by the formulas of the program; units as in client/units. */

const BASE = 10n ** 9n
const SHARE_PRICE_DECIMALS = 9
const RATIO_DECIMALS = 6
const RATIO = 10n ** BigInt(RATIO_DECIMALS)

export type PoolValue = { readonly nav: Quote; readonly shares: bigint }

export type Exposure = {
  readonly market: string
  readonly baseSymbol: string
  readonly stepSize: bigint
  /** What the pool holds, the opposite of what its traders do together. */
  readonly base: bigint
  readonly notional: Quote
  readonly allocation: Quote
  readonly equity: Quote
  /** Equity above the allocation: what the market has made (+) or lost (−) since it was last flat. */
  readonly pnl: Quote
  /** |position| against the most that opening trades may give it; null without equity to measure against. */
  readonly used: string | null
}

export function exposureOf(view: MarketView): Exposure {
  const { allocation, quoteCash, userNetBase, depth, settlementPrice } = view
  const price = settlementPrice ?? view.price.price
  const equity =
    settlementPrice === null
      ? poolEquity(allocation, quoteCash, userNetBase, price, depth)
      : settledEquity(allocation, quoteCash, userNetBase, price)
  const size = userNetBase < 0n ? -userNetBase : userNetBase
  const cap = openCapBase(equity, price, OPEN_CAP)
  return {
    market: view.market,
    baseSymbol: view.baseSymbol,
    stepSize: view.stepSize,
    base: -userNetBase,
    notional: (-userNetBase * price) / BASE,
    allocation,
    equity,
    pnl: equity - allocation,
    used: cap === 0n ? null : formatUnits((size * RATIO) / cap, RATIO_DECIMALS),
  }
}

/** Worth and shares of the pool; a market below zero counts nothing. Funding of the last minute is not in it. */
export function poolValueAt({ idle, shares }: PoolDto, exposures: readonly Exposure[]): PoolValue {
  const nav = exposures.reduce((sum, { equity }) => sum + (equity > 0n ? equity : 0n), toQuote(idle))
  return { nav, shares: toQuote(shares) }
}

/** Decimal text; null for a pool without shares. */
export function sharePriceOf({ nav, shares }: PoolValue): string | null {
  if (shares === 0n) return null
  return formatUnits((nav * 10n ** BigInt(SHARE_PRICE_DECIMALS)) / shares, SHARE_PRICE_DECIMALS)
}

/** What `shares` are worth now, rounded down; null where they cannot be redeemed. */
export const worthOf = (shares: bigint, value: PoolValue): Quote | null =>
  answerOf(() => redeemShares(shares, value, value))

/** Shares that `amount` buys now, rounded down; null where it buys none. */
export const sharesFor = (amount: Quote, value: PoolValue): bigint | null =>
  answerOf(() => mintShares(amount, value, value).shares)
