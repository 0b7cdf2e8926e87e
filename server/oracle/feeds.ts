import { FEEDS } from '#client/feeds.ts'

export type OracleFeed = {
  market: string
  /** Ticker of the asset: names its recording, and it at the exchanges. */
  symbol: 'SOL' | 'BTC' | 'ETH'
  /** 64 hex digits. */
  feedId: string
  /** Pyth's sponsored accounts of the feed, before and after the redeployment of its programs. */
  account: string
  redeployedAccount: string
}

/** The markets we publish prices of. */
export const ORACLE_FEEDS = [
  feedOf('SOL-PERP', 'SOL'),
  feedOf('BTC-PERP', 'BTC'),
  feedOf('ETH-PERP', 'ETH'),
] as const satisfies readonly OracleFeed[]

function feedOf(market: string, symbol: OracleFeed['symbol']): OracleFeed {
  const { id, account, redeployedAccount } = FEEDS[`${symbol}/USD`]
  return { market, symbol, feedId: id, account, redeployedAccount }
}
