import { sql } from 'kysely'
import { POOL_PRICE_DELAY_S, POOL_TICKET_LIFE_S } from '#client/pool-rules.ts'
import { formatUnits, QUOTE_DECIMALS } from '#client/units.ts'
import { type Db, ensurePartitions } from '#server/platform/db/index.ts'
import type { PoolDto, PoolHistoryDto, PoolPositionDto, PoolRequestDto, PoolWindow } from './pool-schema.ts'
import { aprOf, type PoolValueRow, toPoolDto, toPoolPoint } from './to-pool-dto.ts'

/** Null until the exchange is launched. */
export async function getPool(db: Db): Promise<PoolDto | null> {
  const [pool, exchange, markets] = await Promise.all([
    db.selectFrom('pools').selectAll().executeTakeFirst(),
    db.selectFrom('exchange').selectAll().executeTakeFirst(),
    db
      .selectFrom('markets')
      .select(['market', 'pool_allocation', 'pool_quote', 'pool_base'])
      .orderBy('index')
      .execute(),
  ])
  return pool === undefined || exchange === undefined ? null : toPoolDto(pool, exchange, markets)
}

/** What the pool was worth at one look at the chain, native units. */
export type PoolSnapshot = { epoch: bigint; shares: bigint; netAssetValue: bigint }

