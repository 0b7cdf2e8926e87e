import { serverNow } from '#app/data/connection.ts'
import type { PortfolioToken } from '#client/math/index.ts'
import { useCollateralTerms } from '../account/collateral.ts'
import { tokenOf } from '../account/portfolio.ts'
import { useMarketViews } from '../account/use-portfolio.ts'

/** How SOL counts as collateral now, with an amount of 0; null while its terms or its price are unknown. */
export function useSolCollateral(): PortfolioToken | null {
  const [terms] = useCollateralTerms()
  const views = useMarketViews(terms === undefined ? [] : [terms.market])
  const view = terms === undefined ? undefined : views.get(terms.market)
  return terms === undefined || view === undefined ? null : tokenOf(terms, 0n, view, serverNow())
}
