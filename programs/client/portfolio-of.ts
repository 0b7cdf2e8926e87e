/** From accounts on chain to what the maths asks for. */
import type { OraclePrice as CachedPrice, Exchange, Market, Order, SubAccount, TokenVault } from './accounts.ts'
import { type FeeTerms, feeTermsOf } from './fee-terms.ts'
import { QUOTE_VAULT_INDEX } from './margin-accounts.ts'
import { max } from './math/fixed.ts'
import { fundingPayment } from './math/funding.ts'
import { budgetSpent, notWithdrawable } from './math/limits.ts'
import { debtInterest, type OraclePrice } from './math/margin.ts'
import type { MarketRisk, Portfolio, PortfolioPosition, PortfolioToken } from './math/portfolio.ts'
import type { TradedMarket } from './math/preview.ts'
import { costOfTaking, takes } from './order-rules.ts'
import type { Base, Quote } from './units.ts'

/** A market as its ticket needs it. `market` of the result is its symbol. Without `fees` the trader is in the first tier. */
export function tradedMarketOf(
  { params, ledger, ...market }: Market,
  exchange: Exchange,
  { takerShare, refereeDiscount }: FeeTerms = feeTermsOf(exchange, null, 0n),
): TradedMarket {
  return {
    ...riskOf({ params, ...market }),
    allocation: ledger.poolAllocation,
    quoteCash: ledger.poolQuote,
    userNetBase: -ledger.poolBase,
    depth: params.depthK,
    baseSpreadPpm: params.spreadPpm,
    confMultiplier: params.confMultiplierBps,
    takerFeePpm: params.takerFeePpm,
    defaultSlippage: params.defaultSlippageBps,
    takerShare,
    refereeDiscount,
    keeperRewardFlat: exchange.params.keeperRewardFlat,
    keeperRewardPpm: exchange.params.keeperRewardPpm,
    stepSize: params.stepSize,
    largerOpenInterest: max(ledger.openInterestLong, ledger.openInterestShort),
    marginScaleFrom: params.marginScaleFrom,
    marginScaleTo: params.marginScaleTo,
  }
}

/**
 * A sub-account with the prices its markets and vaults have cached; `now` in unix seconds ages them. Tables by index.
 * A debt counts with the interest the program will charge at its next touch.
 * @throws RangeError when it holds something in a market or vault that is not in the tables.
 */
export function portfolioOf(
  subAccount: SubAccount,
  markets: ReadonlyMap<number, Market>,
  vaults: ReadonlyMap<number, TokenVault>,
  now: bigint,
): Portfolio {
  const { collaterals, positions, orders } = subAccount
  const tokens = collaterals.filter(({ vaultIndex, amount }) => vaultIndex !== QUOTE_VAULT_INDEX && amount > 0n)
  return {
    quote: quoteBalance(subAccount) - pendingInterest(subAccount, now),
    tokens: tokens.map(({ vaultIndex, amount }) =>
      tokenOf(at(vaults, vaultIndex, 'token vault'), amount, markets, now),
    ),
    positions: positions.map((position) => {
      const { marketIndex } = position
      const opening = orders.filter((order) => order.marketIndex === marketIndex && !order.reduceOnly)
      const orderCost = costOfTakers(subAccount, opening, markets, now)
      return { ...positionOf(position, at(markets, marketIndex, 'market'), now), orderCost }
    }),
    openOrders: orders.length,
  }
}

/** Signed: negative is a debt. */
function quoteBalance({ collaterals }: SubAccount): bigint {
  return collaterals.find(({ vaultIndex }) => vaultIndex === QUOTE_VAULT_INDEX)?.amount ?? 0n
}

/** What a negative balance owes since interest was last charged; 0 without a debt. */
export function pendingInterest(subAccount: SubAccount, now: bigint): bigint {
  const balance = quoteBalance(subAccount)
  return balance < 0n ? debtInterest(-balance, max(now - subAccount.interestAt, 0n)) : 0n
}

