import { sql } from 'kysely'
import { BASE_DECIMALS, formatUnits, PRICE_DECIMALS } from '#client/units.ts'
import type { OracleMode, PriceBar, PriceSource } from '#server/oracle/index.ts'
import type { Db } from '#server/platform/db/index.ts'
import { candleOpenAt, INTERVAL_MS, INTERVALS, type Interval } from './candles.ts'
import type { CandleDto, CandlesInput, SparklineDto } from './schema.ts'

export type CandleRow = { market: string; interval: Interval; bar: PriceBar; source: PriceSource }

const ROWS_PER_STATEMENT = 5_000
const DAY_MS = 86_400_000

/**
 * Writes candles as they are now. A candle that exists keeps its volume; one of a live source keeps its prices too when a
 * recording comes, which in turn gives way to a live source.
 */
export async function upsertCandles(db: Db, rows: readonly CandleRow[]): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS_PER_STATEMENT) {
    const batch = rows.slice(from, from + ROWS_PER_STATEMENT)
    await sql`
      insert into public.candles (market, interval, t, open, high, low, close, source)
      select market, interval, to_timestamp(t / 1000.0), open, high, low, close, source
      from unnest(
        ${batch.map(({ market }) => market)}::text[],
        ${batch.map(({ interval }) => interval)}::public.candle_interval[],
        ${batch.map(({ bar }) => bar.t)}::bigint[],
        ${batch.map(({ bar }) => bar.open)}::numeric[],
        ${batch.map(({ bar }) => bar.high)}::numeric[],
        ${batch.map(({ bar }) => bar.low)}::numeric[],
        ${batch.map(({ bar }) => bar.close)}::numeric[],
        ${batch.map(({ source }) => source)}::public.price_source[]
      ) as given (market, interval, t, open, high, low, close, source)
      on conflict (market, interval, t) do update
      set open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close,
          source = excluded.source
      where (candles.source = 'replay' or excluded.source <> 'replay')
        and (candles.open, candles.high, candles.low, candles.close, candles.source)
          is distinct from (excluded.open, excluded.high, excluded.low, excluded.close, excluded.source)
    `.execute(db)
  }
}

/** Recorded prices are seen in replay only, and nothing else is seen there: the two never meet in one chart. */
const ofMode = (mode: OracleMode) => sql<boolean>`(candles.source = 'replay') = ${mode === 'replay'}`

/** The candles that `atMs` lies in, one per interval where it exists. */
export async function openCandles(db: Db, mode: OracleMode, market: string, atMs: number): Promise<CandleRow[]> {
  const rows = await db
    .selectFrom('candles')
    .select(['interval', 't', 'open', 'high', 'low', 'close', 'source'])
    .where('market', '=', market)
    .where(ofMode(mode))
    .where((where) =>
      where.or(
        INTERVALS.map((interval) =>
          where.and([where('interval', '=', interval), where('t', '=', new Date(candleOpenAt(interval, atMs)))]),
        ),
      ),
    )
    .execute()
  return rows.map(({ interval, t, source, ...bar }) => ({ market, interval, source, bar: { t: t.getTime(), ...bar } }))
}

