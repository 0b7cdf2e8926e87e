import type { PublicKey } from '@solana/web3.js'
import type { Market, TokenVault } from '#client/accounts.ts'
import type { ProgramAccounts } from '#server/chain/index.ts'
import type { PostedPrice, PricePublisher } from '#server/oracle/index.ts'
import type { Clock } from '#server/platform/clock.ts'
import type { Log } from '#server/platform/log.ts'
import type { KeeperMetrics } from './metrics.ts'
import type { Transact } from './transact.ts'

/** What every loop works with. */
export type KeeperContext = {
  accounts: ProgramAccounts
  /** The key that pays. */
  payer: PublicKey
  transact: Transact
  /** How prices come onto this cluster; null in a dry run. */
  publisher: PricePublisher | null
  /** The newest price of each market that was posted, by symbol. */
  posted: Map<string, PostedPrice>
  /** The keeper's own sub-account, which earns its rewards; null in a dry run of a keeper that has none. */
  rewardAccount: string | null
  clock: Clock
  log: Log
  metrics: KeeperMetrics
}

export const nowS = ({ clock }: KeeperContext): number => Math.floor(clock.now() / 1000)

export function marketsByIndex({ accounts }: KeeperContext): Map<number, Market> {
  return new Map([...accounts.all('Market').values()].map((market) => [market.index, market]))
}

export function vaultsByIndex({ accounts }: KeeperContext): Map<number, TokenVault> {
  return new Map([...accounts.all('TokenVault').values()].map((vault) => [vault.index, vault]))
}

/** Addresses of the token vaults by index, as instruction builders want them. */
export function vaultAddresses({ accounts }: KeeperContext): Map<number, string> {
  return new Map([...accounts.all('TokenVault')].map(([address, { index }]) => [index, address]))
}
