import type { AddressLookupTableAccount } from '@solana/web3.js'
import type { Market, TokenVault } from '#client/accounts.ts'
import type { ProgramAccounts, TransactionSender } from '#server/chain/index.ts'
import type { PostedPrice, PricePublisher } from '#server/oracle/index.ts'
import type { Clock } from '#server/platform/clock.ts'
import type { Log } from '#server/platform/log.ts'
import type { KeeperMetrics } from './metrics.ts'

/** What every loop works with. */
export type KeeperContext = {
  accounts: ProgramAccounts
  sender: TransactionSender
  /** How prices come onto this cluster. */
  publisher: PricePublisher
  /** The newest price of each market that was posted, by symbol. */
  posted: Map<string, PostedPrice>
  /** The keeper's own sub-account, which earns its rewards. */
  rewardAccount: string
  /** Empty until the keeper's table can be used. */
  lookupTables: AddressLookupTableAccount[]
  clock: Clock
  log: Log
  metrics: KeeperMetrics
  signal: AbortSignal
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
