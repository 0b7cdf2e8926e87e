import { usePathname, useRouter } from 'next/navigation'
import { useMarketIds } from '#app/data/markets.ts'
import { LAST_MARKET_COOKIE } from '#app/data/settings.ts'
import type { Place } from './run-command.ts'

const TRADE = /^\/trade\/([A-Z0-9]+-PERP)$/

/** Where the page is: its market, or the last one that was open. */
export function usePlace(): Place & { isTerminal: boolean } {
  const router = useRouter()
  const open = TRADE.exec(usePathname())?.[1]
  const markets = useMarketIds()
  return {
    market: open ?? lastMarket() ?? markets[0] ?? '',
    markets,
    isTerminal: open !== undefined,
    go: (path) => router.push(path),
  }
}

function lastMarket(): string | undefined {
  if (typeof document === 'undefined') return undefined
  return new RegExp(`(?:^|; )${LAST_MARKET_COOKIE}=([A-Z0-9]+-PERP)`).exec(document.cookie)?.[1]
}
