import {
  HistogramSeries,
  type ISeriesApi,
  LineSeries,
  LineStyle,
  type PriceFormat,
  type UTCTimestamp,
} from 'lightweight-charts'
import { createStore } from '../../../data/store.ts'
import { formatNumber } from '../../../ui/format.ts'
import type { Tokens } from '../../../ui/tokens.ts'
import type { Bar } from '../candles.ts'
import type { PriceChart } from '../price-chart.ts'
import { STUDIES, type Study, type StudyColor, studyName } from './catalog.ts'
import type { Value, Values } from './series.ts'

/** What a study says at the bar under the crosshair, or at the newest. */
export type Reading = {
  id: string
  name: string
  hidden: boolean
  /** Where its legend belongs: the candles' pane, or its own, counted from the top. */
  pane: number
  values: readonly { color: StudyColor; text: string }[]
}

type Line = ISeriesApi<'Line'> | ISeriesApi<'Histogram'>
type Drawn = { study: Study; lines: readonly Line[]; runs: readonly Values[] }
type Point = { time: UTCTimestamp; value: number; color?: string } | { time: UTCTimestamp }

/** Height of a pane below the candles, where theirs is 1 000. */
const PANE_STRETCH = 260
const PERCENT_DECIMALS = 2
const NO_READINGS: readonly Reading[] = []

/**
 * Draws studies. They are computed anew once per frame at most, however many prices came in between; of the canvas only
 * the newest points change.
 */
export function createStudyLayer(chart: PriceChart) {
  const readings = createStore<readonly Reading[]>(NO_READINGS)
  let drawn: Drawn[] = []
  let hidden: readonly Study[] = []
  let hovered: number | undefined
  /** Bars that the series hold. */
  let count = 0
  let frame = 0

  const valueText = (value: Value, { kind }: Study): string =>
    value === null
      ? '–'
      : kind === 'rsi'
        ? formatNumber(value.toFixed(PERCENT_DECIMALS), { min: PERCENT_DECIMALS })
        : chart.priceText(value)

  function tell(): void {
    const at = hovered ?? count - 1
    readings.set([
      ...drawn.map(({ study, lines, runs }) => ({
        id: study.id,
        name: studyName(study),
        hidden: false,
        pane: STUDIES[study.kind].place === 'price' ? 0 : (lines[0]?.getPane().paneIndex() ?? 0),
        values: runs.map((run, plot) => ({ color: colorOf(study, plot), text: valueText(run[at] ?? null, study) })),
      })),
      ...hidden.map((study) => ({ id: study.id, name: studyName(study), hidden: true, pane: 0, values: [] })),
    ])
  }

  function fill(one: Drawn, bars: readonly Bar[]): void {
    one.runs = STUDIES[one.study.kind].compute(bars, one.study.inputs)
    one.lines.forEach((line, plot) => {
      line.setData(bars.map((bar, at) => pointOf(one, plot, bar, at)))
    })
  }

  function pointOf({ study, runs }: Drawn, plot: number, bar: Bar, at: number): Point {
    const value = runs[plot]?.[at] ?? null
    const time = chart.toTime(bar.t)
    if (value === null) return { time }
    if (STUDIES[study.kind].plots[plot]?.shape !== 'columns') return { time, value }
    const tokens = chart.tokens()
    return { time, value, color: value >= 0 ? tokens['up-bar'] : tokens['down-bar'] }
  }

  function all(bars: readonly Bar[]): void {
    count = bars.length
    for (const one of drawn) fill(one, bars)
    tell()
  }

  function grow(): void {
    frame = 0
    const bars = chart.bars()
    for (const one of drawn) {
      one.runs = STUDIES[one.study.kind].compute(bars, one.study.inputs)
      for (let at = Math.max(0, count - 1); at < bars.length; at += 1) {
        const bar = bars[at]
        if (bar !== undefined) for (const [plot, line] of one.lines.entries()) line.update(pointOf(one, plot, bar, at))
      }
    }
    count = bars.length
    tell()
  }

  function look(tokens: Tokens): void {
    for (const { study, lines } of drawn) paint(study, lines, tokens)
  }

  function draw(study: Study): Drawn {
    const lines = addLines(chart, study)
    paint(study, lines, chart.tokens())
    const one = { study, lines, runs: [] }
    fill(one, chart.bars())
    return one
  }

  const leave = chart.addLayer({
    all,
    look,
    last: () => {
      if (drawn.length > 0) frame ||= requestAnimationFrame(grow)
    },
    hover: (index) => {
      hovered = index
      tell()
    },
  })

  return {
    readings,
    /** Shows exactly these, in this order. */
    show(studies: readonly Study[]): void {
      const before = new Map(drawn.map((one) => [one.study.id, one]))
      const wanted = studies.filter((study) => !study.hidden)
      for (const { study, lines } of drawn) {
        if (!wanted.some(({ id }) => id === study.id)) for (const line of lines) chart.api.removeSeries(line)
      }
      drawn = wanted.map((study) => {
        const known = before.get(study.id)
        if (known === undefined) return draw(study)
        if (known.study === study) return known
        const one = { ...known, study }
        paint(study, one.lines, chart.tokens())
        fill(one, chart.bars())
        return one
      })
      hidden = studies.filter((study) => study.hidden)
      count = chart.bars().length
      tell()
    },
    remove(): void {
      leave()
      cancelAnimationFrame(frame)
    },
  }
}

function addLines(chart: PriceChart, { kind }: Study): readonly Line[] {
  const { place, plots, levels, range } = STUDIES[kind]
  const pane = place === 'price' ? 0 : chart.addPane(PANE_STRETCH)
  const priceFormat: PriceFormat =
    kind === 'rsi'
      ? { type: 'price', precision: PERCENT_DECIMALS, minMove: 0.01 }
      : { type: 'custom', minMove: chart.minMove, formatter: chart.priceText }
  const lines = plots.map(({ shape }) => {
    const options = { priceFormat, lastValueVisible: place === 'below', priceLineVisible: false }
    return shape === 'columns'
      ? chart.api.addSeries(HistogramSeries, options, pane)
      : chart.api.addSeries(LineSeries, { ...options, lineWidth: 1, crosshairMarkerVisible: false }, pane)
  })
  for (const price of levels) lines[0]?.createPriceLine({ price, lineStyle: LineStyle.Dashed, axisLabelVisible: false })
  if (range !== undefined) {
    lines[0]?.applyOptions({
      autoscaleInfoProvider: () => ({ priceRange: { minValue: range[0], maxValue: range[1] } }),
    })
  }
  return lines
}

const colorOf = ({ kind, color }: Study, plot: number): StudyColor => {
  const own = STUDIES[kind].plots[plot]?.color ?? 'own'
  return own === 'own' ? color : own
}

function paint(study: Study, lines: readonly Line[], tokens: Tokens): void {
  lines.forEach((line, plot) => {
    line.applyOptions({ color: tokens[colorOf(study, plot)] })
    for (const level of line.priceLines()) level.applyOptions({ color: tokens.ghost })
  })
}
