import { MarketSeed } from '#app/data/market.tsx'
import { titled } from '#app/i18n/load.ts'
import { prefetch } from '#app/server-caller.ts'
import { FIRST_WINDOW } from './first-window.ts'
import { Pool } from './Pool.tsx'

export const generateMetadata = titled('Pool')

export default async function PoolPage() {
  const [markets, prices, pool, history, queue] = await Promise.all([
    prefetch((caller) => caller.market.list()),
    prefetch((caller) => caller.oracle.prices()),
    prefetch((caller) => caller.pool.get()),
    prefetch((caller) => caller.pool.history({ window: FIRST_WINDOW })),
    prefetch((caller) => caller.pool.queue()),
  ])
  return (
    <MarketSeed seed={{ markets: markets ?? [], prices }}>
      <Pool seed={{ pool, history, queue }} />
    </MarketSeed>
  )
}
