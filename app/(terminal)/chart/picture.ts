import { t } from '../../i18n/t.ts'
import { formatDateTime, zoneName } from '../../ui/format.ts'
import type { Tokens } from '../../ui/tokens.ts'
import { labelShifts } from './lines/label-layout.ts'
import type { ChartLine, ChartLineKind } from './lines/lines.ts'
import type { PriceChart } from './price-chart.ts'

const HEAD_PX = 32
const LABEL_PX = 18
const PAD_PX = 8
const COLOR: Record<ChartLineKind, keyof Tokens> = {
  long: 'accent',
  short: 'accent',
  'break-even': 'muted',
  liquidation: 'down',
  buy: 'warn',
  sell: 'warn',
  'take-profit': 'up',
  'stop-loss': 'down',
  alert: 'text',
}

export type PictureOf = { chart: PriceChart; market: string; interval: string; lines: readonly ChartLine[]; at: number }

/** The chart as a picture: what its canvas shows, the lines that lie over it, and above it what it is and of when. */
export function drawPicture({ chart, market, interval, lines, at }: PictureOf): Promise<Blob> {
  const shot = chart.api.takeScreenshot(true)
  const tokens = chart.tokens()
  const scale = shot.width / (chart.paneWidth() + chart.axisWidth())
  const canvas = document.createElement('canvas')
  canvas.width = shot.width
  canvas.height = shot.height + HEAD_PX * scale
  const context = canvas.getContext('2d')
  if (context === null) return Promise.reject(new Error(t('This browser gives no canvas to draw the picture on.')))
  context.fillStyle = tokens.panel
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.drawImage(shot, 0, HEAD_PX * scale)
  context.scale(scale, scale)
  context.textBaseline = 'middle'
  drawHead(
    context,
    tokens,
    `${market} · ${interval}`,
    `${formatDateTime(at)} ${zoneName(at)} · QuantDesk`,
    canvas.width / scale,
  )
  context.translate(0, HEAD_PX)
  drawLines(context, chart, lines)
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null) reject(new Error(t('The picture is too large for this browser.')))
      else resolve(blob)
    }, 'image/png')
  })
}

function drawHead(context: CanvasRenderingContext2D, tokens: Tokens, left: string, right: string, width: number): void {
  context.font = `600 13px ${tokens.font}`
  context.fillStyle = tokens.text
  context.fillText(left, PAD_PX, HEAD_PX / 2)
  context.font = `12px ${tokens.font}`
  context.fillStyle = tokens.faint
  context.textAlign = 'right'
  context.fillText(right, width - PAD_PX, HEAD_PX / 2)
  context.textAlign = 'left'
}

function drawLines(context: CanvasRenderingContext2D, chart: PriceChart, lines: readonly ChartLine[]): void {
  const tokens = chart.tokens()
  const height = chart.paneHeight()
  const shown = lines.flatMap((line) => {
    const y = chart.priceToY(Number(line.price))
    return y === null || y < 0 || y > height ? [] : [{ line, y }]
  })
  const room = { height: LABEL_PX, from: 0, to: height }
  const ys = shown.map(({ y }) => y)
  const tags = labelShifts(ys, { ...room, fixed: null })
  const labels = labelShifts(ys, { ...room, fixed: chart.lastY() })
  context.font = `600 11px ${tokens.font}`
  shown.forEach(({ line, y }, at) => {
    const color = tokens[COLOR[line.kind]]
    context.strokeStyle = color
    context.setLineDash([3, 3])
    context.beginPath()
    context.moveTo(0, y)
    context.lineTo(chart.paneWidth(), y)
    context.stroke()
    const text = [line.label, line.detail, line.pnl?.text].filter(Boolean).join('  ')
    const width = context.measureText(text).width + 2 * PAD_PX
    drawLabel(context, text, { x: PAD_PX, y: y + (tags[at] ?? 0), width, back: tokens.panel, ink: color })
    const axis = { x: chart.paneWidth(), y: y + (labels[at] ?? 0), width: chart.axisWidth() }
    drawLabel(context, chart.priceText(Number(line.price)), { ...axis, back: color, ink: tokens.panel })
  })
}

type Label = { x: number; y: number; width: number; back: string; ink: string }

function drawLabel(context: CanvasRenderingContext2D, text: string, { x, y, width, back, ink }: Label): void {
  context.setLineDash([])
  context.fillStyle = back
  context.fillRect(x, y - LABEL_PX / 2, width, LABEL_PX)
  if (back !== ink) context.strokeRect(x, y - LABEL_PX / 2, width, LABEL_PX)
  context.fillStyle = ink
  context.fillText(text, x + PAD_PX, y)
}
