import { createSeriesMarkers, type SeriesMarkerPrice, type Time } from 'lightweight-charts'
import type { FillDto } from '#server/exchange/schema.ts'
import { createStore } from '../../../data/store.ts'
import type { PriceChart } from '../price-chart.ts'
import { type FillMark, marksOf } from './fill-marks.ts'

/** A mark under the pointer, and where the pointer is in the chart. */
export type HoveredMark = { mark: FillMark; x: number; y: number }

/** Arrows at the prices where the account's orders filled. */
export function createFillLayer(chart: PriceChart) {
  const plugin = createSeriesMarkers<Time>(chart.candles, [], { autoScale: false, zOrder: 'top' })
  const hovered = createStore<HoveredMark | undefined>(undefined)
  let fills: readonly FillDto[] = []
  let marks: FillMark[] = []
  let bars = 0

  function draw(): void {
    const { accent, warn } = chart.tokens()
    bars = chart.bars().length
    marks = marksOf(fills, chart.bars(), chart.barMs)
    plugin.setMarkers(
      marks.map(({ id, t, side, price }): SeriesMarkerPrice<Time> => {
        const isBuy = side === 'buy'
        return {
          id,
          time: chart.toTime(t),
          price,
          position: isBuy ? 'atPriceBottom' : 'atPriceTop',
          shape: isBuy ? 'arrowUp' : 'arrowDown',
          color: isBuy ? accent : warn,
        }
      }),
    )
  }
  const leave = chart.addLayer({
    all: draw,
    look: draw,
    // A fill may be told before the candle it belongs to begins.
    last: (all) => {
      if (all.length !== bars) draw()
    },
    point: (point) => {
      const mark = point === undefined ? undefined : marks.find(({ id }) => id === point.object)
      if (mark === undefined) hovered.set(undefined)
      else if (point !== undefined) hovered.set({ mark, x: point.x, y: point.y })
    },
  })
  return {
    hovered,
    show(given: readonly FillDto[]): void {
      fills = given
      draw()
    },
    remove(): void {
      leave()
      chart.takeOff(plugin.detach)
    },
  }
}
