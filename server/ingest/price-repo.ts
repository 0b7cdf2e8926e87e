import { sql } from 'kysely'
import { assessQuality, type OraclePrice, type PriceDto, type RefusalCounts, toPriceDto } from '#server/oracle/index.ts'
import type { Db } from '#server/platform/db/index.ts'

export type ReceivedPrice = { price: OraclePrice; receivedAt: number }

const DAY_MS = 86_400_000
const PARTITION_DAYS_AHEAD = 2
const TICKS_KEPT_DAYS = 2

export async function insertTicks(db: Db, received: readonly ReceivedPrice[]): Promise<void> {
  if (received.length === 0) return
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

/** Makes the day partitions of the ticks ahead of time and drops those past keeping. Safe to repeat and to race. */
export async function keepTickPartitions(db: Db, nowMs: number): Promise<void> {
  const today = Math.floor(nowMs / DAY_MS) * DAY_MS
  for (let ahead = 0; ahead <= PARTITION_DAYS_AHEAD; ahead++) {
    const from = today + ahead * DAY_MS
    await sql`
      create table if not exists ${sql.id('parts', partitionName(from))} partition of public.price_ticks
      for values from (${sql.lit(isoDay(from))}) to (${sql.lit(isoDay(from + DAY_MS))})
    `.execute(db)
  }
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class join pg_inherits on inhrelid = oid
    where inhparent = 'public.price_ticks'::regclass
  `.execute(db)
  const oldest = partitionName(today - TICKS_KEPT_DAYS * DAY_MS)
  for (const { name } of rows) {
    if (name < oldest) await sql`drop table if exists ${sql.id('parts', name)}`.execute(db)
  }
}

function partitionName(dayMs: number): string {
  return `price_ticks_${isoDay(dayMs).slice(0, 10).replaceAll('-', '')}`
}

function isoDay(dayMs: number): string {
  return new Date(dayMs).toISOString()
}
