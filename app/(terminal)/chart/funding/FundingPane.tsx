'use client'
import { useEffect, useRef, useState } from 'react'
import { identity, type Store, useStore } from '../../../data/store.ts'
import { t } from '../../../i18n/t.ts'
import { formatPercent, signColor } from '../../../ui/format.ts'
import type { PriceChart } from '../price-chart.ts'
import { createFundingLayer, RATE_DECIMALS } from './funding-layer.ts'

const INSET_PX = 4
type Layer = ReturnType<typeof createFundingLayer>

/** The funding rate below the candles. */
export function FundingPane({ chart, market }: { chart: PriceChart; market: string }) {
  const [layer, setLayer] = useState<Layer>()
  useEffect(() => {
    const made = createFundingLayer(chart, market)
    setLayer(made)
    return made.remove
  }, [chart, market])
  return layer === undefined ? null : <FundingLegend chart={chart} layer={layer} />
}

/** What it was at the crosshair, else what it is, in the corner of its pane. */
function FundingLegend({ chart, layer }: { chart: PriceChart; layer: Layer }) {
  const legend = useRef<HTMLParagraphElement>(null)
  useEffect(
    () =>
      chart.addLayer({
        redraw: () => {
          const top = chart.paneTop(layer.pane()) + INSET_PX
          if (legend.current !== null) legend.current.style.transform = `translateY(${top}px)`
        },
      }),
    [chart, layer],
  )
  return (
    <p ref={legend} className="pointer-events-none absolute top-0 left-3 z-2 rounded-sm bg-panel/70 text-muted text-xs">
      {t('Funding 1 h')} <Rate shown={layer.shown} />
    </p>
  )
}

function Rate({ shown }: { shown: Store<number | undefined> }) {
  const rate = useStore(shown, identity)
  const text = formatPercent(rate?.toFixed(12), RATE_DECIMALS, { sign: true })
  return <span className={signColor(text)}>{text}</span>
}
