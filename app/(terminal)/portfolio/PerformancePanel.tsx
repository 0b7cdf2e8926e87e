'use client'
import { useState } from 'react'
import { t, word } from '#app/i18n/t.ts'
import { formatCompact, formatUsd } from '#app/ui/format.ts'
import { Segmented } from '#app/ui/Segmented.tsx'
import { EmptyState } from '#app/ui/states.tsx'
import { percent } from './figures.ts'
import { LineChart, type Point } from './LineChart.tsx'
import { Panel } from './Panel.tsx'
import type { Sample } from './performance.ts'
import type { useHistory } from './queries.ts'

const VIEWS = [
  { value: 'equity', label: word('Equity') },
  { value: 'pnl', label: word('PnL') },
  { value: 'drawdown', label: word('Drawdown') },
] as const
type View = (typeof VIEWS)[number]['value']

/** Pixels need no exact money. */
const dollars = (native: bigint): number => Number(native) / 1e6
const money = (value: number, sign: boolean): string =>
  Math.abs(value) >= 100_000
    ? formatCompact(value.toFixed(2), { prefix: '$', sign })
    : formatUsd(value.toFixed(2), { sign })

const NOTES: Readonly<Record<View, string>> = {
  equity: word('all sub-accounts, at oracle prices'),
  pnl: word('realised and unrealised, after fees and funding; what was brought in or taken out is not in it'),
  drawdown: word('how far the time-weighted return stood below its highest'),
}

/** Worth, profit and drawdown over the range. */
export function PerformancePanel({
  asked,
  samples,
}: {
  asked: ReturnType<typeof useHistory>
  samples: readonly Sample[]
}) {
  const [view, setView] = useState<View>('equity')
  return (
    <Panel
      title={t('Performance')}
      asked={asked}
      className="min-h-80"
      aside={
        <>
          <Segmented
            dense
            label={t('What is drawn')}
            value={view}
            items={VIEWS.map(({ value, label }) => ({ value, label: t(label) }))}
            onChange={setView}
            className="w-64"
          />
          <span className="ml-auto text-faint text-xs max-lg:hidden">{t(NOTES[view])}</span>
        </>
      }
    >
      {() =>
        samples.length < 2 ? (
          <EmptyState title={t('Nothing to draw yet')}>
            {t('The line begins with the first deposit, and gets a point each hour.')}
          </EmptyState>
        ) : (
          <LineChart
            label={t('{name} over time', { name: t(VIEWS.find(({ value }) => value === view)?.label ?? '') })}
            points={pointsOf(view, samples)}
            format={(value) => (view === 'drawdown' ? percent(value, { decimals: 1 }) : money(value, view === 'pnl'))}
            signed={view !== 'equity'}
            className="min-h-64 flex-1"
          />
        )
      }
    </Panel>
  )
}

function pointsOf(view: View, samples: readonly Sample[]): Point[] {
  return samples.map(({ at, equity, pnl, drawdown }) => ({
    at,
    value: view === 'equity' ? dollars(equity) : view === 'pnl' ? dollars(pnl) : drawdown,
  }))
}
