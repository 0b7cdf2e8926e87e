/** The price feeds of the markets we publish: Pyth's ids, and the name of the recording that can stand in for each. */
export const ORACLE_FEEDS = [
  { market: 'SOL-PERP', symbol: 'SOL', feedId: 'ef0d8b6fda2ceba41da15d4095d1da392a0d2f8ed0c6c7bc0f4cfac8c280b56d' },
  { market: 'BTC-PERP', symbol: 'BTC', feedId: 'e62df6c8b4a85fe1a67db44dc12de5db330f7ac66b72dc658afedf0f4a415b43' },
  { market: 'ETH-PERP', symbol: 'ETH', feedId: 'ff61491a931112ddf1bd8147cd1b641375f79f5825126d665480874634fd0ace' },
] as const

export type OracleFeed = (typeof ORACLE_FEEDS)[number]

const marketByFeed = new Map<string, string>(ORACLE_FEEDS.map(({ feedId, market }) => [feedId, market]))

export function marketOfFeed(feedId: string): string | undefined {
  return marketByFeed.get(feedId)
}
