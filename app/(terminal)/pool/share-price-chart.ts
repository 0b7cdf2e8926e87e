import {
  AreaSeries,
  type AutoscaleInfo,
  ColorType,
  CrosshairMode,
  createChart,
  LineStyle,
  type UTCTimestamp,
} from 'lightweight-charts'
import { dateLocale } from '#app/i18n/language.ts'
import { formatDateTime, formatUsd } from '#app/ui/format.ts'
import { readTokens } from '#app/ui/tokens.ts'

export type SharePricePoint = { at: number; sharePrice: string }
export type SharePriceChart = ReturnType<typeof createSharePriceChart>

const DECIMALS = 6
/** Half of the least span of prices shown, as a share of the price: cents of a fee must not look like a mountain. */
const LEAST_HALF_SPAN = 0.0005

/** The share price as an area in our colours; the whole time always fits, so there is nothing to scroll or zoom. */
export function createSharePriceChart(container: HTMLElement) {
  const chart = createChart(container, {
    autoSize: true,
    handleScroll: false,
    handleScale: false,
    rightPriceScale: { borderVisible: false, scaleMargins: { top: 0.15, bottom: 0.1 } },
    timeScale: { borderVisible: false, timeVisible: true },
    crosshair: { mode: CrosshairMode.Magnet },
    localization: {
      locale: dateLocale(),
      priceFormatter: (price: number) => formatUsd(price.toFixed(DECIMALS), { max: DECIMALS, min: DECIMALS }),
      timeFormatter: (time: UTCTimestamp) => formatDateTime(time * 1000),
    },
  })
  const area = chart.addSeries(AreaSeries, {
    lineWidth: 2,
    priceLineStyle: LineStyle.Dotted,
    priceFormat: { type: 'price', precision: DECIMALS, minMove: 10 ** -DECIMALS },
    autoscaleInfoProvider: (scaled: () => AutoscaleInfo | null) => {
      const info = scaled()
      if (info === null || info.priceRange === null) return info
      const { minValue, maxValue } = info.priceRange
      const [middle, half] = [(minValue + maxValue) / 2, (maxValue - minValue) / 2]
      const shown = Math.max(half, middle * LEAST_HALF_SPAN)
      return { ...info, priceRange: { minValue: middle - shown, maxValue: middle + shown } }
    },
  })

  function applyLook(): void {
    const tokens = readTokens()
    chart.applyOptions({
      layout: {
        background: { type: ColorType.Solid, color: tokens.panel },
        textColor: tokens.faint,
        fontFamily: tokens.font,
        fontSize: 11,
        // The notice the licence asks for is a link under the chart, which our theme can colour.
        attributionLogo: false,
      },
      grid: { vertLines: { visible: false }, horzLines: { color: tokens.grid } },
      crosshair: {
        vertLine: { color: tokens.ghost, labelBackgroundColor: tokens['line-strong'], style: LineStyle.Dashed },
        horzLine: { color: tokens.ghost, labelBackgroundColor: tokens['line-strong'], style: LineStyle.Dashed },
      },
    })
    area.applyOptions({
      lineColor: tokens.accent,
      topColor: tokens['accent-soft'],
      bottomColor: tokens['accent-soft'],
    })
  }
  applyLook()

  return {
    applyLook,
    setPoints(points: readonly SharePricePoint[]): void {
      // A second may hold only one point: the newest.
      const bySecond = new Map(points.map(({ at, sharePrice }) => [Math.floor(at / 1000), Number(sharePrice)]))
      area.setData([...bySecond].map(([time, value]) => ({ time: time as UTCTimestamp, value })))
      chart.timeScale().fitContent()
    },
    remove: () => chart.remove(),
  }
}
