'use client'
import type { ReactNode } from 'react'
import { t } from '#app/i18n/t.ts'
import { cx } from '#app/ui/cx.ts'
import { formatCompact, formatCount, formatPercent, NO_VALUE, signColor } from '#app/ui/format.ts'
import { EmptyState } from '#app/ui/states.tsx'
import type { StatisticsDto } from '#server/portfolio/schema.ts'
import { DEFINITIONS } from './definitions.ts'
import { derive, duration, plainRatio, toQuote, usd } from './figures.ts'
import { RANGE_WORDS } from './Headline.tsx'
import { Panel } from './Panel.tsx'
import type { Performance } from './performance.ts'
import { useRange, type useStatistics } from './queries.ts'

type StatisticsProps = {
  asked: ReturnType<typeof useStatistics>
  performance: Performance | null
  /** When the range, or the account's life in it, began; null without a count. */
  since: number | null
  until: number
}

/** What the range comes to, each figure with its definition. */
export function StatisticsPanel({ asked, performance, since, until }: StatisticsProps) {
  const [range] = useRange()
  return (
    <Panel
      title={t('Statistics')}
      asked={asked}
      aside={<span className="text-faint text-xs">{t(RANGE_WORDS[range])}</span>}
      className="min-h-80"
    >
      {([sums]) =>
        sums === undefined ? (
          <EmptyState title={t('No trades in this time')}>
            {t('Every fill and every closed position counts here.')}
          </EmptyState>
        ) : (
          <Figures sums={sums} performance={performance} spanMs={since === null ? null : until - since} />
        )
      }
    </Panel>
  )
}

const share = (ratio: string | null): string => formatPercent(ratio, 1)

function Figures({
  sums,
  performance,
  spanMs,
}: {
  sums: StatisticsDto
  performance: Performance | null
  spanMs: number | null
}) {
  const derived = derive(sums)
  const money = (amount: bigint | null): string => (amount === null ? NO_VALUE : usd(amount))
  const text = (amount: string | null): string => (amount === null ? NO_VALUE : usd(toQuote(amount)))
  const exposure = spanMs === null || spanMs <= 0 ? null : Math.min(1, sums.exposedMs / spanMs)
  return (
    <>
      <dl className="grid grid-cols-[1fr_auto] gap-x-4 gap-y-1.5 text-muted md:grid-cols-[1fr_auto_1fr_auto]">
        <Figure label={t('Net result')}>{text(sums.net)}</Figure>
        <Figure label={t('Trades')}>{formatCount(sums.trades)}</Figure>
        <Figure label={t('Win rate')}>{share(derived.winRate)}</Figure>
        <Figure label={t('Profit factor')}>
          {derived.profitFactor === null ? NO_VALUE : plainRatio(Number(derived.profitFactor))}
        </Figure>
        <Figure label={t('Expectancy')}>{money(derived.expectancy)}</Figure>
        <Figure label={t('Sharpe')}>{plainRatio(performance?.sharpe ?? null)}</Figure>
        <Figure label={t('Average win')}>{money(derived.averageWin)}</Figure>
        <Figure label={t('Sortino')}>{plainRatio(performance?.sortino ?? null)}</Figure>
        <Figure label={t('Average loss')}>{money(derived.averageLoss)}</Figure>
        <Figure label={t('Best trade')}>{text(sums.best)}</Figure>
        <Figure label={t('Holding, median')}>{duration(sums.medianHoldMs)}</Figure>
        <Figure label={t('Worst trade')}>{text(sums.worst)}</Figure>
        <Figure label={t('Holding, average')}>{duration(derived.averageHoldMs)}</Figure>
        <Figure label={t('Exposure')}>{exposure === null ? NO_VALUE : share(exposure.toFixed(4))}</Figure>
        <Figure label={t('Volume')}>{formatCompact(sums.volume, { prefix: '$' })}</Figure>
        <Figure label={t('Maker share')}>{share(derived.makerShare)}</Figure>
        <Figure label={t('Fees')}>{usd(-toQuote(sums.fees))}</Figure>
        <Figure label={t('Funding')}>{text(sums.funding)}</Figure>
        {sums.interest !== '0' && <Figure label={t('Interest')}>{usd(-toQuote(sums.interest))}</Figure>}
        {sums.other !== '0' && <Figure label={t('Other')}>{text(sums.other)}</Figure>}
      </dl>
      <details className="mt-auto pt-4 text-muted">
        <summary className="w-fit rounded-sm text-accent text-xs">{t('What these mean')}</summary>
        <dl className="mt-2 grid gap-2 text-xs">
          {DEFINITIONS.map(([term, meaning]) => (
            <div key={term}>
              <dt className="font-semibold text-text">{t(term)}</dt>
              <dd>{t(meaning)}</dd>
            </div>
          ))}
        </dl>
      </details>
    </>
  )
}

function Figure({ label, children }: { label: string; children: ReactNode }) {
  const text = typeof children === 'string' ? children : ''
  const isSigned = /^[+\u2212]/.test(text)
  return (
    <>
      <dt className="md:nth-[4n+3]:pl-2">{label}</dt>
      <dd className={cx('text-right font-medium', isSigned ? signColor(text) : 'text-text')}>{children}</dd>
    </>
  )
}
