import { sql } from 'kysely'
import type { Db } from '#server/platform/db/index.ts'
import type { LeaderboardInput } from './leaderboard-schema.ts'

const DAY_MS = 86_400_000
const WINDOW_MS: Readonly<Record<LeaderboardInput['window'], number>> = {
  '24h': DAY_MS,
  '7d': 7 * DAY_MS,
  '30d': 30 * DAY_MS,
  all: Number.POSITIVE_INFINITY,
}
const ROI_DECIMALS = 6

/** What a wallet made of a time; native quote units. `roi`: decimal text, null without capital. */
export type TraderResult = {
  authority: string
  name: string | null
  pnl: bigint
  volume: bigint
  roi: string | null
  trades: bigint
}

/**
 * Everybody who traded in the time. The sums are one pass over an index that holds all they need; capital is then looked
 * up for those wallets alone.
 */
export async function listTraderResults(
  db: Db,
  window: LeaderboardInput['window'],
  nowMs: number,
): Promise<TraderResult[]> {
  const since = new Date(Math.max(nowMs - WINDOW_MS[window], 0))
  const { rows } = await sql<TraderResult>`
    with traded as (
      select authority, sum(realised_pnl + funding_payment - fee - interest) as pnl, sum(quote) as volume, count(*) as trades
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
        select coalesce(sum(case v.index
            when 0 then d.amount else floor(d.amount * price.close / power(10::numeric, v.decimals))
          end), 0) as quote
        from public.deposits_withdrawals d
        join public.token_vaults v using (mint)
        left join lateral (
          select close from public.candles c
          where c.market = v.symbol || '-PERP' and c.interval = '5m' and c.t <= d.at order by c.t desc limit 1
        ) as price on v.index > 0
        where d.authority = traded.authority and d.at >= ${since} and d.kind = 'deposit'
      ) as deposits
    )
    select authority, nullif(name, '') as name, pnl, volume, trades,
      (case when capital > 0 then round(pnl / capital, ${sql.lit(ROI_DECIMALS)}) end)::text as roi
    from measured left join public.user_accounts using (authority)`.execute(db)
  return rows
}
