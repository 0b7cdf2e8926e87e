/** From accounts on chain to what the maths asks for. */
import type { OraclePrice as CachedPrice, Exchange, Market, SubAccount, TokenVault } from './accounts.ts'
import { QUOTE_VAULT_INDEX } from './margin-accounts.ts'
import { fundingPayment } from './math/funding.ts'
import type { OraclePrice } from './math/margin.ts'
import type { MarketRisk, Portfolio, PortfolioPosition, PortfolioToken } from './math/portfolio.ts'
import type { TradedMarket } from './math/preview.ts'

/** A market as its ticket needs it. `market` of the result is its symbol. */
export function tradedMarketOf({ params, ledger, ...market }: Market, exchange: Exchange): TradedMarket {
  return {
    ...riskOf({ params, ...market }),
    allocation: ledger.poolAllocation,
    quoteCash: ledger.poolQuote,
    userNetBase: -ledger.poolBase,
    depth: params.depthK,
    baseSpreadPpm: params.spreadPpm,
    confMultiplier: params.confMultiplierBps,
    takerFeePpm: params.takerFeePpm,
    keeperRewardFlat: exchange.params.keeperRewardFlat,
    keeperRewardPpm: exchange.params.keeperRewardPpm,
    stepSize: params.stepSize,
  }
}

/**
 * A sub-account with the prices its markets and vaults have cached; `now` in unix seconds ages them. Tables by index.
 * @throws RangeError when it holds something in a market or vault that is not in the tables.
 */
export function portfolioOf(
  { collaterals, positions, orders }: SubAccount,
  markets: ReadonlyMap<number, Market>,
  vaults: ReadonlyMap<number, TokenVault>,
  now: bigint,
): Portfolio {
  const tokens = collaterals.filter(({ vaultIndex, amount }) => vaultIndex !== QUOTE_VAULT_INDEX && amount > 0n)
  return {
    quote: collaterals.find(({ vaultIndex }) => vaultIndex === QUOTE_VAULT_INDEX)?.amount ?? 0n,
    tokens: tokens.map(({ vaultIndex, amount }) =>
      tokenOf(at(vaults, vaultIndex, 'token vault'), amount, markets, now),
    ),
    positions: positions.map((position) => positionOf(position, at(markets, position.marketIndex, 'market'))),
    openOrders: orders.length,
  }
}

function tokenOf(vault: TokenVault, amount: bigint, markets: ReadonlyMap<number, Market>, now: bigint): PortfolioToken {
  const sameFeed = [...markets.values()].find(({ params }) => params.feedId === vault.params.feedId)
  const age = now - vault.price.publishTime
  return {
    ...(sameFeed === undefined ? {} : { market: sameFeed.symbol }),
    amount,
    unit: 10n ** BigInt(vault.decimals),
    price: priceOf(vault.price),
    age: age < 0n ? 0n : age,
    initialWeight: vault.params.initialWeightBps,
    maintenanceWeight: vault.params.maintenanceWeightBps,
  }
}

function positionOf(position: SubAccount['positions'][number], market: Market): PortfolioPosition {
  const { base, quoteEntry, quoteBreakEven, lastFundingIndex, openBids, openAsks } = position
  const index = base > 0n ? market.funding.indexLong : market.funding.indexShort
  const funding = fundingPayment(base, index, lastFundingIndex)
  return { ...riskOf(market), base, quoteEntry, quoteBreakEven, funding, openBids, openAsks }
}

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

function at<T>(table: ReadonlyMap<number, T>, index: number, what: string): T {
  const found = table.get(index)
  if (found === undefined) throw new RangeError(`${what} ${index} is not known`)
  return found
}