/** Keeps the value of one moment once, however often it is tried. A pool without shares has no share price. */
export async function insertPoolSnapshot(
  db: Db,
  { epoch, shares, netAssetValue }: PoolSnapshot,
  atMs: number,
): Promise<void> {
  if (shares === 0n) return
  await ensurePartitions(db, 'public.pool_snapshots', [atMs])
  await db
    .insertInto('pool_snapshots')
    .values({ at: new Date(atMs), epoch, shares, net_asset_value: netAssetValue })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

const DAY_MS = 86_400_000
const WINDOW_MS: Readonly<Record<PoolWindow, number>> = {
  '24h': DAY_MS,
  '7d': 7 * DAY_MS,
  '30d': 30 * DAY_MS,
  '90d': 90 * DAY_MS,
  all: Number.POSITIVE_INFINITY,
}
const POINTS = 240
const APR_WINDOW_MS = 30 * DAY_MS

/**
 * The share price of the pool's present epoch: what the program valued it at in each request, between them what the job of
 * every five minutes counted. One point per step, the newest.
 */
export async function poolHistory(db: Db, window: PoolWindow, nowMs: number): Promise<PoolHistoryDto> {
  const epoch = await presentEpoch(db)
  if (epoch === null) return { points: [], apr: null }
  const from = Math.max(nowMs - WINDOW_MS[window], epoch.beginAt)
  const [{ rows }, first] = await Promise.all([
    sql<PoolValueRow>`
      select distinct on (step) at, shares, net_asset_value from (
        select *, date_bin(${`${stepMs(nowMs - from)} milliseconds`}::interval, at, 'epoch'::timestamptz) as step
        from ${values(epoch, from)}
      ) as stepped order by step, at desc`.execute(db),
    firstValue(db, epoch, Math.max(nowMs - APR_WINDOW_MS, epoch.beginAt)),
  ])
  return { points: rows.map(toPoolPoint), apr: aprOf(first, rows.at(-1)) }
}

/** Not finer than the snapshots come. */
const stepMs = (spanMs: number): number => Math.max(Math.ceil(spanMs / POINTS), 300_000)

const values = ({ epoch }: Epoch, fromMs: number) => sql`(
  select at, shares, net_asset_value from public.pool_snapshots where at >= ${new Date(fromMs)} and epoch = ${epoch}
  union all
  select at, total_shares, net_asset_value from public.pool_events
  where at >= ${new Date(fromMs)} and total_shares > 0 and net_asset_value > 0
) as value`

async function firstValue(db: Db, epoch: Epoch, fromMs: number): Promise<PoolValueRow | undefined> {
  const { rows } = await sql<PoolValueRow>`
    select at, shares, net_asset_value from ${values(epoch, fromMs)} order by at limit 1`.execute(db)
  return rows[0]
}

/** Which life of the pool this is, and when it got its first shares, ms. Shares of an earlier one are worthless. */
type Epoch = { epoch: bigint; beginAt: number }

/** Null before there are shares. */
async function presentEpoch(db: Db): Promise<Epoch | null> {
  const row = await db
    .selectFrom('pool_events')
    .innerJoin('pools', (join) => join.on(sql<boolean>`coalesce(pool_events.epoch, 0) = pools.epoch`))
    .select(['pools.epoch', 'pool_events.at'])
    .where('kind', '=', 'shares_minted')
    .orderBy('pool_events.at')
    .limit(1)
    .executeTakeFirst()
  return row === undefined ? null : { epoch: row.epoch, beginAt: row.at.getTime() }
}

const REQUESTS_SHOWN = 50
const QUEUE_SHOWN = 200

/** What a wallet has in the pool, and the newest of its requests. */
export async function poolPosition(db: Db, authority: string): Promise<PoolPositionDto> {
  const begin = new Date((await presentEpoch(db))?.beginAt ?? 0)
  const [{ rows }, requests] = await Promise.all([
    sql<{ shares: bigint; deposited: bigint; withdrawn: bigint }>`
      select
        coalesce(sum(case kind
          when 'shares_minted' then shares when 'shares_returned' then shares when 'exit_requested' then -shares
        end) filter (where at >= ${begin}), 0) as shares,
        coalesce(sum(amount) filter (where kind = 'shares_minted'), 0) as deposited,
        coalesce(sum(amount) filter (where kind = 'exited'), 0) as withdrawn
      from public.pool_events where authority = ${authority}`.execute(db),
    selectRequests(db, authority, REQUESTS_SHOWN),
  ])
  const [sums] = rows
  const text = (value: bigint | undefined) => formatUnits(value ?? 0n, QUOTE_DECIMALS)
  return {
    authority,
    shares: text(sums?.shares),
    deposited: text(sums?.deposited),
    withdrawn: text(sums?.withdrawn),
    requests,
  }
}

/** The requests that nobody has executed yet, the next one first. */
export async function poolQueue(db: Db): Promise<PoolRequestDto[]> {
  const waiting = await selectRequests(db, null, QUEUE_SHOWN)
  return waiting.toSorted((a, b) => a.executableAt - b.executableAt)
}

type RequestRow = {
  ticket: string
  ticket_id: bigint | null
  kind: 'deposit_requested' | 'exit_requested'
  authority: string
  sub_account: string | null
  amount: bigint
  shares: bigint | null
  executable_at: Date | null
  at: Date
  signature: string
  outcome: 'shares_minted' | 'request_returned' | 'exited' | 'shares_returned' | null
  got: bigint | null
  ended_at: Date | null
  ended_signature: string | null
}

/** Of one wallet, ended ones too; of everybody (null) those that wait. A ticket's first event after its request ends it. */
async function selectRequests(db: Db, authority: string | null, limit: number): Promise<PoolRequestDto[]> {
  const { rows } = await sql<RequestRow>`
    select asked.*, ended.kind as outcome, ended.at as ended_at, ended.signature as ended_signature,
      case ended.kind when 'shares_minted' then ended.shares when 'exited' then ended.amount end as got
    from public.pool_events as asked
    left join lateral (
      select * from public.pool_events as later
      where later.ticket = asked.ticket and later.at >= asked.at
        and later.kind in ('shares_minted', 'request_returned', 'exited', 'shares_returned')
      order by later.at limit 1
    ) as ended on true
    where asked.kind in ('deposit_requested', 'exit_requested')
      and ${authority === null ? sql`ended.kind is null` : sql`asked.authority = ${authority}`}
    order by asked.at desc limit ${limit}`.execute(db)
  return rows.map(toRequest)
}

const MS = 1_000

function toRequest(row: RequestRow): PoolRequestDto {
  const isDeposit = row.kind === 'deposit_requested'
  const askedAt = row.at.getTime()
  // The price of a deposit must be this much younger than its request; an exit waits for its cooldown.
  const dueAt = isDeposit ? askedAt + Number(POOL_PRICE_DELAY_S) * MS : (row.executable_at?.getTime() ?? askedAt)
  const lifeFrom = isDeposit ? askedAt : dueAt
  return {
    ticket: row.ticket,
    ticketId: row.ticket_id?.toString() ?? null,
    kind: isDeposit ? 'deposit' : 'exit',
    authority: row.authority,
    subAccount: row.sub_account,
    amount: formatUnits(isDeposit ? row.amount : (row.shares ?? 0n), QUOTE_DECIMALS),
    status:
      row.outcome === null
        ? 'waiting'
        : row.outcome === 'shares_minted' || row.outcome === 'exited'
          ? 'done'
          : 'returned',
    got: row.got === null ? null : formatUnits(row.got, QUOTE_DECIMALS),
    requestedAt: askedAt,
    executableAt: dueAt,
    expiresAt: lifeFrom + Number(POOL_TICKET_LIFE_S) * MS,
    endedAt: row.ended_at?.getTime() ?? null,
    signature: row.ended_signature ?? row.signature,
  }
}
