'use client'
import { useEffect, useState } from 'react'
import { useMarket } from '../../data/market.tsx'
import type { Interval } from '../../data/settings.ts'
import { identity, type Store, useStore } from '../../data/store.ts'
import { t } from '../../i18n/t.ts'
import { decimalsOf, formatCompact, formatPercent, formatPrice } from '../../ui/format.ts'
import type { Bar } from './candles.ts'

type LegendProps = { market: string; last: Store<Bar | undefined>; hovered: Store<Bar | undefined> }

/** Open, high, low, close and volume of the bar under the crosshair, else of the newest. */
export function Legend({ market, last, hovered }: LegendProps) {
  const tickSize = useMarket(market, (m) => m.params.tickSize)
  const newest = useStore(last, identity)
  const bar = useStore(hovered, identity) ?? newest
  if (bar === undefined || tickSize === undefined) return null
  const decimals = decimalsOf(tickSize)
  const price = (value: number) => formatPrice(value.toFixed(decimals), tickSize)
  const color = bar.c >= bar.o ? 'text-up' : 'text-down'
  const change = bar.o === 0 ? null : ((bar.c - bar.o) / bar.o).toFixed(6)
  return (
    <div aria-hidden className="pointer-events-none absolute top-2 left-3 z-2 flex gap-2.5 text-xs">
      {(['o', 'h', 'l', 'c'] as const).map((key) => (
        <span key={key} className="text-muted">
          {key.toUpperCase()} <span className={color}>{price(bar[key])}</span>
        </span>
      ))}
      <span className={color}>{formatPercent(change, 2, { sign: true })}</span>
      {bar.v > 0 && (
        <span className="hidden text-muted lg:inline">
          {t('Vol {volume}', { volume: formatCompact(bar.v.toFixed(4)) })}
        </span>
      )}
    </div>
  )
}

const SPEAK_MS = 30_000

/** What the chart shows, in a sentence for a screen reader; refreshed seldom, so that it can be listened to. */
export function ChartSummary({
  market,
  interval,
  last,
}: {
  market: string
  interval: Interval
  last: Store<Bar | undefined>
}) {
  const tickSize = useMarket(market, (m) => m.params.tickSize)
  const [bar, setBar] = useState<Bar>()
  useEffect(() => {
    const read = () => setBar(last.get())
    read()
    const timer = setInterval(read, SPEAK_MS)
    return () => clearInterval(timer)
  }, [last])
  if (bar === undefined || tickSize === undefined) return null
  const price = (value: number) => formatPrice(value.toFixed(decimalsOf(tickSize)), tickSize)
  return (
    <p className="sr-only">
      {t('Newest {interval} candle of {market}: opened at {open}, high {high}, low {low}, now {close}.', {
        interval,
        market,
        open: price(bar.o),
        high: price(bar.h),
        low: price(bar.l),
        close: price(bar.c),
      })}
    </p>
  )
}
