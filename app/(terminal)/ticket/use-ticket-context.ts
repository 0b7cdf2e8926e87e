import { serverNow } from '#app/data/connection.ts'
import { useFreshness } from '#app/data/freshness.ts'
import { usePrice } from '#app/data/market.tsx'
import { useWallet } from '#app/wallet/store.ts'
import type { MarketDto } from '#server/exchange/schema.ts'
import { marketView } from '../account/market-view.ts'
import { usePortfolio } from '../account/use-portfolio.ts'
import type { TicketContext } from './model.ts'

/** What the ticket is judged against: the market and its price of now, and the connected account. */
export function useTicketContext(market: MarketDto): TicketContext {
  const price = usePrice(market.market)
  const { subAccount, portfolio } = usePortfolio()
  const wallet = useWallet(({ status }) => (status === 'connected' ? 'connected' : 'none'))
  // A price grows old without a message; this renders the ticket when it does.
  useFreshness(market.market)
  return {
    market: price === undefined ? null : marketView(market, price),
    portfolio,
    reading: wallet === 'connected' && subAccount !== null && portfolio === null,
    wallet,
    now: serverNow(),
  }
}
