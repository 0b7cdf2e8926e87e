'use client'
import { X } from 'lucide-react'
import { useEffect, useLayoutEffect, useRef } from 'react'
import { useMarket } from '../../data/market.tsx'
import { cx } from '../../ui/cx.ts'
import { formatPrice } from '../../ui/format.ts'
import { labelShifts } from './label-layout.ts'
import { type ChartLine, type ChartLineKind, useLines } from './lines.ts'
import type { PriceChart } from './price-chart.ts'

const COLOR: Record<ChartLineKind, string> = {
  long: 'text-accent',
  short: 'text-accent',
  liquidation: 'text-down',
  buy: 'text-warn',
  sell: 'text-warn',
  'take-profit': 'text-up',
  'stop-loss': 'text-down',
}

const LABEL_HEIGHT = 18

type LineTagsProps = { market: string; view: { readonly current: PriceChart | undefined }; redraws: Set<() => void> }

/** Dashed lines over the chart: each with a tag that says what it does and earns, and its price on the axis. */
export function LineTags({ market, view, redraws }: LineTagsProps) {
  const lines = useLines(market)
  const tickSize = useMarket(market, (m) => m.params.tickSize)
  const layer = useRef<HTMLUListElement>(null)

  const place = useRef(() => {
    const [chart, list] = [view.current, layer.current]
    if (chart === undefined || list === null) return
    list.style.setProperty('--axis', `${chart.axisWidth()}px`)
    const height = chart.paneHeight()
    const shown: { item: HTMLElement; y: number }[] = []
    for (const item of list.children) {
      if (!(item instanceof HTMLElement)) continue
      const y = chart.priceToY(Number(item.dataset.price))
      const inside = y !== null && y >= 0 && y <= height
      item.style.visibility = inside ? 'visible' : 'hidden'
      if (inside) shown.push({ item, y: Math.round(y) })
    }
    const ys = shown.map(({ y }) => y)
    const shifts = labelShifts(ys, chart.lastY(), LABEL_HEIGHT)
    shown.forEach(({ item, y }, index) => {
      item.style.transform = `translateY(${y}px)`
      item.style.setProperty('--shift', `${Math.round(shifts[index] ?? 0)}px`)
    })
  }).current

  useEffect(() => {
    redraws.add(place)
    return () => {
      redraws.delete(place)
    }
  }, [redraws, place])
  // The canvas did not change when a line came or moved, so nobody else places it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs for new lines
  useLayoutEffect(place, [lines])

  if (tickSize === undefined) return null
  return (
    <ul
      ref={layer}
      aria-label="Lines on the chart"
      className="pointer-events-none absolute inset-0 z-3 overflow-hidden"
    >
      {lines.map((line) => (
        <Line key={line.id} line={line} tickSize={tickSize} />
      ))}
    </ul>
  )
}

function Line({ line, tickSize }: { line: ChartLine; tickSize: string }) {
  const pnlColor =
    line.pnl === undefined ? '' : line.pnl.sign > 0 ? 'text-up' : line.pnl.sign < 0 ? 'text-down' : 'text-muted'
  return (
    <li data-price={line.price} className={cx('invisible absolute inset-x-0 top-0 h-0', COLOR[line.kind])}>
      <span className="absolute right-(--axis) left-0 border-current border-t border-dashed" />
      <span className="pointer-events-auto absolute -top-[11px] left-3 flex h-[22px] items-center divide-x divide-line-strong overflow-hidden rounded-sm border border-current bg-panel font-medium text-xs">
        <b className="px-2 font-semibold">{line.label}</b>
        {line.detail !== undefined && <span className="px-2 text-text">{line.detail}</span>}
        {line.pnl !== undefined && <span className={cx('px-2', pnlColor)}>{line.pnl.text}</span>}
        {line.onCancel !== undefined && (
          <button
            type="button"
            onClick={line.onCancel}
            aria-label={line.cancelLabel ?? `Cancel ${line.label}`}
            title={line.cancelLabel ?? `Cancel ${line.label}`}
            className="grid h-full w-6 place-items-center text-muted hover:bg-hover hover:text-text"
          >
            <X aria-hidden className="size-3" />
          </button>
        )}
      </span>
      <span className="absolute -top-[9px] right-0 grid h-[18px] w-(--axis) translate-y-(--shift) place-items-center rounded-[2px] bg-current font-semibold text-xs">
        <span className="text-panel">{formatPrice(line.price, tickSize)}</span>
      </span>
    </li>
  )
}
