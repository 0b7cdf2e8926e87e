import { useMemo } from 'react'
import { serverNow } from '#app/data/connection.ts'
import { useSystemConfig } from '#app/data/system.ts'
import { useUser } from '#app/data/user.ts'
import { summarise } from '#client/math/index.ts'
import type { Quote } from '#client/units.ts'
import type { MarketId, SubAccountDto } from '#server/exchange/schema.ts'
import { useCollateralTerms } from '../account/collateral.ts'
import { marketsOf, portfolioOf } from '../account/portfolio.ts'
import { useMarketViews } from '../account/use-portfolio.ts'

export type Worth = { at: number; equity: Quote; unrealisedPnl: Quote }

const NONE: readonly SubAccountDto[] = []

/** What all sub-accounts of any wallet are worth now, live; null while a price it depends on is unknown. */
export function useWorth(authority: string): Worth | null {
  const subAccounts = useUser(authority, (account) => account.subAccounts)
  const held = subAccounts ?? NONE
  const usdcMint = useSystemConfig()?.usdcMint
  const hasTokens = held.some(({ balances }) =>
    balances.some(({ mint, amount }) => mint !== usdcMint && amount !== '0'),
  )
  const collaterals = useCollateralTerms(hasTokens)
  const markets = useMemo(
    () => [...new Set<MarketId>([...held.flatMap(marketsOf), ...collaterals.map(({ market }) => market)])],
    [held, collaterals],
  )
  const views = useMarketViews(markets)
  return useMemo(() => {
    if (subAccounts === undefined || usdcMint === undefined) return null
    const now = serverNow()
    let [equity, unrealisedPnl] = [0n, 0n]
    for (const subAccount of subAccounts) {
      const portfolio = portfolioOf(subAccount, views, { usdcMint, collaterals, now })
      if (portfolio === null) return null
      const summary = summarise(portfolio)
      equity += summary.equity
      unrealisedPnl += summary.unrealisedPnl
    }
    return { at: now, equity, unrealisedPnl }
  }, [subAccounts, usdcMint, views, collaterals])
}
