import {
  accountHealth,
  freeCollateral,
  fundingPayment,
  isMet,
  type Portfolio,
  type PortfolioPosition,
  type PortfolioToken,
} from '#client/math/index.ts'
import { costOfTaking, FILL_WINDOW_S } from '#client/order-rules.ts'
import { type Base, parseUnits, type Quote } from '#client/units.ts'
import type { MarketId, OrderDto, PositionDto, SubAccountDto } from '#server/exchange/schema.ts'
import { toBase, toPrice, toQuote } from './decimal.ts'
import type { MarketView } from './market-view.ts'

/*
 * A sub-account in the form the margin formulas take, made of the exchange's records and the prices of now.
 */

/** How a token other than USDC counts as collateral. Its price is that of `market`. */
export type CollateralTerms = {
  readonly mint: string
  readonly market: MarketId
  readonly decimals: number
  /** Ratios, 1e4. */
  readonly initialWeight: number
  readonly maintenanceWeight: number
}

export type PortfolioWorld = {
  readonly usdcMint: string
  readonly collaterals: readonly CollateralTerms[]
  /** On the server's clock, ms. */
  readonly now: number
}

const INDEX_DECIMALS = 9

/** @returns null while a price that the account depends on is not known: an unknown margin is not a safe one. */
export function portfolioOf(
  subAccount: SubAccountDto,
  markets: ReadonlyMap<MarketId, MarketView>,
  world: PortfolioWorld,
): Portfolio | null {
  const positions: PortfolioPosition[] = []
  for (const market of marketsOf(subAccount)) {
    const view = markets.get(market)
    if (view === undefined) return null
    positions.push(portfolioPosition(subAccount, view, world.now))
  }
  const tokens: PortfolioToken[] = []
  for (const { mint, amount } of subAccount.balances) {
    if (mint === world.usdcMint || amount === '0') continue
    const terms = world.collaterals.find((collateral) => collateral.mint === mint)
    const view = terms === undefined ? undefined : markets.get(terms.market)
    if (terms === undefined || view === undefined) return null
    tokens.push(tokenOf(terms, parseUnits(amount, terms.decimals), view, world.now))
  }
  const usdc = subAccount.balances.find((balance) => balance.mint === world.usdcMint)
  return { quote: toQuote(usdc?.amount ?? '0'), tokens, positions, openOrders: subAccount.orders.length }
}

/** Of the market's price, in seconds. */
const ageOf = ({ publishedAt }: MarketView, now: number): bigint =>
  BigInt(Math.max(0, Math.floor((now - publishedAt) / 1000)))

/** A collateral token at the price of now. */
export const tokenOf = (terms: CollateralTerms, amount: bigint, view: MarketView, now: number): PortfolioToken => ({
  market: terms.market,
  amount,
  unit: 10n ** BigInt(terms.decimals),
  price: view.price,
  age: ageOf(view, now),
  initialWeight: terms.initialWeight,
  maintenanceWeight: terms.maintenanceWeight,
})

/** Markets in which the sub-account holds a position or an open order. */
export function marketsOf({ positions, orders }: SubAccountDto): MarketId[] {
  return [...new Set([...positions.filter(({ base }) => base !== '0'), ...orders].map(({ market }) => market))]
}

function portfolioPosition({ positions, orders }: SubAccountDto, view: MarketView, now: number): PortfolioPosition {
  const position = positions.find(({ market }) => market === view.market)
  const remaining = (side: 'buy' | 'sell'): Base =>
    orders
      .filter((order) => order.market === view.market && order.side === side && !order.reduceOnly)
      .reduce((sum, order) => sum + toBase(order.size) - toBase(order.filled), 0n)
  return {
    market: view.market,
    ...riskOf(view, now),
    base: toBase(position?.base ?? '0'),
    quoteEntry: toQuote(position?.quoteEntry ?? '0'),
    quoteBreakEven: toQuote(position?.quoteBreakEven ?? '0'),
    funding: position === undefined ? 0n : accruedFunding(position, view),
    openBids: remaining('buy'),
    openAsks: remaining('sell'),
    orderCost: orders
      .filter((order) => order.market === view.market && !order.reduceOnly && takes(order, now))
      .reduce((sum, order) => sum + costOf(order, view), 0n),
  }
}

/** An order that waits, or may still be bound to its one price: whether a limit order crossed is on the chain only. */
const takes = ({ stage, postOnly, eligibleAt }: OrderDto, now: number): boolean =>
  stage !== 'active' || (!postOnly && now < eligibleAt + Number(FILL_WINDOW_S) * 1000)

const costOf = ({ side, stage, size, filled, ...order }: OrderDto, view: MarketView): Quote =>
  costOfTaking(
    {
      side,
      stage,
      triggerPrice: toPrice(order.triggerPrice ?? '0'),
      limitPrice: toPrice(order.limitPrice ?? '0'),
      pegged: order.pegOffset !== null,
      pegOffset: toPrice(order.pegOffset ?? '0'),
    },
    toBase(size) - toBase(filled),
    view,
  )

/** A market that is wound down has one known price and no risk. */
function riskOf(view: MarketView, now: number) {
  const { settlementPrice, price, ratios } = view
  if (settlementPrice === null) return { price, ratios, age: ageOf(view, now) }
  return {
    price: { price: settlementPrice, confidence: 0n, ema: settlementPrice },
    ratios: { initial: 0, maintenance: 0, liquidationBuffer: 0 },
    age: 0n,
  }
}

/** Funding since the last settlement that the position has still to pay (−) or to get (+). */
export function accruedFunding(
  position: Pick<PositionDto, 'base' | 'lastFundingIndex'>,
  view: Pick<MarketView, 'fundingIndexLong' | 'fundingIndexShort'>,
): Quote {
  const base = toBase(position.base)
  const index = base >= 0n ? view.fundingIndexLong : view.fundingIndexShort
  return fundingPayment(base, index, parseUnits(position.lastFundingIndex, INDEX_DECIMALS))
}

/** What may be withdrawn or put at risk. */
export const free = (portfolio: Portfolio): Quote => freeCollateral(accountHealth(portfolio, 'Initial'))

/** Requirement as a share of collateral, ratio 1e4, at most the whole: of Initial how much is used, of Maintenance how near liquidation is. */
export function marginUsed(portfolio: Portfolio, kind: 'Initial' | 'Maintenance'): bigint {
  const health = accountHealth(portfolio, kind)
  if (health.requirement === 0n) return health.collateral < 0n ? 10_000n : 0n
  return isMet(health) ? (health.requirement * 10_000n) / health.collateral : 10_000n
}
