import type { MarketDto } from '#server/exchange/schema.ts'
import { openInterestQuote } from '../header/figures.ts'

export const COLUMNS = ['market', 'price', 'change', 'volume', 'openInterest', 'funding'] as const
export type Column = (typeof COLUMNS)[number]

export type Order = { column: Column; descending: boolean }

/** What a market is found by and in which order it stands. Only for order, so floats are exact enough. */
type Priced = { market: MarketDto; price: string | undefined }

const figure: Record<Exclude<Column, 'market'>, (priced: Priced) => number> = {
  price: ({ price }) => Number(price ?? 0),
  change: ({ market }) => Number(market.stats.change24h ?? Number.NEGATIVE_INFINITY),
  volume: ({ market }) => Number(market.stats.volume24h),
  openInterest: ({ market, price }) => (price === undefined ? 0 : Number(openInterestQuote(market.state, price))),
  funding: ({ market }) => Number(market.state.fundingRateHourly),
}

/** The markets whose name holds `search`: favourites first, each part in the order asked for. */
export function sortMarkets(
  markets: readonly Priced[],
  { column, descending }: Order,
  { search, favourites, only }: { search: string; favourites: readonly string[]; only: boolean },
): MarketDto[] {
  const wanted = search.trim().toUpperCase()
  const isFavourite = ({ market }: Priced) => favourites.includes(market.market)
  const direction = descending ? -1 : 1
  return markets
    .filter((priced) => priced.market.market.includes(wanted) && (!only || isFavourite(priced)))
    .toSorted((a, b) => {
      const byFavour = Number(isFavourite(b)) - Number(isFavourite(a))
      if (byFavour !== 0) return byFavour
      const names = a.market.market.localeCompare(b.market.market)
      if (column === 'market') return names * direction
      return (figure[column](a) - figure[column](b)) * direction || names
    })
    .map(({ market }) => market)
}
