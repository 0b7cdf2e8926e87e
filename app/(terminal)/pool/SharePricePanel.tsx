'use client'
import { useEffect, useRef, useState } from 'react'
import { serverNow } from '#app/data/connection.ts'
import { onLookChange } from '#app/data/SettingsProvider.tsx'
import { t, word } from '#app/i18n/t.ts'
import { formatDateTime, formatUsd } from '#app/ui/format.ts'
import { Segmented } from '#app/ui/Segmented.tsx'
import { EmptyState, Skeleton } from '#app/ui/states.tsx'
import { useLoaded } from '#app/ui/use-loaded.ts'
import type { PoolHistoryDto, PoolPointDto, PoolWindow } from '#server/exchange/pool-schema.ts'
import { Panel } from '../status/Panel.tsx'
import { FIRST_WINDOW } from './first-window.ts'
import { type PoolValue, sharePriceOf } from './pool-figures.ts'
import type { SharePriceChart } from './share-price-chart.ts'
import { usePoolHistory } from './use-pool.ts'

const WINDOWS = [
  { value: '24h', label: word('24 h') },
  { value: '7d', label: word('7 d') },
  { value: '30d', label: word('30 d') },
  { value: '90d', label: word('90 d') },
  { value: 'all', label: word('All') },
] as const satisfies readonly { value: PoolWindow; label: string }[]

const load = () => import('./share-price-chart.ts')

/** What a share was worth, as the program valued it, up to now. */
export function SharePricePanel({ seed, value }: { seed: PoolHistoryDto | undefined; value: PoolValue | null }) {
  const [window, setWindow] = useState<PoolWindow>(FIRST_WINDOW)
  const asked = usePoolHistory(window, window === FIRST_WINDOW ? seed : undefined)
  return (
    <Panel
      title={t('Share price')}
      asked={asked}
      aside={() => (
        <Segmented
          dense
          label={t('Time shown')}
          items={WINDOWS.map(({ value: time, label }) => ({ value: time, label: t(label) }))}
          value={window}
          onChange={setWindow}
          className="w-60"
        />
      )}
    >
      {({ points }) =>
        points.length === 0 ? (
          <EmptyState title={t('No share price yet')} className="h-60">
            {t('It begins with the first deposit of the pool.')}
          </EmptyState>
        ) : (
          <Chart points={points} now={value === null ? null : sharePriceOf(value)} />
        )
      }
    </Panel>
  )
}

/** The present price ends the line, renewed with the points: it is a live one, and the line need not tremble. */
function Chart({ points, now }: { points: PoolPointDto[]; now: string | null }) {
  const container = useRef<HTMLDivElement>(null)
  const chart = useRef<SharePriceChart>(undefined)
  const loaded = useLoaded(load, true)
  const latest = useRef(now)
  latest.current = now
  const isPriced = now !== null

  useEffect(() => {
    if (loaded === undefined || container.current === null) return
    const made = loaded.createSharePriceChart(container.current)
    chart.current = made
    const stop = onLookChange(made.applyLook)
    return () => {
      stop()
      chart.current = undefined
      made.remove()
    }
  }, [loaded])

  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn when the chart is there and once the live price is known
  useEffect(() => {
    const live = latest.current === null ? [] : [{ at: serverNow(), sharePrice: latest.current }]
    chart.current?.setPoints([...points, ...live])
  }, [loaded, points, isPriced])

  const [first, last] = [points[0], points.at(-1)]
  return (
    <figure className="grid gap-1 px-1">
      <div ref={container} aria-hidden className="h-60">
        {loaded === undefined && <Skeleton className="mx-2 h-full" />}
      </div>
      <figcaption className="flex justify-between px-2 text-2xs text-faint">
        {first !== undefined && last !== undefined && (
          <span>
            {t('{firstPrice} on {first}, {lastPrice} on {last}', {
              firstPrice: formatUsd(first.sharePrice, { max: 6 }),
              first: formatDateTime(first.at),
              lastPrice: formatUsd(last.sharePrice, { max: 6 }),
              last: formatDateTime(last.at),
            })}
          </span>
        )}
        <a href="https://www.tradingview.com/" target="_blank" rel="noreferrer" className="ml-auto hover:text-text">
          {t('Charts by TradingView')}
        </a>
      </figcaption>
    </figure>
  )
}
