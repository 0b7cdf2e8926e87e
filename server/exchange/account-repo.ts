import { type Expression, type SqlBool, sql } from 'kysely'
import { formatUnits, QUOTE_DECIMALS } from '#client/units.ts'
import type { Db } from '#server/platform/db/index.ts'
import { decodeCursor, encodeCursor, type PageKey } from './page-cursor.ts'
import type {
  AccountHistoryInput,
  FillDto,
  FundingPaymentDto,
  LiquidationDto,
  LiquidationsInput,
  OrderDto,
  Page,
  SubAccountDto,
  TransferDto,
  TransferHistoryInput,
} from './schema.ts'
import {
  type Row,
  toBalanceDto,
  toFillDto,
  toFundingPaymentDto,
  toLiquidationDto,
  toOrderDto,
  toPositionDto,
  toTransferDto,
} from './to-dto.ts'

/** Sub-accounts with balances, open positions and open orders: all of an authority, or the ones with these addresses. */
export async function listSubAccounts(
  db: Db,
  owner: { authority: string } | { addresses: readonly string[] },
): Promise<{ authority: string; subAccount: SubAccountDto }[]> {
  const accounts = await db
    .selectFrom('sub_accounts')
    .selectAll()
    .where('closed', '=', false)
    .where(
      'authority' in owner
        ? sql<SqlBool>`authority = ${owner.authority}`
        : sql<SqlBool>`address = any(${owner.addresses})`,
    )
    .orderBy('authority')
    .orderBy('id')
    .execute()
  if (accounts.length === 0) return []
  const addresses = accounts.map(({ address }) => address)
  const held = sql<SqlBool>`sub_account = any(${addresses})`
  const [balances, positions, orders] = await Promise.all([
    db
      .selectFrom('user_balances')
      .innerJoin('token_vaults', 'token_vaults.mint', 'user_balances.mint')
      .selectAll('user_balances')
      .select(['symbol', 'decimals'])
      .where(held)
      .orderBy('token_vaults.index')
      .execute(),
    db.selectFrom('positions').selectAll().where(held).orderBy('opened_at').orderBy('market').execute(),
    db.selectFrom('orders').selectAll().where(held).where('status', '=', 'open').orderBy('order_id').execute(),
  ])
  return accounts.map((account) => ({
    authority: account.authority,
    subAccount: {
      address: account.address,
      id: account.id,
      delegate: account.delegate,
      delegateExpiresAt: account.delegate_expires_at?.getTime() ?? null,
      delegateBudget: account.delegate_budget === null ? null : formatUnits(account.delegate_budget, QUOTE_DECIMALS),
      isolatedMarket: account.isolated_market,
      sequence: account.sequence.toString(),
      balances: of(account, balances).map(toBalanceDto),
      positions: of(account, positions).map(toPositionDto),
      orders: of(account, orders).map(toOrderDto),
    },
  }))
}

const of = <R extends { sub_account: string }>({ address }: Row<'sub_accounts'>, rows: readonly R[]): R[] =>
  rows.filter(({ sub_account }) => sub_account === address)

/** An account's orders, newest first. */
export async function listOrders(
  db: Db,
  { authority, market, cursor, limit, ...period }: AccountHistoryInput,
): Promise<Page<OrderDto>> {
  const rows = await db
    .selectFrom('orders')
    .selectAll()
    .where('authority', '=', authority)
    .where(inMarket(market))
    .where(within(period, 'placed_at'))
    .where(olderThan(cursor, 'placed_at', 'order_id'))
    .orderBy('placed_at', 'desc')
    .orderBy('order_id', 'desc')
    .orderBy('sub_account', 'desc')
    .limit(limit + 1)
    .execute()
  return toPage(rows, limit, toOrderDto, (row) => ({
    at: row.placed_at,
    sequence: row.order_id,
    subAccount: row.sub_account,
  }))
}

export async function listFills(
  db: Db,
  { authority, market, cursor, limit, ...period }: AccountHistoryInput,
): Promise<Page<FillDto>> {
  const rows = await db
    .selectFrom('trades')
    .selectAll()
    .where('authority', '=', authority)
    .where(inMarket(market))
    .where(within(period, 'at'))
    .where(olderThan(cursor, 'at', 'sequence'))
    .orderBy('at', 'desc')
    .orderBy('sequence', 'desc')
    .orderBy('sub_account', 'desc')
    .limit(limit + 1)
    .execute()
  return toPage(rows, limit, toFillDto, eventKey)
}

export async function listFundingPayments(
  db: Db,
  { authority, market, cursor, limit, ...period }: AccountHistoryInput,
): Promise<Page<FundingPaymentDto>> {
  const rows = await db
    .selectFrom('funding_payments')
    .selectAll()
    .where('authority', '=', authority)
    .where(inMarket(market))
    .where(within(period, 'at'))
    .where(olderThan(cursor, 'at', 'sequence'))
    .orderBy('at', 'desc')
    .orderBy('sequence', 'desc')
    .orderBy('sub_account', 'desc')
    .limit(limit + 1)
    .execute()
  return toPage(rows, limit, toFundingPaymentDto, eventKey)
}

