import {
  type OracleMode,
  PRICE_FLAGS,
  type PriceDto,
  type PriceFlag,
  qualityNow,
  type RefusalCounts,
  refusalCounts,
  type SourceHealth,
  toPriceDto,
} from '#server/oracle/index.ts'
import type { Db } from '#server/platform/db/index.ts'
import type { ReceivedPrice } from './price-repo.ts'
import type { OracleHealthDto } from './schema.ts'

/** The newest price of each market, with what was refused of it so far. */
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
        flags: [...price.flags],
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
        flags: row.ref('excluded.flags'),
        published_at: row.ref('excluded.published_at'),
        received_at: row.ref('excluded.received_at'),
        refused: row.ref('excluded.refused'),
      })),
    )
    .execute()
}

/** Puts the sources in use in place of those of an earlier start. */
export async function writeSources(db: Db, sources: readonly SourceHealth[], nowMs: number): Promise<void> {
  if (sources.length === 0) return
  await db
    .insertInto('oracle_sources')
    .values(
      sources.map(({ source, rank, breaker, retryInMs, error, active, lastPublishedAt, refused }) => ({
        source,
        rank,
        state: breaker,
        retry_at: retryInMs === null ? null : new Date(nowMs + retryInMs),
        error,
        active,
        last_published_at: lastPublishedAt === null ? null : new Date(lastPublishedAt),
        refused: JSON.stringify(refused),
        updated_at: new Date(nowMs),
      })),
    )
    .onConflict((conflict) =>
      conflict.column('source').doUpdateSet((row) => ({
        rank: row.ref('excluded.rank'),
        state: row.ref('excluded.state'),
        retry_at: row.ref('excluded.retry_at'),
        error: row.ref('excluded.error'),
        active: row.ref('excluded.active'),
        last_published_at: row.ref('excluded.last_published_at'),
        refused: row.ref('excluded.refused'),
        updated_at: row.ref('excluded.updated_at'),
      })),
    )
    .execute()
  const names = sources.map(({ source }) => source)
  await db.deleteFrom('oracle_sources').where('source', 'not in', names).execute()
}

/** After a change between replay and live the newest prices of the other mode are no prices of now any more. */
export async function forgetOtherMode(db: Db, mode: OracleMode): Promise<void> {
  await db
    .deleteFrom('oracle_health')
    .where('source', mode === 'replay' ? '<>' : '=', 'replay')
    .execute()
}

/** The newest price of a market, judged by its age now. */
export async function latestPrice(db: Db, market: string, nowMs: number): Promise<PriceDto | undefined> {
  const [row] = await latestPrices(db, nowMs, market)
  return row
}

/** The newest price of every market, or of one, judged by its age now. */
export async function latestPrices(db: Db, nowMs: number, market?: string): Promise<PriceDto[]> {
  const rows = await db
    .selectFrom('oracle_health')
    .selectAll()
    .$if(market !== undefined, (query) => query.where('market', '=', market ?? ''))
    .orderBy('market')
    .execute()
  return rows.map((row) => {
    const publishedAt = row.published_at.getTime()
    const flags = flagsOf(row.flags)
    const price = { price: row.price, confidence: row.confidence, emaPrice: row.ema_price }
    const quality = qualityNow(price, flags, nowMs - publishedAt)
    return toPriceDto(
      { market: row.market, ...price, publishedAt, source: row.source, quality, flags },
      row.received_at.getTime(),
    )
  })
}

/** The markets that have had a price. */
export async function pricedMarkets(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('oracle_health').select('market').orderBy('market').execute()
  return rows.map(({ market }) => market)
}

/** Every source in use and every market, as ingest last wrote them. */
export async function oracleHealth(db: Db, mode: OracleMode, nowMs: number): Promise<OracleHealthDto> {
  const sources = await db.selectFrom('oracle_sources').selectAll().orderBy('rank').execute()
  const refused = await db.selectFrom('oracle_health').select(['market', 'refused']).execute()
  const refusedOf = new Map(refused.map((row) => [row.market, refusalCounts.parse(row.refused)]))
  const prices = await latestPrices(db, nowMs)
  return {
    mode,
    reportedAt: sources[0]?.updated_at.getTime() ?? null,
    sources: sources.map((row) => ({
      source: row.source,
      rank: row.rank,
      state: row.state,
      retryAt: row.retry_at?.getTime() ?? null,
      error: row.error,
      active: row.active,
      lastPublishedAt: row.last_published_at?.getTime() ?? null,
      refused: refusalCounts.parse(row.refused),
    })),
    markets: prices.map(({ market, source, quality, flags, publishedAt }) => ({
      market,
      source,
      quality,
      flags,
      ageMs: Math.max(0, nowMs - publishedAt),
      refused: refusedOf.get(market) ?? {},
    })),
  }
}

/** The flags of a row; the database lets no others in. */
export function flagsOf(stored: readonly string[]): PriceFlag[] {
  return PRICE_FLAGS.filter((flag) => stored.includes(flag))
}
