import { useMemo } from 'react'
import { serverNow } from '#app/data/connection.ts'
import { useFreshness } from '#app/data/freshness.ts'
import { bookStore, usePrice } from '#app/data/market.tsx'
import { identity, useStore } from '#app/data/store.ts'
import { useWallet } from '#app/wallet/store.ts'
import type { BookDto, MarketDto, OrderDto } from '#server/exchange/schema.ts'
import { toBase, toPrice } from '../account/decimal.ts'
import { useFeeTerms } from '../account/fee-terms.ts'
import { marketView } from '../account/market-view.ts'
import { usePortfolio } from '../account/use-portfolio.ts'
import { useOneClick } from '../one-click/use-one-click.ts'
import type { Resting, RestingLevel } from './matching.ts'
import type { TicketContext } from './model.ts'

/** What the ticket is judged against: the market, its book and price of now, and the connected account. */
export function useTicketContext(market: MarketDto): TicketContext {
  const price = usePrice(market.market)
  const book = useStore<BookDto, BookDto>(bookStore(market.market), identity)
  const terms = useFeeTerms()
  const { subAccount, portfolio } = usePortfolio()
  const wallet = useWallet(({ status }) => (status === 'connected' ? 'connected' : 'none'))
  const oneClick = useOneClick()
  const own = subAccount?.orders
  const resting = useMemo(() => restingOf(book, own ?? [], market.market), [book, own, market.market])
  // A price grows old without a message; this renders the ticket when it does.
  useFreshness(market.market)
  return {
    market: price === undefined ? null : { ...marketView(market, price), ...terms },
    portfolio,
    resting,
    isolatedMarket: subAccount?.isolatedMarket ?? null,
    tradingKeyUntil: oneClick.state === 'on' ? oneClick.expiresAt : null,
    reading: wallet === 'connected' && subAccount !== null && portfolio === null,
    wallet,
    now: serverNow(),
  }
}

/** The book without one's own orders: nobody trades with himself. */
function restingOf(book: BookDto | undefined, own: readonly OrderDto[], market: string): Resting {
  const others = (levels: BookDto['asks'], side: OrderDto['side']): RestingLevel[] =>
    levels.flatMap(([price, size]) => {
      const mine = own.filter(
        (order) =>
          order.market === market && order.side === side && order.stage === 'active' && order.limitPrice === price,
      )
      const left = mine.reduce((sum, order) => sum - toBase(order.size) + toBase(order.filled), toBase(size))
      return left > 0n ? [[toPrice(price), left] as const] : []
    })
  return { asks: others(book?.asks ?? [], 'sell'), bids: others(book?.bids ?? [], 'buy') }
}
