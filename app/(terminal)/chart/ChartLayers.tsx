'use client'
import { type RefObject, Suspense } from 'react'
import type { Interval } from '../../data/settings.ts'
import { useAlertLines } from '../alerts/chart-lines.ts'
import { useDrawingLayer } from './drawings/use-drawing-layer.ts'
import { FillMarks } from './fills/FillMarks.tsx'
import { FundingPane } from './funding/FundingPane.tsx'
import { LineTags } from './lines/LineTags.tsx'
import { OrderMenu } from './OrderMenu.tsx'
import type { PriceChart } from './price-chart.ts'
import { StudyLegend } from './studies/StudyLegend.tsx'
import { useChartSetup } from './use-chart-setup.ts'
import { useSetup } from './use-setup.ts'

export type LayersProps = {
  market: string
  interval: Interval
  chart: PriceChart
  tickSize: string
  /** The element that the chart fills and that takes the keys. */
  host: RefObject<HTMLElement | null>
}

/** All that lies on the candles. It comes after them, so that they are there first. */
export function ChartLayers({ market, chart, tickSize, host }: LayersProps) {
  const isDrawing = useDrawingLayer(chart, market, host)
  const studies = useChartSetup(chart)
  const { fills, funding } = useSetup()
  useAlertLines(market)
  return (
    <>
      {studies !== undefined && <StudyLegend chart={chart} readings={studies.readings} />}
      {funding && <FundingPane chart={chart} market={market} />}
      {fills && <FillMarks market={market} chart={chart} />}
      <LineTags market={market} chart={chart} tickSize={tickSize} inert={isDrawing} />
      <Suspense>
        <OrderMenu market={market} chart={chart} tickSize={tickSize} host={host} />
      </Suspense>
    </>
  )
}
