import { sql, type Transaction } from 'kysely'
import type { PerpsEvent } from '#client/events.ts'
import type { DB } from '#server/platform/db/index.ts'
import { AppError } from '#server/platform/errors.ts'
import { marketIndexesIn } from './event-subjects.ts'
import type { Directory } from './project/index.ts'
import type { Singletons } from './sequences.ts'

/** The names that rules need, as far as one transaction has come: what the database holds, then each event's additions. */
export type LiveDirectory = Directory & {
  /** False while the exchange or a market that the event speaks of has not been seen. */
  knows(event: PerpsEvent): boolean
  learn(event: PerpsEvent): void
}

/** Loads the owners of the sub-accounts named; markets, vaults and the quote mint are few and come whole. */
export async function loadDirectory(
  trx: Transaction<DB>,
  singletons: Singletons,
  subAccounts: readonly string[],
): Promise<LiveDirectory> {
  const [exchange, markets, vaults, owners] = await Promise.all([
    trx.selectFrom('exchange').select('quote_mint').executeTakeFirst(),
    trx.selectFrom('markets').select(['index', 'market']).execute(),
    trx.selectFrom('token_vaults').select(['address', 'mint']).execute(),
    trx
      .selectFrom('sub_accounts')
      .select(['address', 'authority'])
      .where(sql<boolean>`address = any(${subAccounts})`)
      .execute(),
  ])
  let quoteMint = exchange?.quote_mint
  const marketOf = new Map(markets.map(({ index, market }) => [index, market]))
  const mintOf = new Map(vaults.map(({ address, mint }) => [address, mint]))
  const ownerOf = new Map(owners.map(({ address, authority }) => [address, authority]))
  return {
    exchange: singletons.exchange,
    pool: singletons.pool,
    insurance: singletons.insurance,
    quoteMint: () => known(quoteMint, 'quote mint'),
    market: (index) => known(marketOf.get(index), `market with index ${index}`),
    mint: (tokenVault) => known(mintOf.get(tokenVault), `mint of token vault ${tokenVault}`),
    authority: (subAccount) => known(ownerOf.get(subAccount), `owner of sub-account ${subAccount}`),
    knows: (event) =>
      event.name === 'ExchangeInitialized' ||
      (quoteMint !== undefined && marketIndexesIn(event).every((index) => marketOf.has(index))),
    learn: ({ name, data }) => {
      if (name === 'ExchangeInitialized') quoteMint = data.quoteMint
      if (name === 'MarketInitialized') marketOf.set(data.index, data.symbol)
      if (name === 'TokenVaultInitialized') mintOf.set(data.tokenVault, data.mint)
      if (name === 'SubAccountCreated') ownerOf.set(data.subAccount, data.authority)
    },
  }
}

/** Sequences order an event after what it refers to, so a hole here is a bug, not a delay. */
function known<T>(value: T | undefined, what: string): T {
  if (value === undefined)
    throw new AppError('INTERNAL', { message: `the projection does not know the ${what}: rebuild it` })
  return value
}
