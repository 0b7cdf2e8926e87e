import {
  CandlestickSeries,
  ColorType,
  CrosshairMode,
  createChart,
  HistogramSeries,
  type IChartApi,
  type ISeriesApi,
  type ISeriesPrimitive,
  LineStyle,
  type Logical,
  PriceScaleMode,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts'
import { dateLocale } from '../../i18n/language.ts'
import { decimalsOf, formatPrice } from '../../ui/format.ts'
import { readTokens, type Tokens } from '../../ui/tokens.ts'
import { type Bar, indexOfTime, timeOfIndex } from './candles.ts'

/** Bars left of the visible part at which the next page of history is asked for. */
const OLDER_MARGIN = 60
const BAR_SPACING = 8
const RIGHT_BARS = 6
const VOLUME_SHARE = 0.14
const KEY_STEP_BARS = 10
const MAIN_STRETCH = 1_000
const SEPARATOR_PX = 1

type Options = {
  tickSize: string
  /** Length of a candle, ms. */
  barMs: number
  /** The reader's clocks ahead of UTC, ms. */
  zoneMs: number
  onNeedOlder: () => void
}

/** What lies on the chart and follows it. Each is told only what it asks for. */
export type ChartLayer = {
  /** Bars came or changed otherwise than by growing at their end. */
  all?: (bars: readonly Bar[]) => void
  /** The last bar grew, or a new one began. */
  last?: (bars: readonly Bar[]) => void
  /** Index of the bar under the crosshair; undefined when it leaves. */
  hover?: (index: number | undefined) => void
  /** The pointer, pixels from the corner, with the id of what of the chart is under it; undefined when it leaves. */
  point?: (point: { x: number; y: number; object: unknown } | undefined) => void
  /** The colours of the page changed. */
  look?: (tokens: Tokens) => void
  /** The chart was painted anew: whatever is not part of its canvas must move along. */
  redraw?: () => void
}

export type PriceChart = ReturnType<typeof createPriceChart>

/** lightweight-charts in our dress: candles, volume below them, prices written by our formatter. */
export function createPriceChart(container: HTMLElement, { tickSize, barMs, zoneMs, onNeedOlder }: Options) {
  const decimals = decimalsOf(tickSize)
  const toTime = (t: number) => Math.floor((t + zoneMs) / 1000) as UTCTimestamp
  const priceText = (price: number): string => formatPrice(price.toFixed(decimals), tickSize)
  const api: IChartApi = createChart(container, {
    autoSize: true,
    rightPriceScale: { borderVisible: false, scaleMargins: { top: 0.08, bottom: VOLUME_SHARE + 0.04 } },
    timeScale: {
      borderVisible: false,
      timeVisible: true,
      secondsVisible: barMs < 60_000,
      barSpacing: BAR_SPACING,
      rightOffset: RIGHT_BARS,
      minBarSpacing: 1,
    },
    crosshair: { mode: CrosshairMode.Normal },
    kineticScroll: { touch: true, mouse: false },
    localization: { locale: dateLocale() },
  })
  const candles: ISeriesApi<'Candlestick'> = api.addSeries(CandlestickSeries, {
    borderVisible: false,
    priceFormat: { type: 'custom', minMove: Number(tickSize), formatter: priceText },
    priceLineStyle: LineStyle.Dotted,
  })
  const volume = api.addSeries(HistogramSeries, {
    priceScaleId: 'volume',
    priceFormat: { type: 'volume' },
    lastValueVisible: false,
    priceLineVisible: false,
  })
  api.priceScale('volume').applyOptions({ scaleMargins: { top: 1 - VOLUME_SHARE, bottom: 0 } })

  let bars: readonly Bar[] = []
  let tokens = readTokens()
  const layers = new Set<ChartLayer>()
  let isRemoved = false

  function applyLook(): void {
    tokens = readTokens()
    const label = tokens['line-strong']
    api.applyOptions({
      layout: {
        background: { type: ColorType.Solid, color: tokens.panel },
        textColor: tokens.faint,
        fontFamily: tokens.font,
        fontSize: 11,
        panes: { separatorColor: tokens.line, separatorHoverColor: tokens['line-strong'] },
        // The notice the licence asks for is a link under the chart, which our theme can colour.
        attributionLogo: false,
      },
      grid: { vertLines: { color: tokens.grid }, horzLines: { color: tokens.grid } },
      crosshair: {
        vertLine: { color: tokens.ghost, labelBackgroundColor: label, style: LineStyle.Dashed },
        horzLine: { color: tokens.ghost, labelBackgroundColor: label, style: LineStyle.Dashed },
      },
    })
    const { up: upColor, down: downColor } = tokens
    candles.applyOptions({ upColor, downColor, wickUpColor: upColor, wickDownColor: downColor })
    volume.setData(bars.map(toVolume))
    for (const layer of layers) layer.look?.(tokens)
  }

  const toCandle = (bar: Bar) => ({ time: toTime(bar.t), open: bar.o, high: bar.h, low: bar.l, close: bar.c })
  // No trades, no column: a row of zeros would be drawn as a line through the middle of its scale.
  const toVolume = (bar: Bar) =>
    bar.v === 0
      ? { time: toTime(bar.t) }
      : { time: toTime(bar.t), value: bar.v, color: bar.c >= bar.o ? tokens['up-bar'] : tokens['down-bar'] }

  // A primitive without graphics: the chart tells it about every repaint, which is when what lies over it must follow.
  const follower: ISeriesPrimitive<Time> = {
    updateAllViews: () => {
      for (const layer of layers) layer.redraw?.()
    },
  }
  candles.attachPrimitive(follower)
  applyLook()

  api.timeScale().subscribeVisibleLogicalRangeChange((range) => {
    if (range !== null && range.from < OLDER_MARGIN) onNeedOlder()
  })
  api.subscribeCrosshairMove(({ logical, point, hoveredInfo }) => {
    const index = logical === undefined || point === undefined || bars[logical] === undefined ? undefined : logical
    const under = point === undefined ? undefined : { x: point.x, y: point.y, object: hoveredInfo?.objectId }
    for (const layer of layers) {
      layer.hover?.(index)
      layer.point?.(under)
    }
  })

  return {
    api,
    candles,
    barMs,
    minMove: Number(tickSize),
    applyLook,
    priceText,
    toTime,
    tokens: () => tokens,
    bars: () => bars,
    /** @returns the function that takes the layer off again. */
    addLayer(layer: ChartLayer): () => void {
      layers.add(layer)
      layer.look?.(tokens)
      layer.all?.(bars)
      layer.redraw?.()
      return () => layers.delete(layer)
    },
    setBars(all: readonly Bar[]): void {
      bars = all
      candles.setData(bars.map(toCandle))
      volume.setData(bars.map(toVolume))
      for (const layer of layers) layer.all?.(bars)
    },
    /** `all` ends with the bar that grew or began. */
    updateLast(all: readonly Bar[]): void {
      bars = all
      const bar = bars.at(-1)
      if (bar === undefined) return
      candles.update(toCandle(bar))
      volume.update(toVolume(bar))
      for (const layer of layers) layer.last?.(bars)
    },
    /** A pane below the others, `stretch` high where the candles' is 1 000. @returns its number from the top. */
    addPane(stretch: number): number {
      const pane = api.addPane()
      api.panes()[0]?.setStretchFactor(MAIN_STRETCH)
      pane.setStretchFactor(stretch)
      return pane.paneIndex()
    },
    /** Runs what takes something off the chart, unless it has gone with the chart already. */
    takeOff(change: () => void): void {
      if (!isRemoved) change()
    },
    /** While something on it is pulled, the chart itself does not move. */
    holdStill: (still: boolean) => api.applyOptions({ handleScroll: !still, handleScale: !still }),
    /** Puts the crosshair there. */
    pointAt({ t, price }: { t: number; price: number }): void {
      api.setCrosshairPosition(price, toTime(t), candles)
    },
    /** Distance of a pane's upper edge from the top of the chart. */
    paneTop: (index: number): number =>
      api
        .panes()
        .slice(0, index)
        .reduce((sum, pane) => sum + pane.getHeight() + SEPARATOR_PX, 0),
    showVolume: (visible: boolean) => volume.applyOptions({ visible }),
    setScale(scale: 'linear' | 'log'): void {
      const mode = scale === 'log' ? PriceScaleMode.Logarithmic : PriceScaleMode.Normal
      api.priceScale('right').applyOptions({ mode })
    },
    /** Where the chart begins in the window, px. */
    top: (): number => container.getBoundingClientRect().top,
    left: (): number => container.getBoundingClientRect().left,
    /** Hands on what was turned over something that lies on the chart. */
    passWheel(event: WheelEvent): void {
      container.querySelector('canvas')?.dispatchEvent(new WheelEvent(event.type, event))
    },
    /** Distance of `price` from the top of the chart in pixels; null when the scale is not ready. */
    priceToY: (price: number): number | null => candles.priceToCoordinate(price),
    yToPrice: (y: number): number | null => candles.coordinateToPrice(y),
    /** Any time has a place, those between bars and those to come too. */
    timeToX: (t: number): number | null => api.timeScale().logicalToCoordinate(indexOfTime(bars, t, barMs) as Logical),
    /** Opening time of the bar at `x`, or of the one that would be there. */
    xToTime(x: number): number | null {
      const index = api.timeScale().coordinateToLogical(x)
      return index === null || bars.length === 0 ? null : timeOfIndex(bars, index, barMs)
    },
    /** Where the newest price stands, pixels from the top; null without bars. */
    lastY(): number | null {
      const last = bars.at(-1)
      return last === undefined ? null : candles.priceToCoordinate(last.c)
    },
    /** Of the candles' pane, which is the topmost. */
    paneHeight: (): number => api.panes()[0]?.getHeight() ?? 0,
    paneWidth: (): number => api.timeScale().width(),
    axisWidth: (): number => api.priceScale('right').width(),
    scroll(direction: -1 | 1): void {
      api.timeScale().scrollToPosition(api.timeScale().scrollPosition() + direction * KEY_STEP_BARS, false)
    },
    zoom(factor: number): void {
      const { barSpacing } = api.timeScale().options()
      api.timeScale().applyOptions({ barSpacing: Math.min(60, Math.max(1, barSpacing * factor)) })
    },
    resetView(): void {
      api.timeScale().applyOptions({ barSpacing: BAR_SPACING, rightOffset: RIGHT_BARS })
      api.timeScale().scrollToRealTime()
      api.priceScale('right').applyOptions({ autoScale: true })
    },
    remove(): void {
      isRemoved = true
      layers.clear()
      api.remove()
    },
  }
}
