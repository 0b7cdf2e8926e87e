'use client'
import { createContext, type ReactNode, useContext } from 'react'
import type { SystemDto } from '#server/api/schema.ts'
import type { BookDto, MarketDto, TradeDto } from '#server/exchange/schema.ts'
import type { PriceDto } from '#server/oracle/schema.ts'
import { observeServerTime } from './connection.ts'
import { createStore, identity, useStore } from './store.ts'
import { joinTopic } from './stream.ts'
import { perKey, topicStore } from './topic-store.ts'

/*
 * Market data of the page. Each topic has its own store; a component reads the field it shows and renders when that
 * field changes.
 */

export type PriceView = PriceDto & { direction: 'up' | 'down' | 'flat' }

const TRADES_KEPT = 100

export const priceStore = perKey((market) =>
  topicStore(`price.${market}`, (before: PriceView | undefined, { data }) => nextPrice(before, data)),
)

function nextPrice(before: PriceView | undefined, price: PriceDto): PriceView {
  if (before === undefined) return { ...price, direction: 'flat' }
  if (price.publishedAt < before.publishedAt) return before
  // Only for the colour of the big figure, so a float comparison is exact enough.
  const change = Number(price.price) - Number(before.price)
  return { ...price, direction: change > 0 ? 'up' : change < 0 ? 'down' : before.direction }
}

/** Every price as it comes, unbatched: a candle needs the extremes between two frames too. */
export function onPrice(market: string, handler: (price: PriceDto) => void): () => void {
  return joinTopic(`price.${market}`, ({ data }) => handler(data))
}

/** Every new trade as it comes. */
export function onTrade(market: string, handler: (trade: TradeDto) => void): () => void {
  return joinTopic(`trade.${market}`, (event) => {
    if (event.kind === 'delta') handler(event.data)
  })
}

export const marketStore = perKey((market) => {
  const store = createStore<MarketDto | undefined>(undefined, () =>
    joinTopic(
      `market.${market}`,
      ({ data }) => {
        const known = store.get()
        if (known !== undefined) store.set({ ...known, state: data })
      },
      'snapshot',
    ),
  )
  return store
})

/** Takes over a fresh answer of `market.list`; a state the stream has brought meanwhile is kept when it is newer. */
export function acceptMarkets(markets: readonly MarketDto[]): void {
  for (const market of markets) {
    const store = marketStore(market.market)
    const known = store.get()
    const state = known !== undefined && known.state.updatedAt > market.state.updatedAt ? known.state : market.state
    store.set({ ...market, state })
  }
}

/** Resting limit orders by price, best first; the pool's curve is not in it. */
export const bookStore = perKey((market) => topicStore(`book.${market}`, (_: BookDto | undefined, { data }) => data))

export const tradesStore = perKey((market) =>
  topicStore(`trade.${market}`, (before: TradeDto[] | undefined, event) => {
    if (event.kind === 'snapshot') return event.data
    const trade = event.data
    // Others' message, before this reader's snapshot: one row alone must not stand for the list.
    if (before === undefined || before.some((known) => known.id === trade.id)) return before
    return [trade, ...before].slice(0, TRADES_KEPT)
  }),
)

const systemStore = topicStore('system', (_: SystemDto | undefined, { data }) => {
  observeServerTime(data.at)
  return data
})

/** What the server knew when it rendered the page: shown until the stream speaks. */
export type Seed = {
  markets: MarketDto[]
  /** Of the one market that the page is about. */
  price?: PriceDto | undefined
  /** Of all, on pages that list them. */
  prices?: readonly PriceDto[] | undefined
  trades?: TradeDto[] | undefined
}
const SeedContext = createContext<Seed>({ markets: [] })
export const useSeed = (): Seed => useContext(SeedContext)

export function MarketSeed({ seed, children }: { seed: Seed; children: ReactNode }) {
  return <SeedContext value={seed}>{children}</SeedContext>
}

/** A field of the market: parameters, state (live) and 24 h figures. Undefined until known. */
export function useMarket<T = MarketDto>(
  market: string,
  select: (market: MarketDto) => T = identity as never,
): T | undefined {
  const seed = useSeed().markets.find((known) => known.market === market)
  return useStore(marketStore(market), select, seed)
}

/** A field of the newest oracle price. Undefined until known. */
export function usePrice<T = PriceView>(
  market: string,
  select: (price: PriceView) => T = identity as never,
): T | undefined {
  const { price, prices } = useSeed()
  const known = price?.market === market ? price : prices?.find((other) => other.market === market)
  const seed = known === undefined ? undefined : seedPrice(known)
  return useStore(priceStore(market), select, seed)
}

const seedViews = new WeakMap<PriceDto, PriceView>()
function seedPrice(price: PriceDto): PriceView {
  const view = seedViews.get(price) ?? { ...price, direction: 'flat' }
  seedViews.set(price, view)
  return view
}

/** Something of the latest trades, newest first. */
export function useTrades<T>(market: string, select: (trades: readonly TradeDto[]) => T): T | undefined {
  const { trades } = useSeed()
  return useStore(tradesStore(market), select, trades?.[0]?.market === market ? trades : undefined)
}

/** Health of the parts behind the page, about once a second. */
export function useSystem<T>(select: (system: SystemDto) => T): T | undefined {
  return useStore(systemStore, select)
}
