import { sql } from 'kysely'
import { BASE_DECIMALS, formatUnits, PRICE_DECIMALS, QUOTE_DECIMALS } from '#client/units.ts'
import type { Db } from '#server/platform/db/index.ts'
import { inYear, LEDGER, NET } from './ledger.ts'
import type { LedgerInput } from './schema.ts'

const ROWS_AT_ONCE = 1_000

type Row = {
  at: Date
  date: string
  kind: 'fill' | 'covered_loss' | 'transfer' | 'reward' | 'pool' | 'collateral_sale'
  detail: string | null
  sub_account_id: number | null
  market: string | null
  side: string | null
  taker: boolean | null
  size: bigint | null
  price: bigint | null
  quote: bigint | null
  realised_pnl: bigint
  fee: bigint
  funding: bigint
  interest: bigint
  other: bigint
  net: bigint
  symbol: string | null
  decimals: number | null
  amount: bigint
  order_id: bigint | null
  signature: string
  path: string
  sub_account: string | null
  sequence: bigint
}

const quote = (value: bigint): string => formatUnits(value, QUOTE_DECIMALS)
const none = (value: bigint | null, decimals: number): string => (value === null ? '' : formatUnits(value, decimals))

/** Every column with its heading, so that the two cannot part. */
const COLUMNS: readonly (readonly [heading: string, cell: (row: Row) => string])[] = [
  ['time_utc', ({ at }) => at.toISOString()],
  ['date', ({ date }) => date],
  ['type', typeOf],
  ['market', ({ market }) => market ?? ''],
  ['side', ({ side }) => side ?? ''],
  ['liquidity', ({ taker }) => (taker === null ? '' : taker ? 'taker' : 'maker')],
  ['size', ({ size }) => none(size, BASE_DECIMALS)],
  ['price', ({ price }) => none(price, PRICE_DECIMALS)],
  ['value_usdc', (row) => none(row.quote, QUOTE_DECIMALS)],
  ['realised_pnl_usdc', ({ realised_pnl }) => quote(realised_pnl)],
  ['fee_usdc', ({ fee }) => quote(fee)],
  ['funding_usdc', ({ funding }) => quote(funding)],
  ['interest_usdc', ({ interest }) => quote(interest)],
  ['other_usdc', ({ other }) => quote(other)],
  ['net_usdc', ({ net }) => quote(net)],
  ['asset', ({ symbol }) => symbol ?? ''],
  ['amount', ({ symbol, amount, decimals }) => (symbol === null ? '' : formatUnits(amount, decimals ?? 0))],
  ['sub_account', ({ sub_account_id }) => sub_account_id?.toString() ?? ''],
  ['order_id', ({ order_id }) => order_id?.toString() ?? ''],
  ['transaction', ({ signature }) => signature],
]

/** "fill", "liquidation", "deposit", "transfer_out": what a tax programme is told to make of it. */
function typeOf({ kind, detail }: Row): string {
  if (kind === 'fill') return detail === 'order' || detail === null ? 'fill' : detail
  if (kind === 'pool') return detail === 'deposit_requested' ? 'pool_deposit' : 'pool_withdrawal'
  return kind === 'transfer' || kind === 'reward' ? (detail ?? kind) : kind
}

/**
 * An account's whole ledger as CSV (RFC 4180), oldest first, a piece at a time, so that a history of any length costs no
 * memory: fees, funding and realised PnL of each event, and what came in and went out. `date` is the day in the zone
 * asked for; the sum of `net_usdc` over a day is that day in the calendar.
 */
export async function* ledgerCsv(db: Db, { authority, year, timeZone }: LedgerInput): AsyncGenerator<string> {
  yield `${COLUMNS.map(([heading]) => heading).join(',')}\r\n`
  let after: Row | undefined
  do {
    const rows = await readPage(db, { authority, year, timeZone }, after)
    if (rows.length > 0) yield rows.map((row) => `${COLUMNS.map(([, cell]) => cell(row)).join(',')}\r\n`).join('')
    after = rows.length < ROWS_AT_ONCE ? undefined : rows.at(-1)
  } while (after !== undefined)
}

async function readPage(db: Db, { authority, year, timeZone }: LedgerInput, after: Row | undefined): Promise<Row[]> {
  const key = sql`at, coalesce(ledger.sub_account, ''), sequence, signature, path, kind`
  const next =
    after === undefined
      ? sql``
      : sql`and at >= ${after.at} and (${key}) > (${after.at}, ${after.sub_account ?? ''}, ${after.sequence}, ${after.signature}, ${after.path}, ${after.kind})`
  const { rows } = await sql<Row>`
    select ledger.*, ${NET} as net, to_char(at at time zone ${timeZone}, 'YYYY-MM-DD') as date,
      (select id from public.sub_accounts where address = ledger.sub_account) as sub_account_id, symbol, decimals
    from ${LEDGER} left join public.token_vaults using (mint)
    where authority = ${authority} and ${year === undefined ? sql`true` : inYear(year, timeZone)} ${next}
    order by ${key} limit ${ROWS_AT_ONCE}`.execute(db)
  return rows
}
