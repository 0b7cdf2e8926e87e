import { formatUnits, PRICE_DECIMALS } from '#client/units.ts'
import type { OracleMode, OraclePrice } from '#server/oracle/index.ts'
import { type Db, ensurePartitions } from '#server/platform/db/index.ts'
import { flagsOf } from './oracle-health-repo.ts'
import type { HistoryInput, TickDto } from './schema.ts'

export type ReceivedPrice = { price: OraclePrice; receivedAt: number }

export async function insertTicks(db: Db, received: readonly ReceivedPrice[]): Promise<void> {
  if (received.length === 0) return
  await ensurePartitions(
    db,
    'public.price_ticks',
    received.map(({ price }) => price.publishedAt),
  )
  await db
    .insertInto('price_ticks')
    .values(
      received.map(({ price, receivedAt }) => ({
        market: price.market,
        published_at: new Date(price.publishedAt),
        received_at: new Date(receivedAt),
        price: price.price,
        confidence: price.confidence,
        ema_price: price.emaPrice,
        source: price.source,
        quality: price.quality,
        flags: [...price.flags],
      })),
    )
    .onConflict((conflict) => conflict.columns(['market', 'published_at']).doNothing())
    .execute()
}

/** Prices oldest first, the newest `limit` of those before `before`; recorded ones in replay only. */
export async function listTicks(db: Db, mode: OracleMode, { market, before, limit }: HistoryInput): Promise<TickDto[]> {
  const rows = await db
    .selectFrom('price_ticks')
    .selectAll()
    .where('market', '=', market)
    .where('source', mode === 'replay' ? '=' : '<>', 'replay')
    .$if(before !== undefined, (query) => query.where('published_at', '<', new Date(before ?? 0)))
    .orderBy('published_at', 'desc')
    .limit(limit)
    .execute()
  return rows.reverse().map((row) => ({
    publishedAt: row.published_at.getTime(),
    receivedAt: row.received_at.getTime(),
    price: formatUnits(row.price, PRICE_DECIMALS),
    confidence: formatUnits(row.confidence, PRICE_DECIMALS),
    emaPrice: formatUnits(row.ema_price, PRICE_DECIMALS),
    source: row.source,
    quality: row.quality,
    flags: flagsOf(row.flags),
  }))
}
