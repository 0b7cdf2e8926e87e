'use client'
import { useEffect, useLayoutEffect, useRef } from 'react'
import { t } from '../../../i18n/t.ts'
import type { PriceChart } from '../price-chart.ts'
import { LineTag } from './LineTag.tsx'
import { labelShifts } from './label-layout.ts'
import { useLines } from './lines.ts'

const AXIS_LABEL_PX = 18
const TAG_PX = 24
/** Where tags take more of the height than this, they say less. */
const CROWDED = 0.5
/** Lower than this from the foot of the pane, what a line has to say stands above it. */
const FOOT_PX = 64

type LineTagsProps = {
  market: string
  chart: PriceChart
  tickSize: string
  /** The pointer is for what lies below: something is being drawn. */
  inert: boolean
}

/** Lines over the chart: each with a tag that says what it does and earns, and its price on the axis. */
export function LineTags({ market, chart, tickSize, inert }: LineTagsProps) {
  const lines = useLines(market)
  const layer = useRef<HTMLUListElement>(null)

  const place = useRef(() => {
    const list = layer.current
    if (list === null) return
    const height = chart.paneHeight()
    list.style.setProperty('--axis', `${chart.axisWidth()}px`)
    const shown: { item: HTMLElement; y: number }[] = []
    for (const item of list.children) {
      if (!(item instanceof HTMLElement)) continue
      const y = chart.priceToY(Number(item.dataset.price))
      const inside = y !== null && y >= 0 && y <= height
      item.style.visibility = inside ? 'visible' : 'hidden'
      if (inside) shown.push({ item, y: Math.round(y) })
    }
    list.toggleAttribute('data-crowded', shown.length * TAG_PX > height * CROWDED)
    const ys = shown.map(({ y }) => y)
    const room = { from: 0, to: height }
    const labels = labelShifts(ys, { ...room, height: AXIS_LABEL_PX, fixed: chart.lastY() })
    const tags = labelShifts(ys, { ...room, height: TAG_PX, fixed: null })
    shown.forEach(({ item, y }, index) => {
      item.style.top = `${y}px`
      item.style.setProperty('--label', `${Math.round(labels[index] ?? 0)}px`)
      item.style.setProperty('--tag', `${Math.round(tags[index] ?? 0)}px`)
      item.toggleAttribute('data-low', y > height - FOOT_PX)
    })
  }).current

  useEffect(() => chart.addLayer({ redraw: place }), [chart, place])
  // The canvas did not change when a line came or moved, so nobody else places it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs for new lines
  useLayoutEffect(place, [lines])

  return (
    <ul
      ref={layer}
      aria-label={t('Lines on the chart')}
      inert={inert}
      className="group/lines pointer-events-none absolute inset-0 z-3 overflow-hidden"
    >
      {lines.map((line) => (
        <LineTag key={line.id} line={line} chart={chart} tickSize={tickSize} onPlace={place} />
      ))}
    </ul>
  )
}
