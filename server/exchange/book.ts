import { BASE_DECIMALS, formatUnits, PRICE_DECIMALS } from '#client/units.ts'
import type { Db } from '#server/platform/db/index.ts'
import { restingLevels } from './market-repo.ts'
import type { BookDto } from './schema.ts'

/** The resting limit orders of a market by price, best first. The pool's curve is not in it: browsers compute that. */
export async function restingBook(db: Db, market: string, nowMs: number): Promise<BookDto> {
  const [bids, asks] = await Promise.all([
    restingLevels(db, market, 'buy', nowMs),
    restingLevels(db, market, 'sell', nowMs),
  ])
  return { bids: bids.map(toLevel), asks: asks.map(toLevel) }
}

const toLevel = ([price, size]: [bigint, bigint]): [string, string] => [
  formatUnits(price, PRICE_DECIMALS),
  formatUnits(size, BASE_DECIMALS),
]
