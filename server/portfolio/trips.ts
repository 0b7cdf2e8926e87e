import { type RawBuilder, sql } from 'kysely'

/**
 * An account's positions from flat to flat: when each was opened and closed, and what it made after fees and funding.
 * A fill that turns a position round ends one and begins the next: its fee is shared by size (rounded down for the old
 * one), everything else belongs to the one it ends. `closed_at` is null while it is open.
 */
export const TRIPS = (authority: string): RawBuilder<unknown> => sql`(
  with fills as (
    select sub_account, market, sequence, at, size, fee, realised_pnl + funding_payment - interest as earned,
      position_base_after as after, position_base_after - case side when 'buy' then size else -size end as before
    from public.trades where authority = ${authority}
  ), legs as (
    select sub_account, market, sequence, 1 as leg, at, before = 0 as opens, sign(after) <> sign(before) and before <> 0 as closes,
      earned - case when sign(before) * sign(after) < 0 then div(fee * abs(before), size) else fee end as net
    from fills
    union all
    select sub_account, market, sequence, 2, at, true, false, div(fee * abs(before), size) - fee
    from fills where sign(before) * sign(after) < 0
  ), numbered as (
    select *, count(*) filter (where opens) over (partition by sub_account, market order by sequence, leg) as trip from legs
  )
  select sub_account, market, trip, min(at) as opened_at, case when bool_or(closes) then max(at) end as closed_at,
    bool_or(closes) as is_closed, sum(net) as net
  from numbered group by sub_account, market, trip
) as trips`
