import type { Db } from '#server/platform/db/index.ts'
import { AppError } from '#server/platform/errors.ts'
import { listSubAccounts } from './account-repo.ts'
import { restingBook } from './book.ts'
import { getInsurance, listMarkets } from './market-repo.ts'
import { getPool } from './pool-repo.ts'
import type { PoolDto } from './pool-schema.ts'
import type { AccountDto, BookDto, HeldPositionDto, InsuranceDto, MarketDto } from './schema.ts'

/** @throws AppError NOT_FOUND when the exchange lists no such market. */
export async function getMarket(db: Db, market: string, nowMs: number): Promise<MarketDto> {
  const [found] = await listMarkets(db, nowMs, market)
  if (found === undefined) {
    throw new AppError('NOT_FOUND', {
      message: `market ${market} is not listed`,
      userMessage: `There is no market ${market}. Choose one from the market list.`,
    })
  }
  return found
}

/** The account of a wallet; one that never deposited is an account without sub-accounts, not an error. */
export async function getAccount(db: Db, authority: string): Promise<AccountDto> {
  const owned = await listSubAccounts(db, { authority })
  return { authority, subAccounts: owned.map(({ subAccount }) => subAccount) }
}

/** The open positions of all sub-accounts of a wallet. */
export async function listPositions(db: Db, authority: string): Promise<HeldPositionDto[]> {
  const { subAccounts } = await getAccount(db, authority)
  return subAccounts.flatMap(({ address, id, positions }) =>
    positions.map((position) => ({ ...position, subAccount: address, subAccountId: id })),
  )
}

/** The resting orders of a market. @throws AppError NOT_FOUND when the exchange lists no such market. */
export async function getBook(db: Db, market: string, nowMs: number): Promise<BookDto> {
  await getMarket(db, market, nowMs)
  return restingBook(db, market, nowMs)
}

/** @throws AppError NOT_FOUND before the exchange is launched. */
export async function getLaunchedPool(db: Db): Promise<PoolDto> {
  const pool = await getPool(db)
  if (pool === null)
    throw new AppError('NOT_FOUND', { message: 'the exchange has no pool yet: it is still being set up' })
  return pool
}

const LOSSES_SHOWN = 20

/** @throws AppError NOT_FOUND before the exchange is launched. */
export async function getLaunchedInsurance(db: Db): Promise<InsuranceDto> {
  const insurance = await getInsurance(db, LOSSES_SHOWN)
  if (insurance === null)
    throw new AppError('NOT_FOUND', { message: 'the exchange has no insurance fund yet: it is still being set up' })
  return insurance
}
