import { useCallback, useMemo, useRef, useSyncExternalStore } from 'react'
import { serverNow } from '#app/data/connection.ts'
import { marketStore, priceStore } from '#app/data/market.tsx'
import { useChosenSubAccount } from '#app/data/own-account.ts'
import { useSystemConfig } from '#app/data/system.ts'
import { useAuthority } from '#app/wallet/store.ts'
import type { Portfolio } from '#client/math/index.ts'
import type { MarketId, SubAccountDto } from '#server/exchange/schema.ts'
import { useCollateralTerms } from './collateral.ts'
import { useFeeTerms } from './fee-terms.ts'
import { type MarketView, marketView } from './market-view.ts'
import { marketsOf, portfolioOf } from './portfolio.ts'

type Views = ReadonlyMap<MarketId, MarketView>
const NO_VIEWS: Views = new Map()

/** These markets with their newest prices; a market without a price yet is missing. New only when one of them changed. */
export function useMarketViews(markets: readonly MarketId[]): Views {
  const key = markets.join()
  const last = useRef<{ key: string; parts: readonly unknown[]; views: Views } | null>(null)
  const subscribe = useCallback(
    (listener: () => void) => {
      const stops = ids(key).flatMap((market) => [
        marketStore(market).subscribe(listener),
        priceStore(market).subscribe(listener),
      ])
      return () => {
        for (const stop of stops) stop()
      }
    },
    [key],
  )
  const read = useCallback((): Views => {
    const parts = ids(key).flatMap((market) => [marketStore(market).get(), priceStore(market).get()])
    const known = last.current
    if (known?.key === key && known.parts.every((part, index) => part === parts[index])) return known.views
    const views = collectViews(ids(key))
    last.current = { key, parts, views }
    return views
  }, [key])
  return useSyncExternalStore(subscribe, read, () => NO_VIEWS)
}

const ids = (key: string): MarketId[] => (key === '' ? [] : key.split(','))

function collectViews(markets: readonly MarketId[]): Views {
  const views = new Map<MarketId, MarketView>()
  for (const market of markets) {
    const dto = marketStore(market).get()
    const price = priceStore(market).get()
    if (dto !== undefined && price !== undefined) views.set(market, marketView(dto, price))
  }
  return views
}

/** The connected wallet's sub-account that the page acts for: undefined while unknown, null when it has none. */
export const useSubAccount = (): SubAccountDto | null | undefined => useChosenSubAccount(useAuthority())

export type PortfolioState = {
  /** Undefined while unknown, null when the wallet has none. */
  subAccount: SubAccountDto | null | undefined
  /** Null while there is none, or a price it depends on is unknown. */
  portfolio: Portfolio | null
  views: Views
}

/** The chosen sub-account at the prices of now; renders with each of those prices. */
export const usePortfolio = (): PortfolioState => usePortfolioOf(useSubAccount())

/** Any sub-account at the prices of now. */
export function usePortfolioOf(subAccount: SubAccountDto | null | undefined): PortfolioState {
  const usdcMint = useSystemConfig()?.usdcMint
  const collaterals = useCollateralTerms()
  const markets = useMemo(
    () => (subAccount ? [...new Set([...marketsOf(subAccount), ...collaterals.map(({ market }) => market)])] : []),
    [subAccount, collaterals],
  )
  const seen = useMarketViews(markets)
  const terms = useFeeTerms()
  const views = useMemo(() => new Map([...seen].map(([id, view]) => [id, { ...view, ...terms }])), [seen, terms])
  const portfolio = useMemo(
    () =>
      subAccount && usdcMint !== undefined
        ? portfolioOf(subAccount, views, { usdcMint, collaterals, now: serverNow() })
        : null,
    [subAccount, usdcMint, collaterals, views],
  )
  return { subAccount, portfolio, views }
}
