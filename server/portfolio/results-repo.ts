import { sql } from 'kysely'
import { formatUnits, QUOTE_DECIMALS } from '#client/units.ts'
import type { Db } from '#server/platform/db/index.ts'
import { inYear, LEDGER, NET } from './ledger.ts'
import { rangeStart } from './ranges.ts'
import type { CalendarDayDto, StatisticsDto, StatisticsInput } from './schema.ts'
import { TRIPS } from './trips.ts'

/** What ledger rows come to. Sums over no rows are null. */
const SUMS = sql`sum(${NET}) as net, sum(realised_pnl) as realised_pnl, sum(fee) as fees, sum(funding) as funding,
  sum(interest) as interest, sum(other) as other, count(*) filter (where kind = 'fill') as fills`
type Sums = Record<'net' | 'realised_pnl' | 'fees' | 'funding' | 'interest' | 'other', bigint | null> & {
  fills: bigint
}

const quote = (value: bigint | null): string => formatUnits(value ?? 0n, QUOTE_DECIMALS)
const quoteOrNull = (value: bigint | null): string | null => (value === null ? null : quote(value))

const toResult = (sums: Sums) => ({
  net: quote(sums.net),
  realisedPnl: quote(sums.realised_pnl),
  fees: quote(sums.fees),
  funding: quote(sums.funding),
  interest: quote(sums.interest),
  other: quote(sums.other),
  fills: Number(sums.fills),
})

/** The days of a year on which something was realised, first to last. */
export async function readCalendar(
  db: Db,
  { authority, year, timeZone }: { authority: string; year: number; timeZone: string },
): Promise<CalendarDayDto[]> {
  const { rows } = await sql<Sums & { day: string; starts: Date; ends: Date }>`
    select to_char(midnight, 'YYYY-MM-DD') as day, midnight at time zone ${timeZone} as starts,
      (midnight + interval '1 day') at time zone ${timeZone} as ends, totals.*
    from (
      select date_trunc('day', at at time zone ${timeZone}) as midnight, ${SUMS}
      from ${LEDGER}
      where authority = ${authority} and kind <> 'transfer' and kind <> 'pool' and ${inYear(year, timeZone)}
      group by 1
    ) as totals order by midnight`.execute(db)
  return rows.map(({ day, starts, ends, ...sums }) => ({
    day,
    from: starts.getTime(),
    to: ends.getTime(),
    ...toResult(sums),
  }))
}

type Volumes = { market: string | null; volume: bigint | null; maker_volume: bigint | null }
type Trips = {
  market: string | null
  trades: bigint
  wins: bigint
  gross_profit: bigint | null
  gross_loss: bigint | null
  best: bigint | null
  worst: bigint | null
  hold_ms: bigint | null
  median_hold_ms: number | null
}
type Exposure = { market: string | null; exposed_ms: bigint | null }

/** All markets together first, then each, the one with the most volume first. Empty without a fill. */
export async function readStatistics(
  db: Db,
  { authority, range }: StatisticsInput,
  nowMs: number,
): Promise<StatisticsDto[]> {
  const [since, now] = [rangeStart(range, nowMs), new Date(nowMs)]
  const perMarket = sql`grouping sets ((market), ())`
  const [sums, trips, exposures] = await Promise.all([
    sql<Sums & Volumes & { is_total: number }>`
      select market, grouping(market) as is_total, ${SUMS}, sum(quote) filter (where kind = 'fill') as volume,
        sum(quote) filter (where kind = 'fill' and not taker) as maker_volume
      from ${LEDGER}
      where authority = ${authority} and kind <> 'transfer' and kind <> 'pool' and at >= ${since}
      group by ${perMarket} order by is_total desc, volume desc nulls last`.execute(db),
    sql<Trips>`
      select market, count(*) as trades, count(*) filter (where net > 0) as wins,
        sum(net) filter (where net > 0) as gross_profit, sum(net) filter (where net < 0) as gross_loss,
        max(net) as best, min(net) as worst, trunc(sum(${HELD_MS})) as hold_ms,
        (percentile_cont(0.5) within group (order by ${HELD_MS}))::double precision as median_hold_ms
      from ${TRIPS(authority)} where is_closed and closed_at >= ${since}
      group by ${perMarket} having count(*) > 0`.execute(db),
    sql<Exposure>`
      select market, trunc(sum(extract(epoch from upper(held) - lower(held)) * 1000)) as exposed_ms from (
        select market, unnest(range_agg(tstzrange(greatest(opened_at, ${since}), coalesce(closed_at, ${now})))) as held
        from ${TRIPS(authority)} where coalesce(closed_at, ${now}) > greatest(opened_at, ${since})
        group by ${perMarket}
      ) as open group by market`.execute(db),
  ])
  return sums.rows
    .filter(({ market, is_total }) => market !== null || is_total === 1)
    .map((row) => {
      const of = <T extends { market: string | null }>(rows: readonly T[]): T | undefined =>
        rows.find(({ market }) => market === row.market)
      const exposed = of(exposures.rows)?.exposed_ms
      return { ...toResult(row), ...toVolumes(row), ...toTrips(of(trips.rows)), exposedMs: Number(exposed ?? 0n) }
    })
}

const HELD_MS = sql`extract(epoch from closed_at - opened_at) * 1000`

const toVolumes = ({ market, volume, maker_volume }: Volumes) => ({
  market,
  volume: quote(volume),
  makerVolume: quote(maker_volume),
})

const toTrips = (trips: Trips | undefined) => ({
  trades: Number(trips?.trades ?? 0n),
  wins: Number(trips?.wins ?? 0n),
  grossProfit: quote(trips?.gross_profit ?? null),
  grossLoss: quote(trips?.gross_loss ?? null),
  best: quoteOrNull(trips?.best ?? null),
  worst: quoteOrNull(trips?.worst ?? null),
  holdMs: Number(trips?.hold_ms ?? 0n),
  medianHoldMs: trips?.median_hold_ms == null ? null : Math.round(trips.median_hold_ms),
})
