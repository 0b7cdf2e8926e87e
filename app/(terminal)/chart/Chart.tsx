'use client'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import type { CandleDto } from '#server/ingest/schema.ts'
import { useFreshness } from '../../data/freshness.ts'
import { useMarket } from '../../data/market.tsx'
import { onLookChange, useSetSettings, useSettings } from '../../data/SettingsProvider.tsx'
import { INTERVALS, type Interval } from '../../data/settings.ts'
import { createStore, identity, type Store, useStore } from '../../data/store.ts'
import { t } from '../../i18n/t.ts'
import { cx } from '../../ui/cx.ts'
import { EmptyState, ErrorState, Skeleton, StaleNotice } from '../../ui/states.tsx'
import { useLoaded } from '../../ui/use-loaded.ts'
import { usePanel } from '../workspace/context.ts'
import { PanelBar } from '../workspace/PanelBar.tsx'
import { type Bar, INTERVAL_MS, mergeBars, toBar } from './candles.ts'
import { type Feed, type FeedState, openFeed } from './feed.ts'
import { ChartSummary, Legend } from './Legend.tsx'
import type { PriceChart } from './price-chart.ts'
import { zoneOffset } from './zone.ts'

export type FirstCandles = { interval: Interval; candles: CandleDto[] }

type ChartProps = { market: string; first: FirstCandles | undefined }

/** The chosen interval: the address says it, else the last choice. */
function useInterval(): [Interval, (interval: Interval) => void] {
  const kept = useSettings((s) => s.interval)
  const set = useSetSettings()
  const [asked, ask] = useQueryState('interval', parseAsStringLiteral(INTERVALS))
  return [
    asked ?? kept,
    (interval) => {
      set({ interval })
      void ask(interval)
    },
  ]
}

const loadTools = () => import('./ChartTools.tsx')

/** Chart with its bar of controls. */
export function ChartPanel({ market, first }: ChartProps) {
  const [interval, setInterval] = useInterval()
  const timeZone = useSettings((s) => s.timeZone)
  const [chart, setChart] = useState<PriceChart>()
  // What only dresses the chart waits until there is one.
  const [wanted, want] = useState(false)
  if (chart !== undefined && !wanted) want(true)
  const tools = useLoaded(loadTools, wanted)
  const panel = useRef<HTMLElement>(null)
  const isDocked = usePanel() !== undefined
  const bar = (
    <>
      <IntervalButtons value={interval} onChange={setInterval} />
      {tools !== undefined && (
        <tools.ChartTools market={market} interval={interval} onInterval={setInterval} chart={chart} panel={panel} />
      )}
    </>
  )
  return (
    <section ref={panel} aria-label={t('Chart')} className="flex h-full min-h-0 flex-col bg-panel">
      {isDocked ? <PanelBar>{bar}</PanelBar> : <div className="flex h-8 shrink-0 items-center gap-1 px-3">{bar}</div>}
      <Chart key={`${interval} ${timeZone}`} market={market} interval={interval} first={first} onChart={setChart} />
    </section>
  )
}

function IntervalButtons({ value, onChange }: { value: Interval; onChange: (interval: Interval) => void }) {
  return (
    <fieldset aria-label={t('Candle length')} className="no-scrollbar mr-auto ml-2 flex min-w-0 overflow-x-auto">
      {INTERVALS.map((interval) => (
        <button
          key={interval}
          type="button"
          aria-pressed={interval === value}
          onClick={() => onChange(interval)}
          className={cx(
            'h-6 rounded-sm px-1.5 font-medium transition-colors hover:bg-hover xl:px-2',
            interval === value ? 'text-accent' : 'text-muted hover:text-text',
          )}
        >
          {interval}
        </button>
      ))}
    </fieldset>
  )
}

type CanvasProps = ChartProps & {
  interval: Interval
  /** Told of the chart once it is drawn, and with undefined when it is gone. */
  onChart?: (chart: PriceChart | undefined) => void
}

const loadLibrary = () => import('./price-chart.ts')
const loadLayers = () => import('./ChartLayers.tsx')

