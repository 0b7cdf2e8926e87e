/** Pyth feeds of the listed markets and collaterals: ids, and the sponsored (shard 0) accounts under both receivers. */
export type Feed = {
  /** 64 hex digits. */
  readonly id: string
  /** Feed account of the push oracle before its 2026 redeployment; the one that localnet writes. */
  readonly account: string
  /** Feed account of the redeployed push oracle. */
  readonly redeployedAccount: string
}

export type FeedSymbol = keyof typeof FEEDS

export const FEEDS = {
  'SOL/USD': {
    id: 'ef0d8b6fda2ceba41da15d4095d1da392a0d2f8ed0c6c7bc0f4cfac8c280b56d',
    account: '7UVimffxr9ow1uXYxsr4LHAcV58mLzhmwaeKvJ1pjLiE',
    redeployedAccount: '7AviUf9nL62mcxNbQGKm4nKDQnPjswo6c5MX4D57HmyE',
  },
  'BTC/USD': {
    id: 'e62df6c8b4a85fe1a67db44dc12de5db330f7ac66b72dc658afedf0f4a415b43',
    account: '4cSM2e6rvbGQUFiJbqytoVMi5GgghSMr8LwVrT9VPSPo',
    redeployedAccount: 'APgzQGGdv2qCgBkX6aHVkrGePtBVDDg68GiqaM7rmtf5',
  },
  'ETH/USD': {
    id: 'ff61491a931112ddf1bd8147cd1b641375f79f5825126d665480874634fd0ace',
    account: '42amVS4KgzR9rA28tkVYqVXjq9Qa8dcZQMbH5EYFX6XC',
    redeployedAccount: '7odryi4WfoMFHtv2eubdMgP1pqQMmdiXSK1N2tqZ2nRH',
  },
  'USDC/USD': {
    id: 'eaa020c61cc479712813461ce153894a96a6c00b21ed0cfc2798d1f9a9e9c94a',
    account: 'Dpw1EAVrSB1ibxiDQyTAW6Zip3J4Btk2x4SgApQCeFbX',
    redeployedAccount: '6HAuqASbHEh4w4REJEUUUCginTLfj1kwCh215ZLtMkrT',
  },
} as const satisfies Record<string, Feed>
