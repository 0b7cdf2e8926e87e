import { expect, it } from 'vitest'
import type { MarketDto } from '#server/exchange/schema.ts'
import { type Order, sortMarkets } from './sort-markets.ts'

const market = (name: string, volume24h: string, change24h: string | null, openInterest: string, price?: string) => ({
  market: {
    market: name,
    stats: { volume24h, change24h },
    state: { openInterestLong: openInterest, openInterestShort: '0', fundingRateHourly: '0' },
  } as MarketDto,
  price,
})
const MARKETS = [
  market('SOL-PERP', '900', '0.01', '100', '150'),
  market('BTC-PERP', '90000', '-0.02', '1', '100000'),
  market('ETH-PERP', '900', null, '2', '3000'),
]
const names = (order: Order, given: Partial<Parameters<typeof sortMarkets>[2]> = {}) =>
  sortMarkets(MARKETS, order, { search: '', favourites: [], only: false, ...given }).map(({ market }) =>
    market.slice(0, 3),
  )

it('orders by numbers, not by their text, and by name where they are equal', () => {
  expect(names({ column: 'volume', descending: true })).toEqual(['BTC', 'ETH', 'SOL'])
  expect(names({ column: 'volume', descending: false })).toEqual(['ETH', 'SOL', 'BTC'])
  expect(names({ column: 'openInterest', descending: true })).toEqual(['BTC', 'SOL', 'ETH'])
  expect(names({ column: 'market', descending: true })).toEqual(['SOL', 'ETH', 'BTC'])
})

it('puts a market without a change at the end of the gainers', () => {
  expect(names({ column: 'change', descending: true })).toEqual(['SOL', 'BTC', 'ETH'])
})

it('finds by part of the name, with favourites first or alone', () => {
  const byVolume = { column: 'volume', descending: true } as const
  expect(names(byVolume, { search: ' eth ' })).toEqual(['ETH'])
  expect(names(byVolume, { favourites: ['SOL-PERP'] })).toEqual(['SOL', 'BTC', 'ETH'])
  expect(names(byVolume, { favourites: ['SOL-PERP'], only: true })).toEqual(['SOL'])
  expect(names(byVolume, { favourites: ['SOL-PERP'], search: 'btc' })).toEqual(['BTC'])
})
