import { MarketSeed } from '#app/data/market.tsx'
import { titled } from '#app/i18n/load.ts'
import { prefetch } from '#app/server-caller.ts'
import { Markets } from './Markets.tsx'

export const generateMetadata = titled('Markets')

export default async function MarketsPage() {
  const [markets, prices, sparklines] = await Promise.all([
    prefetch((caller) => caller.market.list()),
    prefetch((caller) => caller.oracle.prices()),
    prefetch((caller) => caller.market.sparklines()),
  ])
  return (
    <MarketSeed seed={{ markets: markets ?? [], prices }}>
      <Markets sparklines={sparklines} />
    </MarketSeed>
  )
}
