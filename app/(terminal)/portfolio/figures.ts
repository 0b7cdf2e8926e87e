import { formatNumber, formatPercent, formatUsd, NO_VALUE } from '#app/ui/format.ts'
import { formatUnits, parseUnits, QUOTE_DECIMALS, type Quote } from '#client/units.ts'
import type { StatisticsDto } from '#server/portfolio/schema.ts'

export const usd = (amount: Quote, sign = true): string => formatUsd(formatUnits(amount, QUOTE_DECIMALS), { sign })
const ROUND_FROM = 10_000_000n

/** For a cell with room for few figures: whole dollars, and cents below ten. */
export const roundUsd = (amount: Quote): string => {
  const isSmall = amount < ROUND_FROM && amount > -ROUND_FROM
  return isSmall ? usd(amount) : formatNumber(formatUnits(amount, QUOTE_DECIMALS), { max: 0, prefix: '$', sign: true })
}
export const toQuote = (text: string): Quote => parseUnits(text, QUOTE_DECIMALS)

/** A ratio that is an indicator, not money. */
export const percent = (ratio: number, style: { sign?: boolean; decimals?: number } = {}): string =>
  formatPercent(ratio.toFixed(6), style.decimals ?? 2, { sign: style.sign ?? false })

/** Ratio of two exact amounts, four digits; null where there is nothing to divide by. */
function ratio(part: bigint, whole: bigint): string | null {
  return whole === 0n ? null : formatUnits((part * 10_000n) / whole, 4)
}

const RATIO_DIGITS = 2
export const plainRatio = (value: number | null): string =>
  value === null ? NO_VALUE : value.toFixed(RATIO_DIGITS).replace('-', '\u2212')

/** What the exact sums come to: shares as ratios, averages as money. Null where there is nothing to judge by. */
export function derive(sums: StatisticsDto) {
  const [profit, loss] = [toQuote(sums.grossProfit), toQuote(sums.grossLoss)]
  const { trades, wins } = sums
  const losses = trades - wins
  const average = (amount: Quote, count: number): Quote | null => (count === 0 ? null : amount / BigInt(count))
  return {
    winRate: ratio(BigInt(wins), BigInt(trades)),
    profitFactor: ratio(profit, -loss),
    expectancy: average(profit + loss, trades),
    averageWin: average(profit, wins),
    averageLoss: average(loss, losses),
    makerShare: ratio(toQuote(sums.makerVolume), toQuote(sums.volume)),
    averageHoldMs: trades === 0 ? null : sums.holdMs / trades,
  }
}

const MINUTE = 60_000
const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [MINUTE, 'min'],
] as const

/** How long something was held: "3 d 4 h", "42 min", "20 s". */
export function duration(ms: number | null): string {
  if (ms === null) return NO_VALUE
  if (ms < MINUTE) return `${Math.round(ms / 1000)}\u202fs`
  const at = UNITS.findIndex(([unit]) => ms >= unit)
  const [unit, name] = UNITS[at] ?? [MINUTE, 'min']
  const [smaller, smallerName] = UNITS[at + 1] ?? [0, '']
  const rest = smaller === 0 ? 0 : Math.floor((ms % unit) / smaller)
  const whole = `${Math.floor(ms / unit)}\u202f${name}`
  return rest === 0 ? whole : `${whole} ${rest}\u202f${smallerName}`
}
