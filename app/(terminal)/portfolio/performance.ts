import { parseUnits, QUOTE_DECIMALS, type Quote } from '#client/units.ts'
import type { PortfolioHistoryDto } from '#server/portfolio/schema.ts'

/*
 * What a series of counts says of an account. Money is exact; ratios are indicators. What is brought in and taken out is
 * neither profit nor loss: returns are chained from count to count, each on what the account had then and was given since.
 */

export type Sample = {
  at: number
  equity: Quote
  /** Since the range began, after fees and funding. */
  pnl: Quote
  /** 1 where the range begins; grows and falls with the returns. */
  index: number
  /** How far the index is below its highest until then, 0 or negative. */
  drawdown: number
}

export type Live = { at: number; equity: Quote }

const quote = (text: string): Quote => parseUnits(text, QUOTE_DECIMALS)

/** `live`: what the account is worth now; null while unknown. */
export function samplesOf({ points, netDeposits }: PortfolioHistoryDto, live: Live | null): Sample[] {
  const counted = points.map((point) => ({
    at: point.at,
    equity: quote(point.equity),
    deposits: quote(point.netDeposits),
  }))
  if (live !== null && live.at > (counted.at(-1)?.at ?? 0)) counted.push({ ...live, deposits: quote(netDeposits) })
  const [first] = counted
  if (first === undefined) return []
  const start = first.equity - first.deposits
  let [index, peak] = [1, 1]
  return counted.map(({ at, equity, deposits }, place) => {
    const before = counted[place - 1]
    if (before !== undefined) index *= 1 + returnOf(before, { equity, flow: deposits - before.deposits })
    peak = Math.max(peak, index)
    return { at, equity, pnl: equity - deposits - start, index, drawdown: index / peak - 1 }
  })
}

/** On what was there, and what came in meanwhile as if it had been there from the start; never less than all is lost. */
function returnOf(before: { equity: Quote }, after: { equity: Quote; flow: Quote }): number {
  const base = before.equity + (after.flow > 0n ? after.flow : 0n)
  if (base <= 0n) return 0
  return Math.max(-1, Number(after.equity - before.equity - after.flow) / Number(base))
}

export type Performance = {
  pnl: Quote
  /** Time-weighted return of the range. */
  change: number
  maxDrawdown: number
  /** Of daily returns, a year's worth; null below a week of days. */
  sharpe: number | null
  sortino: number | null
}

/** Null while there is nothing to compare with. */
export function performanceOf(samples: readonly Sample[]): Performance | null {
  const last = samples.at(-1)
  if (last === undefined || samples.length < 2) return null
  const daily = dailyReturns(samples)
  return {
    pnl: last.pnl,
    change: last.index - 1,
    maxDrawdown: Math.min(...samples.map(({ drawdown }) => drawdown)),
    sharpe: annual(daily, deviation(daily)),
    sortino: annual(daily, downside(daily)),
  }
}

const DAY_MS = 86_400_000
const FEWEST_DAYS = 7
const DAYS_A_YEAR = 365

/** From the last count of each day (UTC) to that of the next. */
function dailyReturns(samples: readonly Sample[]): number[] {
  const closes = new Map<number, number>()
  for (const { at, index } of samples) closes.set(Math.floor(at / DAY_MS), index)
  const indices = [...closes.values()]
  return indices.slice(1).map((index, place) => {
    const before = indices[place] ?? 0
    return before === 0 ? 0 : index / before - 1
  })
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

function deviation(values: readonly number[]): number {
  const middle = mean(values)
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / Math.max(1, values.length - 1))
}

const downside = (values: readonly number[]): number => Math.sqrt(mean(values.map((value) => Math.min(0, value) ** 2)))

const annual = (daily: readonly number[], risk: number): number | null =>
  daily.length < FEWEST_DAYS || !(risk > 0) ? null : (mean(daily) / risk) * Math.sqrt(DAYS_A_YEAR)
