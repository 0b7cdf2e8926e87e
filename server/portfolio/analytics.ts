import type { Db } from '#server/platform/db/index.ts'
import { readStatistics } from './results-repo.ts'
import type { StatisticsDto, StatisticsInput, TokenStatisticsDto } from './schema.ts'

const NOTHING: StatisticsDto = {
  market: null,
  net: '0',
  realisedPnl: '0',
  fees: '0',
  funding: '0',
  interest: '0',
  other: '0',
  fills: 0,
  volume: '0',
  makerVolume: '0',
  trades: 0,
  wins: 0,
  grossProfit: '0',
  grossLoss: '0',
  best: null,
  worst: null,
  holdMs: 0,
  medianHoldMs: null,
  exposedMs: 0,
}

/** All markets together; zeros for a wallet that never traded. */
export async function readOverall(db: Db, input: StatisticsInput, nowMs: number): Promise<StatisticsDto> {
  const [overall] = await readStatistics(db, input, nowMs)
  return overall ?? NOTHING
}

/** Each token that was traded, the one with the most volume first. */
export async function readPerToken(db: Db, input: StatisticsInput, nowMs: number): Promise<TokenStatisticsDto[]> {
  const statistics = await readStatistics(db, input, nowMs)
  return statistics.flatMap(({ market, ...results }) =>
    market === null ? [] : [{ ...results, market, token: market.replace(/-PERP$/, '') }],
  )
}
