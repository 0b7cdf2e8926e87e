import { BaselineSeries, LineType } from 'lightweight-charts'
import { marketStore } from '../../../data/market.tsx'
import { createStore } from '../../../data/store.ts'
import { api } from '../../../data/trpc.ts'
import { formatPercent } from '../../../ui/format.ts'
import type { Bar } from '../candles.ts'
import type { PriceChart } from '../price-chart.ts'
import { type FundingStep, ratesOf, toFundingStep } from './funding-steps.ts'

const PANE_STRETCH = 200
export const RATE_DECIMALS = 4
/** The server gives so many steps in one answer. */
const MOST_STEPS = 5_000

/**
 * The hourly funding rate in a pane of its own, above zero where longs pay. Its history is asked for as far back as there
 * are candles; the newest is the market's own, live.
 */
export function createFundingLayer(chart: PriceChart, market: string) {
  /** The rate at the crosshair, else the newest. */
  const shown = createStore<number | undefined>(undefined)
  const line = chart.api.addSeries(
    BaselineSeries,
    {
      baseValue: { type: 'price', price: 0 },
      lineWidth: 1,
      lineType: LineType.WithSteps,
      priceLineVisible: false,
      priceFormat: {
        type: 'custom',
        minMove: 1e-8,
        formatter: (rate: number) => formatPercent(rate.toFixed(12), RATE_DECIMALS),
      },
    },
    chart.addPane(PANE_STRETCH),
  )
  const abort = new AbortController()
  let steps: FundingStep[] = []
  /** History is known from here on. */
  let knownFrom = Number.POSITIVE_INFINITY
  let frame = 0
  let rates: (number | null)[] = []
  let hovered: number | undefined

  const tell = () => shown.set((hovered === undefined ? rates.at(-1) : rates[hovered]) ?? undefined)
  const pointOf = ({ t }: Bar, value: number | null) =>
    value === null ? { time: chart.toTime(t) } : { time: chart.toTime(t), value }

  function draw(): void {
    frame = 0
    const bars = chart.bars()
    rates = ratesOf(bars, steps)
    const live = marketStore(market).get()?.state.fundingRateHourly
    if (live !== undefined && rates.length > 0) rates[rates.length - 1] = Number(live)
    line.setData(bars.map((bar, at) => pointOf(bar, rates[at] ?? null)))
    tell()
  }
  const redraw = () => {
    frame ||= requestAnimationFrame(draw)
  }

  async function load(bars: readonly Bar[]): Promise<void> {
    const [first, last] = [bars[0], bars.at(-1)]
    if (first === undefined || last === undefined || first.t >= knownFrom) return
    const to = Number.isFinite(knownFrom) ? knownFrom : last.t + chart.barMs
    const from = Math.max(first.t, to - MOST_STEPS * chart.barMs)
    const before = knownFrom
    knownFrom = from
    try {
      const answer = await api.market.fundingSteps.query(
        { market, stepMs: chart.barMs, from, to },
        { signal: abort.signal },
      )
      steps = [...answer.map(toFundingStep), ...steps]
      redraw()
      void load(chart.bars())
    } catch {
      // The next page of candles asks again; until then the pane shows what it has.
      knownFrom = before
    }
  }

  const leaveMarket = marketStore(market).subscribe(redraw)
  const leave = chart.addLayer({
    all: (bars) => {
      void load(bars)
      redraw()
    },
    last: (bars) => {
      const bar = bars.at(-1)
      const rate = marketStore(market).get()?.state.fundingRateHourly
      if (bar !== undefined) line.update(pointOf(bar, rate === undefined ? null : Number(rate)))
    },
    hover: (index) => {
      hovered = index
      tell()
    },
    look: ({ up, down, 'up-bar': above, 'down-bar': below }) =>
      line.applyOptions({
        topLineColor: up,
        topFillColor1: above,
        topFillColor2: above,
        bottomLineColor: down,
        bottomFillColor1: below,
        bottomFillColor2: below,
      }),
  })
  return {
    shown,
    /** Its number from the top: it moves up when one above it goes. */
    pane: (): number => line.getPane().paneIndex(),
    remove(): void {
      abort.abort()
      cancelAnimationFrame(frame)
      leaveMarket()
      leave()
      chart.takeOff(() => chart.api.removeSeries(line))
    },
  }
}
