'use client'
import { Maximize2, RotateCcw } from 'lucide-react'
import type { RefObject } from 'react'
import type { Interval } from '../../data/settings.ts'
import { t } from '../../i18n/t.ts'
import { IconButton } from '../../ui/Button.tsx'
import { DrawingMenu } from './drawings/DrawingMenu.tsx'
import { PictureMenu } from './PictureMenu.tsx'
import type { PriceChart } from './price-chart.ts'
import { SetupMenu } from './SetupMenu.tsx'
import { StudyMenu } from './studies/StudyMenu.tsx'

export type ToolsProps = {
  market: string
  interval: Interval
  onInterval: (interval: Interval) => void
  /** Undefined while another candle length is being drawn. */
  chart: PriceChart | undefined
  panel: RefObject<HTMLElement | null>
}

/** What can be done to the chart: the right half of its bar. */
export function ChartTools({ market, interval, onInterval, chart, panel }: ToolsProps) {
  return (
    <div role="toolbar" aria-label={t('Chart tools')} className="ml-auto flex shrink-0 items-center gap-1">
      <StudyMenu />
      <DrawingMenu
        market={market}
        // Once the press is over: the item of a menu takes the focus at its end.
        onChosen={() => setTimeout(() => panel.current?.querySelector<HTMLElement>('[role=application]')?.focus())}
      />
      <SetupMenu interval={interval} onInterval={onInterval} />
      <PictureMenu market={market} interval={interval} chart={chart} />
      <IconButton
        size="sm"
        label={t('Back to the newest candle')}
        disabled={chart === undefined}
        onClick={chart?.resetView}
      >
        <RotateCcw aria-hidden className="size-3.5" />
      </IconButton>
      <IconButton size="sm" label={t('Full screen')} onClick={() => void toggleFullscreen(panel.current)}>
        <Maximize2 aria-hidden className="size-3.5" />
      </IconButton>
    </div>
  )
}

function toggleFullscreen(element: HTMLElement | null): Promise<void> | undefined {
  return document.fullscreenElement === null ? element?.requestFullscreen() : document.exitFullscreen()
}