/** The drawing itself. Bars go from the feed to the canvas without React; only its state (loading, failed) renders. */
function Chart({ market, interval, first: given, onChart }: CanvasProps) {
  // A page that is rendered anew brings another answer; the feed goes on from the one it has.
  const [first] = useState(given)
  const tickSize = useMarket(market, (m) => m.params.tickSize)
  const timeZone = useSettings((s) => s.timeZone)
  const library = useLoaded(loadLibrary, true)
  const container = useRef<HTMLDivElement>(null)
  const [drawn, setDrawn] = useState<{ chart: PriceChart; feed: Feed }>()
  const layers = useLoaded(loadLayers, drawn !== undefined)
  const [bars] = useState(() => ({
    hovered: createStore<Bar | undefined>(undefined),
    last: createStore<Bar | undefined>(first?.interval === interval ? first.candles.map(toBar).at(-1) : undefined),
  }))
  const { freshness, reason } = useFreshness(market)

  useEffect(() => {
    const element = container.current
    if (element === null || tickSize === undefined || library === undefined) return
    const seed = first?.interval === interval ? mergeBars([], first.candles.map(toBar)) : undefined
    const chart = library.createPriceChart(element, {
      tickSize,
      barMs: INTERVAL_MS[interval],
      zoneMs: zoneOffset(timeZone, Date.now()),
      onNeedOlder: () => void feed.loadOlder(),
    })
    chart.addLayer({ hover: (index) => bars.hovered.set(index === undefined ? undefined : chart.bars()[index]) })
    const feed = openFeed(market, interval, seed, {
      all: (all) => {
        chart.setBars(all)
        bars.last.set(all.at(-1))
      },
      last: (all) => {
        chart.updateLast(all)
        bars.last.set(all.at(-1))
      },
    })
    setDrawn({ chart, feed })
    onChart?.(chart)
    const leaveLook = onLookChange(chart.applyLook)
    return () => {
      leaveLook()
      feed.close()
      setDrawn(undefined)
      onChart?.(undefined)
      chart.remove()
    }
  }, [library, market, interval, tickSize, timeZone, first, onChart, bars])

  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      {reason !== undefined && <StaleNotice>{reason}</StaleNotice>}
      <div className="relative min-h-0 flex-1">
        <div
          ref={container}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: arrows and plus/minus move and scale the chart
          tabIndex={0}
          role="application"
          aria-label={t(
            'Price chart of {market}, {interval} candles. Left and right move, plus and minus scale, Home returns to now, the menu key places an order.',
            { market, interval },
          )}
          onKeyDown={(event) => steer(event, drawn?.chart)}
          className={cx('absolute inset-0 transition-opacity', freshness === 'stale' && 'opacity-50')}
        />
        <Legend market={market} last={bars.last} hovered={bars.hovered} />
        {layers !== undefined && drawn !== undefined && tickSize !== undefined && (
          <layers.ChartLayers
            market={market}
            interval={interval}
            chart={drawn.chart}
            tickSize={tickSize}
            host={container}
          />
        )}
        <a
          href="https://www.tradingview.com/"
          target="_blank"
          rel="noreferrer"
          className="absolute bottom-8 left-3 z-2 text-2xs text-faint hover:text-text"
        >
          {t('Charts by TradingView')}
        </a>
        <ChartSummary market={market} interval={interval} last={bars.last} />
        {drawn === undefined ? <ChartSkeleton /> : <FeedStateView feed={drawn.feed} />}
      </div>
    </div>
  )
}

const STEERING: Record<string, (chart: PriceChart) => void> = {
  ArrowLeft: (chart) => chart.scroll(-1),
  ArrowRight: (chart) => chart.scroll(1),
  '+': (chart) => chart.zoom(1.25),
  '=': (chart) => chart.zoom(1.25),
  '-': (chart) => chart.zoom(0.8),
  Home: (chart) => chart.resetView(),
}

function steer(event: KeyboardEvent, chart: PriceChart | undefined): void {
  const act = STEERING[event.key]
  if (act === undefined || chart === undefined || event.defaultPrevented) return
  if (event.metaKey || event.ctrlKey || event.altKey) return
  event.preventDefault()
  act(chart)
}

function FeedStateView({ feed }: { feed: Feed }) {
  const { status, error } = useStore(feed.state as Store<FeedState | undefined>, identity) ?? {
    status: 'loading' as const,
  }
  if (status === 'loading') return <ChartSkeleton />
  if (status === 'ready') return null
  return (
    <div className="absolute inset-0 flex bg-panel">
      {status === 'empty' ? (
        <EmptyState title={t('No candles yet')}>{t('The first price of this market draws the first one.')}</EmptyState>
      ) : (
        <ErrorState title={t('The chart could not load')} onRetry={feed.retry}>
          {error}
        </ErrorState>
      )}
    </div>
  )
}

const SKELETON_HEIGHTS = [38, 44, 41, 52, 49, 58, 55, 63, 60, 70, 66, 61, 68, 74, 71, 79, 75, 70, 77, 73]

function ChartSkeleton() {
  return (
    <div aria-hidden className="absolute inset-0 flex items-end gap-[2%] bg-panel px-[4%] pb-12">
      {SKELETON_HEIGHTS.map((height, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a fixed picture
        <div key={index} className="flex-1" style={{ marginBottom: `${height * 0.6}%` }}>
          <Skeleton className="mx-auto h-12 w-2" />
        </div>
      ))}
    </div>
  )
}
