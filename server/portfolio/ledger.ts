import { sql } from 'kysely'

/** The parts must agree in their types exactly, or PostgreSQL reads them whole before it looks at a condition. */
const [ZERO, NONE, TEXT] = [sql`0::numeric`, sql`null::numeric`, sql`null::text`]
const IS_REWARD = sql`kind in ('referral_reward', 'treasury_fees')`
const QUOTE_MINT = sql`(select quote_mint from public.exchange)`

/**
 * Everything that moved an account's money, as rows of one shape: the one source of the calendar, the statistics, the
 * deposits and the file, so that their sums agree. Quote columns are native units (1e6) with the trader's sign but for
 * `fee` and `interest`, which are positive when paid. `amount`: native units of `mint`, signed.
 *
 * Not in it, because no event tells it apart: what a keeper or liquidator earns, and interest charged on a debt by
 * something other than a fill.
 *
 * A condition on `authority` and `at` reaches each part's index.
 */
export const LEDGER = sql`(
  select authority, sub_account, at, sequence, signature, path, 'fill'::text as kind, cause::text as detail, market,
    side::text as side, taker, size, price, quote, realised_pnl, fee, funding_payment as funding, interest,
    0::numeric as other, null::text as mint, 0::numeric as amount, order_id
  from public.trades
  union all
  select authority, sub_account, at, ${ZERO}, signature, path, 'covered_loss'::text, ${TEXT}, market,
    ${TEXT}, null::boolean, ${NONE}, ${NONE}, ${NONE}, ${ZERO}, ${ZERO}, ${ZERO}, ${ZERO}, loss, ${TEXT}, ${ZERO}, ${NONE}
  from public.covered_losses
  union all
  select authority, sub_account, at, sequence, signature, path,
    case when ${IS_REWARD} then 'reward'::text else 'transfer'::text end, kind::text, ${TEXT},
    ${TEXT}, null::boolean, ${NONE}, ${NONE}, ${NONE}, ${ZERO}, ${ZERO}, ${ZERO}, ${ZERO},
    case when ${IS_REWARD} then amount else ${ZERO} end, mint,
    case when ${IS_REWARD} then ${ZERO} when kind in ('withdrawal', 'transfer_out', 'insurance_refill') then -amount
      else amount end, ${NONE}
  from public.deposits_withdrawals
  union all
  select authority, ${TEXT}, at, ${ZERO}, signature, path, 'pool'::text, kind::text, ${TEXT},
    ${TEXT}, null::boolean, ${NONE}, ${NONE}, ${NONE}, ${ZERO}, ${ZERO}, ${ZERO}, ${ZERO}, ${ZERO}, ${QUOTE_MINT},
    case kind when 'deposit_requested' then -amount else amount end, ${NONE}
  from public.pool_events where kind in ('deposit_requested', 'request_returned', 'exited')
  union all
  select authority, sub_account, at, sequence, signature, path, 'collateral_sale'::text, ${TEXT}, ${TEXT},
    'sell'::text, null::boolean, ${NONE}, ${NONE}, quote, ${ZERO}, ${ZERO}, ${ZERO}, interest, ${ZERO}, mint, -tokens, ${NONE}
  from public.collateral_liquidations
) as ledger`

/** What a row earned or cost, apart from what was brought in and taken out. */
export const NET = sql<bigint>`realised_pnl + funding + other - fee - interest`

/**
 * What a row brought in (+) or took out (−), quote. Tokens count at the price their market had when they moved; between
 * two sub-accounts of one owner both sides cancel out.
 */
export const FLOW = sql<bigint>`case
  when kind not in ('transfer', 'pool') then 0
  when mint = ${QUOTE_MINT} then amount
  else trunc(amount * coalesce((
      select close from public.candles
      join public.token_vaults on token_vaults.mint = ledger.mint
      where market = token_vaults.symbol || '-PERP' and interval = '1m' and t <= ledger.at order by t desc limit 1
    ), 0) / (select power(10::numeric, decimals) from public.token_vaults where token_vaults.mint = ledger.mint))
end`

/** The rows of a calendar year where the reader lives. */
export function inYear(year: number, timeZone: string) {
  const begins = (of: number) => sql`(${`${of}-01-01`}::timestamp at time zone ${timeZone})`
  return sql`at >= ${begins(year)} and at < ${begins(year + 1)}`
}
