import { sql } from 'kysely'
import { formatUnits, QUOTE_DECIMALS } from '#client/units.ts'
import type { Db } from '#server/platform/db/index.ts'
import { FLOW, LEDGER } from './ledger.ts'
import { rangeStart, STEP_MS } from './ranges.ts'
import type { PortfolioHistoryDto, PortfolioPointDto, Range } from './schema.ts'

type Point = { at: Date; equity: bigint; unrealised_pnl: bigint; notional: bigint }
/** What came in (+) and went out (−) in a step, quote 1e6. */
type Flow = { at: Date; amount: bigint }

/** A wallet's worth and what it brought in, all its sub-accounts together, oldest first. */
export async function readHistory(
  db: Db,
  { authority, range }: { authority: string; range: Range },
  nowMs: number,
): Promise<PortfolioHistoryDto> {
  const since = rangeStart(range, nowMs)
  const [points, flows] = await Promise.all([
    sql<Point>`
      select distinct on (step) counted.* from (
        select at, date_bin(${`${STEP_MS[range] / 1000} seconds`}::interval, at, 'epoch') as step, sum(equity) as equity,
          sum(unrealised_pnl) as unrealised_pnl, sum(notional) as notional
        from public.portfolio_snapshots where authority = ${authority} and at >= ${since} group by at
      ) as counted order by step, at desc`.execute(db),
    sql<Flow>`
      select at, ${FLOW} as amount from ${LEDGER} where authority = ${authority} and kind in ('transfer', 'pool')
      order by at`.execute(db),
  ])
  return join(points.rows, flows.rows, since)
}

function join(points: readonly Point[], flows: readonly Flow[], since: Date): PortfolioHistoryDto {
  const [first] = flows
  // Whatever it became, an account is worth its first collateral when that comes in.
  const opened =
    first !== undefined && first.at >= since && !points.some(({ at }) => at <= first.at) ? first : undefined
  let deposited = 0n
  let next = 0
  const depositedAt = (at: Date): bigint => {
    for (let flow = flows[next]; flow !== undefined && flow.at <= at; flow = flows[next]) {
      deposited += flow.amount
      next += 1
    }
    return deposited
  }
  const start = opened === undefined ? [] : [worth(opened.at, opened.amount, depositedAt(opened.at))]
  const counted = points.map((point) => ({ ...toPoint(point), netDeposits: quote(depositedAt(point.at)) }))
  return { points: [...start, ...counted], netDeposits: quote(depositedAt(new Date(8.64e15))) }
}

const quote = (value: bigint): string => formatUnits(value, QUOTE_DECIMALS)

const worth = (at: Date, equity: bigint, deposited: bigint): PortfolioPointDto => ({
  ...toPoint({ at, equity, unrealised_pnl: 0n, notional: 0n }),
  netDeposits: quote(deposited),
})

const toPoint = ({ at, equity, unrealised_pnl, notional }: Point): Omit<PortfolioPointDto, 'netDeposits'> => ({
  at: at.getTime(),
  equity: quote(equity),
  unrealisedPnl: quote(unrealised_pnl),
  notional: quote(notional),
})
