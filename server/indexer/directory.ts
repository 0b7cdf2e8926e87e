import { sql, type Transaction } from 'kysely'
import type { PerpsEvent } from '#client/events.ts'
import type { DB } from '#server/platform/db/index.ts'
import { AppError } from '#server/platform/errors.ts'
import type { Directory } from './project/index.ts'
import type { Singletons } from './sequences.ts'

/** The names that rules need, as far as one transaction has come: what the database holds, then each event's additions. */
export type LiveDirectory = Directory & {
  /** False while the exchange or the market that the event speaks of has not been seen. */
  knows(event: PerpsEvent): boolean
  learn(event: PerpsEvent): void
}

/** Loads the owners of the sub-accounts named; markets and the quote mint are few and come whole. */
export async function loadDirectory(
  trx: Transaction<DB>,
  singletons: Singletons,
  subAccounts: readonly string[],
): Promise<LiveDirectory> {
  const [exchange, markets, owners] = await Promise.all([
    trx.selectFrom('exchange').select('quote_mint').executeTakeFirst(),
    trx.selectFrom('markets').select(['index', 'market']).execute(),
    trx
      .selectFrom('sub_accounts')
      .select(['address', 'authority'])
      .where(sql<boolean>`address = any(${subAccounts})`)
      .execute(),
  ])
  let quoteMint = exchange?.quote_mint
  const marketOf = new Map(markets.map(({ index, market }) => [index, market]))
  const ownerOf = new Map(owners.map(({ address, authority }) => [address, authority]))
  return {
    exchange: singletons.exchange,
    pool: singletons.pool,
    quoteMint: () => known(quoteMint, 'quote mint'),
    market: (index) => known(marketOf.get(index), `market with index ${index}`),
    authority: (subAccount) => known(ownerOf.get(subAccount), `owner of sub-account ${subAccount}`),
    knows: ({ name, data }) => {
      if (name === 'ExchangeInitialized') return true
      return quoteMint !== undefined && (!('marketIndex' in data) || marketOf.has(data.marketIndex))
    },
    learn: ({ name, data }) => {
      if (name === 'ExchangeInitialized') quoteMint = data.quoteMint
      if (name === 'MarketInitialized') marketOf.set(data.index, data.symbol)
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

/** Every sub-account an event names. */
export function subAccountsIn({ data }: PerpsEvent): string[] {
  const named = [
    'subAccount' in data ? data.subAccount : null,
    'keeperSubAccount' in data ? data.keeperSubAccount : null,
    'liquidatorSubAccount' in data ? data.liquidatorSubAccount : null,
  ]
  return named.filter((subAccount) => subAccount !== null)
}
