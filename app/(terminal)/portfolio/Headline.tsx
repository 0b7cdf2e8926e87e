'use client'
import type { ReactNode } from 'react'
import { midSentence, t, word } from '#app/i18n/t.ts'
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
  '7d': word('7 days'),
  '30d': word('30 days'),
  '90d': word('90 days'),
  '1y': word('A year'),
  all: word('All time'),
} as const

const RANGE_ITEMS = [
  { value: '7d', label: word('7 d') },
  { value: '30d', label: word('30 d') },
  { value: '90d', label: word('90 d') },
  { value: '1y', label: word('1 y') },
  { value: 'all', label: word('All') },
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
    <section
      aria-label={t('Summary')}
      className="flex flex-wrap items-end gap-x-10 gap-y-3 bg-panel px-5 py-4 max-md:grid max-md:grid-cols-2 max-md:gap-x-4"
    >
      <div>
        <p className="text-faint text-xs">{t('Equity, all sub-accounts')}</p>
        <p className="font-semibold text-2xl" data-testid="equity">
          {equity === null ? NO_VALUE : usd(equity, false)}
        </p>
      </div>
      <Gain label={t('Today')} performance={today} />
      <Gain label={t(RANGE_WORDS[range])} performance={performance} />
      <Stat label={t('Max drawdown')}>
        <span className={cx('text-lg', performance !== null && performance.maxDrawdown < 0 && 'text-down')}>
          {performance === null ? NO_VALUE : percent(performance.maxDrawdown, { decimals: 1 })}
        </span>
      </Stat>
      <Stat label={t('Fees and funding, {range}', { range: midSentence(t(RANGE_WORDS[range])) })}>
        <span className="text-lg">{costs ?? NO_VALUE}</span>
      </Stat>
      <div className="ml-auto flex flex-wrap items-center gap-3 max-md:col-span-2 max-md:ml-0">
        <Segmented
          label={t('Range')}
          value={range}
          items={RANGE_ITEMS.map(({ value, label }) => ({ value, label: t(label) }))}
          onChange={(next) => void setRange(next)}
          className="w-60 max-md:w-full"
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
    <Stat label={label} title={t('Realised and unrealised, after fees and funding; and the time-weighted return')}>
      <span className={cx('text-lg', signColor(amount))}>
        {amount ?? NO_VALUE}
        {performance !== null && ` · ${percent(performance.change, { sign: true })}`}
      </span>
    </Stat>
  )
}
