import { sql } from 'kysely'
import { formatUnits, QUOTE_DECIMALS } from '#client/units.ts'
import type { Db } from '#server/platform/db/index.ts'
import type { LeaderboardDto, LeaderboardInput, LeaderboardRowDto } from './leaderboard-schema.ts'

const DAY_MS = 86_400_000
const WINDOW_MS: Readonly<Record<LeaderboardInput['window'], number>> = {
  '24h': DAY_MS,
  '7d': 7 * DAY_MS,
  '30d': 30 * DAY_MS,
  all: Number.POSITIVE_INFINITY,
}
const SHOWN = 100
const ROI_DECIMALS = 6
const ORDER = {
  pnl: sql`pnl desc`,
  volume: sql`volume desc`,
  roi: sql`roi desc nulls last`,
} as const

type Row = {
  rank: bigint
  traders: bigint
  authority: string
  name: string | null
  pnl: bigint
  volume: bigint
  roi: string | null
  trades: bigint
}

/**
 * Everybody who traded since, best first. The sums are one pass over an index that holds all they need; capital is then
 * looked up for those wallets alone.
 */
export async function readLeaderboard(
  db: Db,
  { window, sort, authority }: LeaderboardInput,
  nowMs: number,
): Promise<LeaderboardDto> {
  const since = new Date(Math.max(nowMs - WINDOW_MS[window], 0))
  const { rows } = await sql<Row>`
    with traded as (
      select authority, sum(realised_pnl + funding_payment - fee) as pnl, sum(quote) as volume, count(*) as trades
      from public.trades where at >= ${since} group by authority
    ), start as (
      select max(at) as at from public.portfolio_snapshots where at <= ${since}
    ), measured as (
      select traded.*, (equity.quote + deposits.quote) as capital
      from traded, start,
      lateral (
        select coalesce(sum(equity), 0) as quote from public.portfolio_snapshots s
        where s.authority = traded.authority and s.at = start.at
      ) as equity,
      lateral (
        select coalesce(sum(case v.index when 0 then d.amount else floor(d.amount * price.close / power(10::numeric, v.decimals)) end), 0)
          as quote
        from public.deposits_withdrawals d
        join public.token_vaults v using (mint)
        left join lateral (
          select close from public.candles c
          where c.market = v.symbol || '-PERP' and c.interval = '5m' and c.t <= d.at order by c.t desc limit 1
        ) as price on v.index > 0
        where d.authority = traded.authority and d.at >= ${since} and d.kind = 'deposit'
      ) as deposits
    ), rated as (
      select *, case when capital > 0 then round(pnl / capital, ${sql.lit(ROI_DECIMALS)}) end as roi from measured
    ), ranked as (
      select *, row_number() over (order by ${ORDER[sort]}, authority) as rank, count(*) over () as traders from rated
    )
    select rank, traders, ranked.authority, nullif(name, '') as name, pnl, volume, roi::text, trades
    from ranked left join public.user_accounts using (authority)
    where rank <= ${SHOWN} or ranked.authority = ${authority ?? null}
    order by rank`.execute(db)
  return {
    rows: rows.filter(({ rank }) => rank <= SHOWN).map(toDto),
    own: rows.filter((row) => row.authority === authority).map(toDto)[0] ?? null,
    traders: Number(rows[0]?.traders ?? 0n),
  }
}

function toDto({ rank, authority, name, pnl, volume, roi, trades }: Row): LeaderboardRowDto {
  return {
    rank: Number(rank),
    authority,
    name,
    pnl: formatUnits(pnl, QUOTE_DECIMALS),
    volume: formatUnits(volume, QUOTE_DECIMALS),
    roi,
    trades: Number(trades),
  }
}
