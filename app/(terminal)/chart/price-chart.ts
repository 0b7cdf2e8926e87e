import {
  CandlestickSeries,
  ColorType,
  CrosshairMode,
  createChart,
  HistogramSeries,
  type ISeriesPrimitive,
  LineStyle,
  MismatchDirection,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts'
import { decimalsOf, formatPrice } from '../../ui/format.ts'
import { readTokens } from '../../ui/tokens.ts'
import type { Bar } from './candles.ts'

/** Bars left of the visible part at which the next page of history is asked for. */
const OLDER_MARGIN = 60
const BAR_SPACING = 8
const RIGHT_BARS = 6
const VOLUME_SHARE = 0.14
const KEY_STEP_BARS = 10

type Options = {
  tickSize: string
  /** Show seconds on the time axis. */
  seconds: boolean
  onNeedOlder: () => void
  /** The bar under the crosshair; undefined when it leaves. */
  onHover: (bar: Bar | undefined) => void
  /** The chart was painted anew: whatever lies over it must move along. */
  onRedraw: () => void
}

export type PriceChart = ReturnType<typeof createPriceChart>

const seconds = (t: number) => Math.floor(t / 1000) as UTCTimestamp

/** lightweight-charts in our dress: candles, volume below them, prices written by our formatter. */
export function createPriceChart(container: HTMLElement, options: Options) {
  const byTime = new Map<number, Bar>()
  const chart = createChart(container, {
    autoSize: true,
    rightPriceScale: { borderVisible: false, scaleMargins: { top: 0.08, bottom: VOLUME_SHARE + 0.04 } },
    timeScale: {
      borderVisible: false,
      timeVisible: true,
      secondsVisible: options.seconds,
      barSpacing: BAR_SPACING,
      rightOffset: RIGHT_BARS,
      minBarSpacing: 1,
    },
    crosshair: { mode: CrosshairMode.Normal },
    kineticScroll: { touch: true, mouse: false },
    localization: { locale: 'en-US', priceFormatter: (price: number) => priceText(price) },
  })
  const candles = chart.addSeries(CandlestickSeries, {
    borderVisible: false,
    priceFormat: { type: 'price', precision: decimalsOf(options.tickSize), minMove: Number(options.tickSize) },
    priceLineStyle: LineStyle.Dotted,
  })
  const volume = chart.addSeries(HistogramSeries, {
    priceScaleId: 'volume',
    priceFormat: { type: 'volume' },
    lastValueVisible: false,
    priceLineVisible: false,
  })
  chart.priceScale('volume').applyOptions({ scaleMargins: { top: 1 - VOLUME_SHARE, bottom: 0 } })

  function priceText(price: number): string {
    return formatPrice(price.toFixed(decimalsOf(options.tickSize)), options.tickSize)
  }

  let tokens = readTokens()
  function applyLook(): void {
    tokens = readTokens()
    const label = tokens['line-strong']
    chart.applyOptions({
      layout: {
        background: { type: ColorType.Solid, color: tokens.panel },
        textColor: tokens.faint,
        fontFamily: tokens.font,
        fontSize: 11,
        // The notice the licence asks for is a link under the chart, which our theme can colour.
        attributionLogo: false,
      },
      grid: { vertLines: { color: tokens.grid }, horzLines: { color: tokens.grid } },
      crosshair: {
        vertLine: { color: tokens.ghost, labelBackgroundColor: label, style: LineStyle.Dashed },
        horzLine: { color: tokens.ghost, labelBackgroundColor: label, style: LineStyle.Dashed },
      },
    })
    candles.applyOptions({
      upColor: tokens.up,
      downColor: tokens.down,
      wickUpColor: tokens.up,
      wickDownColor: tokens.down,
    })
    volume.setData([...byTime.values()].map(toVolume))
  }

  const toCandle = (bar: Bar) => ({ time: seconds(bar.t), open: bar.o, high: bar.h, low: bar.l, close: bar.c })
  // No trades, no column: a row of zeros would be drawn as a line through the middle of its scale.
  const toVolume = (bar: Bar) =>
    bar.v === 0
      ? { time: seconds(bar.t) }
      : { time: seconds(bar.t), value: bar.v, color: bar.c >= bar.o ? tokens['up-bar'] : tokens['down-bar'] }

  // A primitive without graphics: the chart tells it about every repaint, which is when the tags must follow.
  const follower: ISeriesPrimitive<Time> = { updateAllViews: options.onRedraw }
  candles.attachPrimitive(follower)
  applyLook()

  chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
    if (range !== null && range.from < OLDER_MARGIN) options.onNeedOlder()
  })
  chart.subscribeCrosshairMove(({ time }) => {
    options.onHover(typeof time === 'number' ? byTime.get(time) : undefined)
  })

  return {
    applyLook,
    setBars(bars: readonly Bar[]): void {
      byTime.clear()
      for (const bar of bars) byTime.set(seconds(bar.t), bar)
      candles.setData(bars.map(toCandle))
      volume.setData(bars.map(toVolume))
    },
    updateLast(bar: Bar): void {
      byTime.set(seconds(bar.t), bar)
      candles.update(toCandle(bar))
      volume.update(toVolume(bar))
    },
    /** Distance of `price` from the top of the pane in pixels; null when the scale is not ready. */
    priceToY: (price: number): number | null => candles.priceToCoordinate(price),
    /** Where the newest price stands, pixels from the top; null without bars. */
    lastY(): number | null {
      const last = candles.dataByIndex(Number.MAX_SAFE_INTEGER, MismatchDirection.NearestLeft)
      return last !== null && 'close' in last ? candles.priceToCoordinate(last.close) : null
    },
    paneHeight: (): number => chart.panes()[0]?.getHeight() ?? 0,
    axisWidth: (): number => chart.priceScale('right').width(),
    scroll(direction: -1 | 1): void {
      chart.timeScale().scrollToPosition(chart.timeScale().scrollPosition() + direction * KEY_STEP_BARS, false)
    },
    zoom(factor: number): void {
      const { barSpacing } = chart.timeScale().options()
      chart.timeScale().applyOptions({ barSpacing: Math.min(60, Math.max(1, barSpacing * factor)) })
    },
    resetView(): void {
      chart.timeScale().applyOptions({ barSpacing: BAR_SPACING, rightOffset: RIGHT_BARS })
      chart.timeScale().scrollToRealTime()
      chart.priceScale('right').applyOptions({ autoScale: true })
    },
    remove: () => chart.remove(),
  }
}
