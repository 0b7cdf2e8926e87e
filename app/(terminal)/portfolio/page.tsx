import { loadDictionary, titled } from '#app/i18n/load.ts'
import { t } from '#app/i18n/t.ts'
import { MarketSeed } from '../../data/market.tsx'
import { prefetch } from '../../server-caller.ts'
import { OwnPortfolio } from './OwnPortfolio.tsx'

export const generateMetadata = titled('Portfolio')

/** The connected wallet's account; which one that is, only the browser knows. */
export default async function PortfolioPage() {
  await loadDictionary()
  const markets = await prefetch((caller) => caller.market.list())
  return (
    <MarketSeed seed={{ markets: markets ?? [] }}>
      <h1 className="sr-only">{t('Portfolio')}</h1>
      <OwnPortfolio renderedAt={Date.now()} />
    </MarketSeed>
  )
}
