'use client'
import type { ReactNode } from 'react'
import { cx } from '#app/ui/cx.ts'
import { NO_VALUE, signColor } from '#app/ui/format.ts'
import { Segmented } from '#app/ui/Segmented.tsx'
import { Stat } from '#app/ui/Stat.tsx'
import type { StatisticsDto } from '#server/portfolio/schema.ts'
import { percent, toQuote, usd } from './figures.ts'
import type { Performance } from './performance.ts'
import { useRange } from './queries.ts'
import type { RANGES } from './ranges.ts'

export const RANGE_WORDS = {
  '7d': '7 days',
  '30d': '30 days',
  '90d': '90 days',
  '1y': 'A year',
  all: 'All time',
} as const

const RANGE_ITEMS = [
  { value: '7d', label: '7 d' },
  { value: '30d', label: '30 d' },
  { value: '90d', label: '90 d' },
  { value: '1y', label: '1 y' },
  { value: 'all', label: 'All' },
] as const satisfies readonly { value: (typeof RANGES)[number]; label: string }[]

type HeadlineProps = {
  /** Null while unknown. */
  equity: bigint | null
  today: Performance | null
  performance: Performance | null
  statistics: StatisticsDto | undefined
  /** Share and export. */
  actions: ReactNode
}

/** The figures one looks for first. */
export function Headline({ equity, today, performance, statistics, actions }: HeadlineProps) {
  const [range, setRange] = useRange()
  const costs = statistics === undefined ? null : usd(toQuote(statistics.funding) - toQuote(statistics.fees))
  return (
    <section aria-label="Summary" className="flex flex-wrap items-end gap-x-10 gap-y-3 bg-panel px-5 py-4">
      <div>
        <p className="text-faint text-xs">Equity, all sub-accounts</p>
        <p className="font-semibold text-2xl" data-testid="equity">
          {equity === null ? NO_VALUE : usd(equity, false)}
        </p>
      </div>
      <Gain label="Today" performance={today} />
      <Gain label={RANGE_WORDS[range]} performance={performance} />
      <Stat label="Max drawdown">
        <span className={cx('text-lg', performance !== null && performance.maxDrawdown < 0 && 'text-down')}>
          {performance === null ? NO_VALUE : percent(performance.maxDrawdown, { decimals: 1 })}
        </span>
      </Stat>
      <Stat label={`Fees and funding, ${RANGE_WORDS[range].toLowerCase()}`}>
        <span className="text-lg">{costs ?? NO_VALUE}</span>
      </Stat>
      <div className="ml-auto flex flex-wrap items-center gap-3">
        <Segmented
          label="Range"
          value={range}
          items={RANGE_ITEMS}
          onChange={(next) => void setRange(next)}
          className="w-60"
        />
        {actions}
      </div>
    </section>
  )
}

/** Profit, and what it is of the money that was at work. */
function Gain({ label, performance }: { label: string; performance: Performance | null }) {
  const amount = performance === null ? null : usd(performance.pnl)
  return (
    <Stat label={label} title="Realised and unrealised, after fees and funding; and the time-weighted return">
      <span className={cx('text-lg', signColor(amount))}>
        {amount ?? NO_VALUE}
        {performance !== null && ` · ${percent(performance.change, { sign: true })}`}
      </span>
    </Stat>
  )
}
