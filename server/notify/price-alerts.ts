import { sql } from 'kysely'
import type { Db } from '#server/platform/db/index.ts'

/** A price of a market, 1e6. */
export type SeenPrice = { market: string; price: bigint }

/**
 * Speaks for the price rules that these prices have reached, and arms those whose price has come back by half a permille:
 * a price that wavers around a threshold speaks once. One statement, so that of two processes one speaks.
 * @returns how many spoke.
 */
export async function observePrices(db: Db, prices: readonly SeenPrice[], nowMs: number): Promise<number> {
  if (prices.length === 0) return 0
  const seen = JSON.stringify(prices.map(({ market, price }) => ({ market, price: price.toString() })))
  const { rows } = await sql<{ id: bigint }>`
    with seen as (
      select market, price from jsonb_to_recordset(${seen}::jsonb) as given (market text, price numeric)
    ), rearmed as (
      update public.alert_rules r set armed = true
      from seen s
      where r.market = s.market and r.enabled and not r.armed and (
        (r.kind = 'price_above' and s.price <= r.threshold - div(r.threshold, 2000))
        or (r.kind = 'price_below' and s.price >= r.threshold + div(r.threshold, 2000))
      )
    ), spoken as (
      update public.alert_rules r
      set armed = false, enabled = r.repeats, last_fired_at = to_timestamp(${nowMs}::numeric / 1000)
      from seen s
      where r.market = s.market and r.enabled and r.armed and (
        (r.kind = 'price_above' and s.price >= r.threshold) or (r.kind = 'price_below' and s.price <= r.threshold)
      )
      returning r.id, r.user_id, r.kind, r.market, r.threshold, s.price
    )
    insert into app.happenings (user_id, kind, source, at, facts)
    select user_id, 'alert.price', id || ':' || ${nowMs}, to_timestamp(${nowMs}::numeric / 1000), jsonb_build_object(
      'market', market, 'direction', replace(kind::text, 'price_', ''), 'threshold', threshold::text, 'price', price::text
    )
    from spoken
    returning id`.execute(db)
  return rows.length
}
