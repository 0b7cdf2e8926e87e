import { type SqlBool, sql } from 'kysely'
import type { Db } from '#server/platform/db/index.ts'
import type {
  CurrentFundingDto,
  FundingRateDto,
  FundingStepDto,
  FundingStepsInput,
  InsuranceDto,
  MarketDto,
  MarketStateDto,
  TradeDto,
} from './schema.ts'
import {
  type MarketStatsRow,
  toCurrentFundingDto,
  toFundingRateDto,
  toFundingStepDto,
  toInsuranceDto,
  toMarketDto,
  toMarketState,
  toTradeDto,
} from './to-dto.ts'

/** Markets in listing order, with statistics of the 24 h before `nowMs`. Empty until the exchange is launched. */
export async function listMarkets(db: Db, nowMs: number, market?: string): Promise<MarketDto[]> {
  const exchange = await db.selectFrom('exchange').selectAll().executeTakeFirst()
  if (exchange === undefined) return []
  const [rows, stats] = await Promise.all([
    db
      .selectFrom('markets')
      .selectAll()
      .$if(market !== undefined, (query) => query.where('market', '=', market ?? ''))
      .orderBy('index')
      .execute(),
    marketStats(db, nowMs),
  ])
  return rows.map((row) => toMarketDto(row, exchange, stats.get(row.market)))
}

/** Volume from this exchange's trades, prices from the oracle's 5 m candles. */
async function marketStats(db: Db, nowMs: number): Promise<Map<string, MarketStatsRow>> {
  const since = new Date(nowMs - 24 * 3_600_000)
  // Per market, so that each reads its 288 candles by key; grouped over all markets the whole table is read.
  const day = sql`from public.candles where candles.market = markets.market and interval = '5m' and t >= ${since}`
  const [prices, volumes] = await Promise.all([
    sql<Omit<MarketStatsRow, 'volume'> & { market: string }>`
      select markets.market, extremes.high, extremes.low,
        (select open ${day} order by t limit 1) as open,
        (select close ${day} order by t desc limit 1) as close
      from public.markets, lateral (select max(high) as high, min(low) as low ${day}) as extremes
    `.execute(db),
    db
      .selectFrom('trades')
      .select(({ fn }) => ['market', fn.sum<bigint>('quote').as('volume')])
      .where('taker', '=', true)
      .where('at', '>', since)
      .groupBy('market')
      .execute(),
  ])
  const stats = new Map<string, MarketStatsRow>()
  for (const { market, ...row } of prices.rows) stats.set(market, { ...row, volume: 0n })
  for (const { market, volume } of volumes) {
    stats.set(market, { open: null, high: null, low: null, close: null, ...stats.get(market), volume })
  }
  return stats
}

export async function listTrades(db: Db, market: string, limit: number): Promise<TradeDto[]> {
  const rows = await db
    .selectFrom('trades')
    .selectAll()
    .where('market', '=', market)
    .where('taker', '=', true)
    .orderBy('market_sequence', 'desc')
    .limit(limit)
    .execute()
  return rows.map(toTradeDto)
}

export async function listFundingRates(db: Db, market: string, limit: number): Promise<FundingRateDto[]> {
  const rows = await db
    .selectFrom('funding_rates')
    .selectAll()
    .where('market', '=', market)
    .orderBy('sequence', 'desc')
    .limit(limit)
    .execute()
  return rows.map(toFundingRateDto)
}

/** The rate of each step in which it accrued, oldest first: that of the step's end. */
export async function listFundingSteps(
  db: Db,
  { market, stepMs, from, to }: FundingStepsInput,
): Promise<FundingStepDto[]> {
  const { rows } = await sql<{ t: Date; rate_daily: bigint; oracle_price: bigint }>`
    select distinct on (t) t, rate_daily, oracle_price
    from public.funding_rates,
      lateral date_bin(${`${stepMs} milliseconds`}::interval, at, 'epoch'::timestamptz) as t
    where market = ${market} and at >= ${new Date(from)} and at < ${new Date(to)}
    order by t, sequence desc
  `.execute(db)
  return rows.map(toFundingStepDto)
}

/** An order that crossed when placed rests once its window for the one price has passed. */
const TAKES_FOR_MS = 10_000

/**
 * Limit orders of a market that rest now, summed by price: `[price, remaining base]` in native units, best price first.
 * Pegged ones are not among them: their price moves with the oracle.
 */
export async function restingLevels(
  db: Db,
  market: string,
  side: 'buy' | 'sell',
  nowMs: number,
): Promise<[bigint, bigint][]> {
  const rows = await db
    .selectFrom('orders')
    .select(['limit_price', sql<bigint>`sum(size - filled)`.as('remaining')])
    .where('market', '=', market)
    .where('status', '=', 'open')
    .where('type', '=', 'limit')
    .where('side', '=', side)
    .where('stage', '=', 'active')
    .where('peg_offset', 'is', null)
    .where('time_in_force', 'in', ['gtc', 'gtt'])
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', new Date(nowMs))]))
    .where((eb) => eb.or([eb('takes', '=', false), eb('eligible_at', '<=', new Date(nowMs - TAKES_FOR_MS))]))
    .groupBy('limit_price')
    .orderBy('limit_price', side === 'buy' ? 'desc' : 'asc')
    .execute()
  return rows.map((row) => [row.limit_price, row.remaining])
}

export async function listMarketStates(
  db: Db,
  markets: readonly string[],
): Promise<{ market: string; state: MarketStateDto }[]> {
  const rows = await db
    .selectFrom('markets')
    .selectAll()
    .where(sql<SqlBool>`market = any(${markets})`)
    .orderBy('index')
    .execute()
  return rows.map((row) => ({ market: row.market, state: toMarketState(row) }))
}

/** The funding of every market as it last accrued. */
export async function listCurrentFunding(db: Db): Promise<CurrentFundingDto[]> {
  const rows = await db.selectFrom('markets').selectAll().orderBy('index').execute()
  return rows.map(toCurrentFundingDto)
}

/** The insurance fund and the newest losses it was asked to cover; null until the exchange is launched. */
export async function getInsurance(db: Db, losses: number): Promise<InsuranceDto | null> {
  const [insurance, covered] = await Promise.all([
    db.selectFrom('insurance').selectAll().executeTakeFirst(),
    db.selectFrom('covered_losses').selectAll().orderBy('at', 'desc').limit(losses).execute(),
  ])
  return insurance === undefined ? null : toInsuranceDto(insurance, covered)
}
