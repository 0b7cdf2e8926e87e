/** What the liquidity pool is worth, as the program values it for a deposit or an exit. Quote 1e6. */
import type { Market, Pool, TokenVault } from './accounts.ts'
import { max } from './math/fixed.ts'
import { accrueFunding, fundingPayment } from './math/funding.ts'
import { confidenceRatio, emaGap } from './math/oracle.ts'
import { markPrice, poolEquity, settledEquity } from './math/pool.ts'
import type { Quote } from './units.ts'

/** A price further from its EMA accrues no funding, 1e4. */
const FUNDING_EMA_GAP = 1_000

/**
 * Idle quote, interest that is still in the quote vault, and the equity in each market, of which one below zero counts
 * nothing. Funding counts up to `now` (unix seconds), accrued or not. The prices are those the markets have cached; how
 * old they are is the caller's affair. @throws MathError Overflow.
 */
export function poolValue(
  { idle }: Pick<Pool, 'idle'>,
  { poolInterest }: Pick<TokenVault, 'poolInterest'>,
  markets: readonly Market[],
  now: bigint,
): Quote {
  return markets.reduce((sum, market) => sum + max(marketEquity(market, now), 0n), idle + poolInterest)
}

function marketEquity(market: Market, now: bigint): Quote {
  const { ledger, params, price, settlementPrice } = market
  const { poolAllocation: allocation, poolQuote: cash, poolBase } = ledger
  if (settlementPrice > 0n) return settledEquity(allocation, cash, -poolBase, settlementPrice)
  return poolEquity(allocation, cash + pendingFunding(market, now), -poolBase, price.price, params.depthK)
}

/** What the pool will get (+) or pay (−) when the funding since the last touch is accrued. */
function pendingFunding({ ledger, params, price, funding }: Market, now: bigint): Quote {
  const seconds = now - funding.updatedAt
  if (seconds <= 0n || price.price === 0n || price.emaPrice === 0n) return 0n
  const isSure =
    emaGap(price.price, price.emaPrice) <= FUNDING_EMA_GAP &&
    confidenceRatio(price.price, price.confidence) <= params.maxConfBps
  if (!isSure) return 0n
  const { indexDelta } = accrueFunding({
    oracle: price.price,
    mark: markPrice(price.price, -ledger.poolBase, params.depthK),
    clampDivisor: params.fundingClampDivisor,
    seconds,
    remainder: funding.remainder,
  })
  return fundingPayment(ledger.poolBase, indexDelta, 0n)
}
