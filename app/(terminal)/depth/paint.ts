import type { Price } from '#client/units.ts'
import { formatCompact, formatPrice } from '../../ui/format.ts'
import type { Tokens } from '../../ui/tokens.ts'
import { baseText, priceText } from '../account/decimal.ts'
import type { Level } from '../book/levels.ts'
import { cleanSheet, tabular } from '../book/paint.ts'
import type { Curve, Range } from './curve.ts'

export const AXIS_HEIGHT = 20
const HEAD_ROOM = 10
const PRICE_LABEL_PX = 90
const SIZE_LINES = 3

export type DepthView = { cursor: Price | null; range: Range | null; tickSize: string }

/** Where a price of the curve stands, and back: only pixels, so a float will do. */
export const xOf = (curve: Curve, price: Price, width: number): number =>
  (Number(price - curve.low) / Number(curve.high - curve.low)) * width

export function priceAt(curve: Curve, x: number, width: number, tickSize: Price): Price {
  const share = Math.min(1, Math.max(0, x / Math.max(1, width)))
  const price = curve.low + BigInt(Math.round(share * Number(curve.high - curve.low)))
  return ((price + tickSize / 2n) / tickSize) * tickSize
}

/** Paints both curves, what the reader has marked, and the prices below. */
export function paintDepth(canvas: HTMLCanvasElement, curve: Curve, view: DepthView, tokens: Tokens): void {
  const sheet = cleanSheet(canvas, tokens)
  if (sheet === undefined) return
  const { context, width, height } = sheet
  const foot = height - AXIS_HEIGHT
  const most = Math.max(1, Number(curve.asks.at(-1)?.total ?? 0n), Number(curve.bids.at(-1)?.total ?? 0n))
  const y = (total: bigint) => foot - (Number(total) / most) * (foot - HEAD_ROOM)
  const x = (price: Price) => xOf(curve, price, width)

  for (let line = 1; line <= SIZE_LINES; line++) {
    const total = BigInt(Math.round((most * line) / SIZE_LINES))
    context.fillStyle = tokens.grid
    context.fillRect(0, Math.round(y(total)), width, 1)
  }
  paintSide(context, curve.bids, { from: curve.middle, to: curve.low, x, y, foot }, tokens.up, tokens['up-soft'])
  paintSide(context, curve.asks, { from: curve.middle, to: curve.high, x, y, foot }, tokens.down, tokens['down-soft'])
  for (const level of [...curve.bids, ...curve.asks]) {
    if (!level.own) continue
    context.fillStyle = tokens.accent
    context.fillRect(Math.round(x(level.price)) - 1, y(level.total) - 3, 3, foot - y(level.total) + 3)
  }
  context.fillStyle = tokens['line-strong']
  context.fillRect(Math.round(x(curve.middle)), HEAD_ROOM, 1, foot - HEAD_ROOM)
  if (view.range !== null) paintRange(context, view.range, { x, foot, middle: curve.middle }, tokens)
  if (view.cursor !== null) {
    context.fillStyle = tokens.faint
    context.fillRect(Math.round(x(view.cursor)), 0, 1, foot)
  }

  // Beside the middle, where the curves are lowest.
  for (let line = 1; line <= SIZE_LINES; line++) {
    const total = BigInt(Math.round((most * line) / SIZE_LINES))
    tabular(context, formatCompact(baseText(total)), x(curve.middle) + 6, y(total) + 8, tokens.faint, 'left')
  }
  const labels = Math.max(2, Math.floor(width / PRICE_LABEL_PX))
  for (let label = 0; label <= labels; label++) {
    const price = curve.low + ((curve.high - curve.low) * BigInt(label)) / BigInt(labels)
    const align = label === 0 ? 'left' : label === labels ? 'right' : 'center'
    const at = Math.min(width - 8, Math.max(8, x(price)))
    tabular(context, formatPrice(priceText(price), view.tickSize), at, foot + AXIS_HEIGHT / 2, tokens.faint, align)
  }
}

type SideShape = { from: Price; to: Price; x: (price: Price) => number; y: (total: bigint) => number; foot: number }

function paintSide(
  context: CanvasRenderingContext2D,
  levels: readonly Level[],
  { from, to, x, y, foot }: SideShape,
  color: string,
  soft: string,
): void {
  const line = new Path2D()
  let at = foot
  line.moveTo(x(levels[0]?.price ?? from), foot)
  for (const level of levels) {
    line.lineTo(x(level.price), at)
    at = y(level.total)
    line.lineTo(x(level.price), at)
  }
  // Beyond the last level nothing more is on offer: the curve goes on level.
  line.lineTo(x(to), at)
  const area = new Path2D(line)
  area.lineTo(x(to), foot)
  area.closePath()
  context.fillStyle = soft
  context.fill(area)
  context.strokeStyle = color
  context.lineWidth = 1.5
  context.stroke(line)
}

function paintRange(
  context: CanvasRenderingContext2D,
  { from, to }: Range,
  { x, foot, middle }: { x: (price: Price) => number; foot: number; middle: Price },
  tokens: Tokens,
): void {
  const [left, right] = [Math.min(x(from), x(to)), Math.max(x(from), x(to))]
  const isBuy = from < middle
  context.fillStyle = isBuy ? tokens['up-bar'] : tokens['down-bar']
  context.fillRect(left, 0, Math.max(1, right - left), foot)
  context.fillStyle = isBuy ? tokens.up : tokens.down
  context.fillRect(Math.round(left), 0, 1, foot)
  context.fillRect(Math.round(right), 0, 1, foot)
}
