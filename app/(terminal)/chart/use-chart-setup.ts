import { useEffect, useState } from 'react'
import type { PriceChart } from './price-chart.ts'
import { createStudyLayer } from './studies/study-layer.ts'
import { useSetup } from './use-setup.ts'

export type StudyLayer = ReturnType<typeof createStudyLayer>

/** Makes the chart look as its set-up says. @returns what the indicators say, once they are drawn. */
export function useChartSetup(chart: PriceChart): StudyLayer | undefined {
  const { studies, volume, scale } = useSetup()
  const [layer, setLayer] = useState<StudyLayer>()

  useEffect(() => {
    const made = createStudyLayer(chart)
    setLayer(made)
    return made.remove
  }, [chart])
  useEffect(() => layer?.show(studies), [layer, studies])
  useEffect(() => chart.showVolume(volume), [chart, volume])
  useEffect(() => chart.setScale(scale), [chart, scale])
  return layer
}