export async function listLiquidations(
  db: Db,
  { authority, market, cursor, limit, ...period }: LiquidationsInput,
): Promise<Page<LiquidationDto>> {
  const rows = await db
    .selectFrom('liquidations')
    .selectAll()
    .$if(authority !== undefined, (query) => query.where('authority', '=', authority ?? ''))
    .where(inMarket(market))
    .where(within(period, 'at'))
    .where(olderThan(cursor, 'at', 'sequence'))
    .orderBy('at', 'desc')
    .orderBy('sequence', 'desc')
    .orderBy('sub_account', 'desc')
    .limit(limit + 1)
    .execute()
  return toPage(rows, limit, toLiquidationDto, eventKey)
}

export async function listTransfers(
  db: Db,
  { authority, cursor, limit, ...period }: TransferHistoryInput,
): Promise<Page<TransferDto>> {
  const rows = await db
    .selectFrom('deposits_withdrawals')
    .innerJoin('token_vaults', 'token_vaults.mint', 'deposits_withdrawals.mint')
    .selectAll('deposits_withdrawals')
    .select(['symbol', 'decimals'])
    .where('authority', '=', authority)
    .where(within(period, 'at'))
    .where(olderThan(cursor, 'at', 'sequence'))
    .orderBy('at', 'desc')
    .orderBy('sequence', 'desc')
    .orderBy('sub_account', 'desc')
    .limit(limit + 1)
    .execute()
  return toPage(rows, limit, toTransferDto, eventKey)
}

/** Which event of which transaction a row came from. */
export type EventKey = { signature: string; path: string }

/** What single events did to a trader, for live views: fills, orders as they are now, transfers, liquidations. */
export async function listRowsOfEvents(
  db: Db,
  events: readonly EventKey[],
): Promise<{ fills: FillDto[]; orders: OrderDto[]; transfers: TransferDto[]; liquidations: LiquidationDto[] }> {
  const isOne = sql<SqlBool>`(signature, path) in (select * from unnest(${events.map(({ signature }) => signature)}::text[], ${events.map(({ path }) => path)}::text[]))`
  const [fills, orders, transfers, liquidations] = await Promise.all([
    db.selectFrom('trades').selectAll().where(isOne).orderBy('market_sequence').execute(),
    db
      .selectFrom('orders')
      .selectAll()
      .where((eb) =>
        eb.exists(
          eb
            .selectFrom('order_events as e')
            .select('e.kind')
            .where(isOne)
            .whereRef('e.sub_account', '=', 'orders.sub_account')
            .whereRef('e.order_id', '=', 'orders.order_id'),
        ),
      )
      .orderBy('order_id')
      .execute(),
    db
      .selectFrom('deposits_withdrawals')
      .innerJoin('token_vaults', 'token_vaults.mint', 'deposits_withdrawals.mint')
      .selectAll('deposits_withdrawals')
      .select(['symbol', 'decimals'])
      .where(isOne)
      .orderBy('sequence')
      .execute(),
    db.selectFrom('liquidations').selectAll().where(isOne).orderBy('sequence').execute(),
  ])
  return {
    fills: fills.map(toFillDto),
    orders: orders.map(toOrderDto),
    transfers: transfers.map(toTransferDto),
    liquidations: liquidations.map(toLiquidationDto),
  }
}

function inMarket(market: string | undefined): Expression<SqlBool> {
  return market === undefined ? sql<SqlBool>`true` : sql<SqlBool>`market = ${market}`
}

function within({ from, to }: { from?: number | undefined; to?: number | undefined }, at: string): Expression<SqlBool> {
  if (from === undefined && to === undefined) return sql<SqlBool>`true`
  const column = sql.ref(at)
  return sql<SqlBool>`${column} >= ${new Date(from ?? 0)} and ${column} < ${to === undefined ? 'infinity' : new Date(to)}`
}

function olderThan(cursor: string | undefined, at: string, sequence: string): Expression<SqlBool> {
  if (cursor === undefined) return sql<SqlBool>`true`
  const key = decodeCursor(cursor)
  return sql<SqlBool>`(${sql.ref(at)}, ${sql.ref(sequence)}, sub_account) < (${key.at}, ${key.sequence}, ${key.subAccount})`
}

const eventKey = (row: { at: Date; sequence: bigint; sub_account: string }): PageKey => ({
  at: row.at,
  sequence: row.sequence,
  subAccount: row.sub_account,
})

function toPage<R, T>(rows: readonly R[], limit: number, toDto: (row: R) => T, keyOf: (row: R) => PageKey): Page<T> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(toDto),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null,
  }
}