/** What those of `orders` that nobody can take back, or will be able to, may cost. A child also fills what its parent may. */
function costOfTakers(
  { orders: all }: SubAccount,
  orders: readonly Order[],
  markets: ReadonlyMap<number, Market>,
  now: bigint,
): Quote {
  const remaining = ({ size, filled }: Order): Base => size - filled
  return orders
    .filter((order) => takes(order, now))
    .reduce((sum, order) => {
      const parent = order.bracket ? all.find(({ orderId }) => orderId === order.parentId) : undefined
      const size = remaining(order) + (parent === undefined ? 0n : remaining(parent))
      const { price, params } = at(markets, order.marketIndex, 'market')
      const { takerFeePpm, defaultSlippageBps: defaultSlippage } = params
      return sum + costOfTaking(order, size, { price: priceOf(price), takerFeePpm, defaultSlippage })
    }, 0n)
}

/**
 * What the next order of the delegate that takes may cost at its limit: its budget less what is spent and what its other
 * orders may still cost. An order that rests only needs some to be left of the budget.
 */
export function delegateMayLose(subAccount: SubAccount, markets: ReadonlyMap<number, Market>, now: bigint): Quote {
  const { delegateBudget: budget, delegateSpent, delegateSpentAt, orders } = subAccount
  const spent = budgetSpent(delegateSpent, budget, max(now - delegateSpentAt, 0n))
  const own = orders.filter((order) => order.byDelegate)
  return max(budget - spent - costOfTakers(subAccount, own, markets, now), 0n)
}

/** USDC that may leave at `now`, margin apart: profit still warming up stays. */
export function freeQuote(subAccount: SubAccount, now: bigint): bigint {
  const { warmUpLocked: locked, warmUpFrom: from, warmUpUntil: until } = subAccount
  return max(quoteBalance(subAccount) - notWithdrawable({ locked, from, until }, now), 0n)
}

function tokenOf(vault: TokenVault, amount: bigint, markets: ReadonlyMap<number, Market>, now: bigint): PortfolioToken {
  const sameFeed = [...markets.values()].find(({ params }) => params.feedId === vault.params.feedId)
  return {
    ...(sameFeed === undefined ? {} : { market: sameFeed.symbol }),
    amount,
    unit: 10n ** BigInt(vault.decimals),
    price: priceOf(vault.price),
    age: ageOf(vault.price, now),
    initialWeight: vault.params.initialWeightBps,
    maintenanceWeight: vault.params.maintenanceWeightBps,
  }
}

function positionOf(position: SubAccount['positions'][number], market: Market, now: bigint): PortfolioPosition {
  const { base, quoteEntry, quoteBreakEven, lastFundingIndex, openBids, openAsks } = position
  const index = base > 0n ? market.funding.indexLong : market.funding.indexShort
  const funding = fundingPayment(base, index, lastFundingIndex)
  const held = { base, quoteEntry, quoteBreakEven, funding, openBids, openAsks }
  // A market that is wound down has one known price and no risk: it needs no margin, and its price no age.
  return market.settlementPrice > 0n
    ? { ...SETTLED, market: market.symbol, price: settled(market.settlementPrice), ...held }
    : { ...riskOf(market), age: ageOf(market.price, now), ...held }
}

const SETTLED = { age: 0n, ratios: { initial: 0, maintenance: 0, liquidationBuffer: 0 } }
const settled = (price: bigint): OraclePrice => ({ price, confidence: 0n, ema: price })

function riskOf({ symbol, params, price }: Pick<Market, 'symbol' | 'params' | 'price'>): MarketRisk {
  return {
    market: symbol,
    price: priceOf(price),
    ratios: {
      initial: params.initialMarginBps,
      maintenance: params.maintenanceMarginBps,
      liquidationBuffer: params.liquidationBufferBps,
    },
  }
}

function priceOf({ price, confidence, emaPrice }: CachedPrice): OraclePrice {
  return { price, confidence, ema: emaPrice }
}

/** Seconds; 0 when Pyth's clock is ahead. */
const ageOf = ({ publishTime }: CachedPrice, now: bigint): bigint => max(now - publishTime, 0n)

function at<T>(table: ReadonlyMap<number, T>, index: number, what: string): T {
  const found = table.get(index)
  if (found === undefined) throw new RangeError(`${what} ${index} is not known`)
  return found
}
