import { FEEDS } from '#client/feeds.ts'

/** The markets we publish prices of. `symbol` names the recording that can stand in for a live feed. */
export const ORACLE_FEEDS = [
  { market: 'SOL-PERP', symbol: 'SOL', feedId: FEEDS['SOL/USD'].id, account: FEEDS['SOL/USD'].account },
  { market: 'BTC-PERP', symbol: 'BTC', feedId: FEEDS['BTC/USD'].id, account: FEEDS['BTC/USD'].account },
  { market: 'ETH-PERP', symbol: 'ETH', feedId: FEEDS['ETH/USD'].id, account: FEEDS['ETH/USD'].account },
] as const

export type OracleFeed = (typeof ORACLE_FEEDS)[number]

const marketByFeed = new Map<string, string>(ORACLE_FEEDS.map(({ feedId, market }) => [feedId, market]))

export function marketOfFeed(feedId: string): string | undefined {
  return marketByFeed.get(feedId)
}
