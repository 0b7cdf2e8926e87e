import { assessQuality, type OraclePrice, type PriceDto, type RefusalCounts, toPriceDto } from '#server/oracle/index.ts'
import { type Db, ensurePartitions } from '#server/platform/db/index.ts'

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
      })),
    )
    .onConflict((conflict) => conflict.columns(['market', 'published_at']).doNothing())
    .execute()
}

export async function upsertHealth(db: Db, latest: readonly ReceivedPrice[], refused: RefusalCounts): Promise<void> {
  if (latest.length === 0) return
  await db
    .insertInto('oracle_health')
    .values(
      latest.map(({ price, receivedAt }) => ({
        market: price.market,
        source: price.source,
        price: price.price,
        confidence: price.confidence,
        ema_price: price.emaPrice,
        quality: price.quality,
        published_at: new Date(price.publishedAt),
        received_at: new Date(receivedAt),
        refused: JSON.stringify(refused.get(price.market) ?? {}),
      })),
    )
    .onConflict((conflict) =>
      conflict.column('market').doUpdateSet((row) => ({
        source: row.ref('excluded.source'),
        price: row.ref('excluded.price'),
        confidence: row.ref('excluded.confidence'),
        ema_price: row.ref('excluded.ema_price'),
        quality: row.ref('excluded.quality'),
        published_at: row.ref('excluded.published_at'),
        received_at: row.ref('excluded.received_at'),
        refused: row.ref('excluded.refused'),
      })),
    )
    .execute()
}

/** The newest price of a market, judged by its age now. */
export async function latestPrice(db: Db, market: string, nowMs: number): Promise<PriceDto | undefined> {
  const row = await db.selectFrom('oracle_health').selectAll().where('market', '=', market).executeTakeFirst()
  if (row === undefined) return undefined
  const publishedAt = row.published_at.getTime()
  const price = { price: row.price, confidence: row.confidence, emaPrice: row.ema_price }
  return toPriceDto(
    { market, ...price, publishedAt, source: row.source, quality: assessQuality(price, nowMs - publishedAt) },
    row.received_at.getTime(),
  )
}

/** The markets that have had a price. */
export async function pricedMarkets(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('oracle_health').select('market').orderBy('market').execute()
  return rows.map(({ market }) => market)
}