/** Open time of the newest one-minute candle, undefined for a market without any. */
export async function newestMinute(db: Db, mode: OracleMode, market: string): Promise<number | undefined> {
  const row = await db
    .selectFrom('candles')
    .select('t')
    .where('market', '=', market)
    .where('interval', '=', '1m')
    .where(ofMode(mode))
    .orderBy('t', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.t.getTime()
}

/** The minutes of [fromMs, toMs) that are stored, oldest first. */
export async function storedMinutes(
  db: Db,
  mode: OracleMode,
  market: string,
  fromMs: number,
  toMs: number,
): Promise<{ bar: PriceBar; source: PriceSource }[]> {
  const rows = await db
    .selectFrom('candles')
    .select(['t', 'open', 'high', 'low', 'close', 'source'])
    .where('market', '=', market)
    .where('interval', '=', '1m')
    .where('t', '>=', new Date(fromMs))
    .where('t', '<', new Date(toMs))
    .where(ofMode(mode))
    .orderBy('t')
    .execute()
  return rows.map(({ t, source, ...bar }) => ({ source, bar: { t: t.getTime(), ...bar } }))
}

/** Candles oldest first, the newest `limit` of those before `before`. */
export async function listCandles(
  db: Db,
  mode: OracleMode,
  { market, interval, before, limit }: CandlesInput,
): Promise<CandleDto[]> {
  const rows = await db
    .selectFrom('candles')
    .select(['t', 'open', 'high', 'low', 'close', 'volume_base'])
    .where('market', '=', market)
    .where('interval', '=', interval)
    .where(ofMode(mode))
    .$if(before !== undefined, (query) => query.where('t', '<', new Date(before ?? 0)))
    .orderBy('t', 'desc')
    .limit(limit)
    .execute()
  return rows.reverse().map((row) => ({
    t: row.t.getTime(),
    o: formatUnits(row.open, PRICE_DECIMALS),
    h: formatUnits(row.high, PRICE_DECIMALS),
    l: formatUnits(row.low, PRICE_DECIMALS),
    c: formatUnits(row.close, PRICE_DECIMALS),
    v: formatUnits(row.volume_base, BASE_DECIMALS),
  }))
}

/** What each listed market did in the 24 h before `nowMs`: closing prices of a quarter of an hour, oldest first. */
export async function listSparklines(db: Db, mode: OracleMode, nowMs: number): Promise<SparklineDto[]> {
  const since = new Date(nowMs - DAY_MS)
  // Per market, so that each reads its 96 candles by key.
  const { rows } = await sql<{ market: string; closes: string[] }>`
    select markets.market, coalesce(day.closes, '{}') as closes
    from public.markets, lateral (
      select array_agg(close::text order by t) as closes from public.candles
      where candles.market = markets.market and interval = '15m' and t >= ${since} and ${ofMode(mode)}
    ) as day
    order by markets.index`.execute(db)
  return rows.map(({ market, closes }) => ({
    market,
    closes: closes.map((close) => formatUnits(BigInt(close), PRICE_DECIMALS)),
  }))
}

/**
 * Brings the volume of every candle from `sinceMs` on to what `trades` says: fine candles from trades, coarse ones from
 * their minutes. Idempotent, so a lost or repeated message, or a rebuilt projection, changes nothing.
 */
export async function refreshVolumes(db: Db, market: string, sinceMs: number): Promise<void> {
  for (const interval of ['1s', '5s', '1m'] as const) {
    // Each candle sums its own trades through their index: joining candles to sums of trades makes a planner without
    // statistics compare every candle with every other.
    await sql`
      update public.candles set (volume_base, volume_quote) = (
        select coalesce(sum(size), 0), coalesce(sum(quote), 0) from public.trades
        where trades.market = candles.market and taker
          and at >= candles.t and at < candles.t + ${`${INTERVAL_MS[interval]} milliseconds`}::interval
      )
      where market = ${market} and interval = ${interval} and t >= ${new Date(candleOpenAt(interval, sinceMs))}
    `.execute(db)
  }
  for (const interval of ['5m', '15m', '1h', '4h', '1d'] as const) {
    const from = new Date(candleOpenAt(interval, sinceMs))
    await sql`
      with minutes as (
        select date_bin(${`${INTERVAL_MS[interval]} milliseconds`}::interval, t, 'epoch'::timestamptz) as t,
               sum(volume_base) as base, sum(volume_quote) as quote
        from public.candles
        where market = ${market} and interval = '1m' and t >= ${from}
        group by 1
      )
      update public.candles set volume_base = minutes.base, volume_quote = minutes.quote
      from minutes
      where candles.market = ${market} and candles.interval = ${interval} and candles.t = minutes.t
        and (candles.volume_base, candles.volume_quote) is distinct from (minutes.base, minutes.quote)
    `.execute(db)
  }
}

/** Ends what is kept of the finest candles: they serve the last hours of a live chart only. */
export async function dropOldCandles(db: Db, nowMs: number): Promise<void> {
  const kept = [
    ['1s', 6 * 3_600_000],
    ['5s', DAY_MS],
  ] as const
  for (const [interval, keptMs] of kept) {
    await db
      .deleteFrom('candles')
      .where('interval', '=', interval)
      .where('t', '<', new Date(nowMs - keptMs))
      .execute()
  }
}
