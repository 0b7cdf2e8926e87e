import type { Tokens } from '../../ui/tokens.ts'

export const ROW_HEIGHT = 20
export const PADDING = 12
const FONT_SIZE = 11

/** One row as text; `share`: its total against the largest, `flash`: how fresh a change of its orders is, both 0 to 1. */
export type PaintRow = { price: string; size: string; total: string; share: number; own: boolean; flash: number }

export type Side = 'asks' | 'bids'

/**
 * Paints one side of the book. Asks stand on the foot of the canvas and bids hang from its head, so the best prices
 * meet in the middle. `hovered` marks the row under the pointer and all better ones: what an order up to there takes.
 */
export function paintSide(
  canvas: HTMLCanvasElement,
  rows: readonly PaintRow[],
  side: Side,
  tokens: Tokens,
  hovered: number | null,
): void {
  const sheet = cleanSheet(canvas, tokens)
  if (sheet === undefined) return
  const { context, width, height } = sheet
  const [color, soft, bar] =
    side === 'asks'
      ? [tokens.down, tokens['down-soft'], tokens['down-bar']]
      : [tokens.up, tokens['up-soft'], tokens['up-bar']]
  rows.forEach((row, index) => {
    const top = side === 'asks' ? height - (index + 1) * ROW_HEIGHT : index * ROW_HEIGHT
    if (top < -1 || top + ROW_HEIGHT > height + 1) return
    const middle = top + ROW_HEIGHT / 2 + 0.5
    if (hovered !== null && index <= hovered) {
      context.fillStyle = tokens.raised
      context.fillRect(0, top, width, ROW_HEIGHT)
    }
    context.fillStyle = soft
    context.fillRect(width * (1 - row.share), top + 1, width * row.share, ROW_HEIGHT - 2)
    if (row.flash > 0) {
      context.globalAlpha = row.flash
      context.fillStyle = bar
      context.fillRect(0, top + 1, width, ROW_HEIGHT - 2)
      context.globalAlpha = 1
    }
    if (row.own) {
      context.fillStyle = tokens.accent
      context.fillRect(3, top + 5, 3, ROW_HEIGHT - 10)
    }
    const column = (width - 2 * PADDING) / 3
    tabular(context, row.price, PADDING, middle, color, 'left')
    tabular(context, row.size, PADDING + 2 * column, middle, tokens.text, 'right')
    tabular(context, row.total, width - PADDING, middle, tokens.muted, 'right')
  })
}

/** An empty canvas as sharp as the screen, measured in CSS pixels, with our type set. */
export function cleanSheet(
  canvas: HTMLCanvasElement,
  tokens: Tokens,
): { context: CanvasRenderingContext2D; width: number; height: number } | undefined {
  const context = canvas.getContext('2d')
  if (context === null) return undefined
  const { clientWidth: width, clientHeight: height } = canvas
  const ratio = window.devicePixelRatio || 1
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio)
    canvas.height = Math.round(height * ratio)
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.clearRect(0, 0, width, height)
  context.textAlign = 'left'
  context.textBaseline = 'middle'
  context.font = `450 ${FONT_SIZE}px ${tokens.font}`
  return { context, width, height }
}

const widths = new Map<string, number>()

function widthOf(context: CanvasRenderingContext2D, glyph: string): number {
  const known = widths.get(glyph)
  if (known !== undefined) return known
  const width = context.measureText(glyph).width
  widths.set(glyph, width)
  return width
}

const isDigit = (glyph: string) => glyph >= '0' && glyph <= '9'

/**
 * Text with all digits equally wide: numbers that shift sideways with every update cannot be read. Some browsers give a
 * canvas the tabular figures of the page; in the others each digit is set in the middle of a cell.
 */
export function tabular(
  context: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  color: string,
  align: 'left' | 'center' | 'right',
): void {
  context.fillStyle = color
  const cell = widthOf(context, '0')
  if (widthOf(context, '1') === cell) {
    context.textAlign = align
    context.fillText(text, x, y)
    return
  }
  let at = x
  if (align !== 'left') {
    let width = 0
    for (const glyph of text) width += isDigit(glyph) ? cell : widthOf(context, glyph)
    at -= align === 'right' ? width : width / 2
  }
  for (const glyph of text) {
    const width = widthOf(context, glyph)
    context.fillText(glyph, isDigit(glyph) ? at + (cell - width) / 2 : at, y)
    at += isDigit(glyph) ? cell : width
  }
}

/** Widths change when the web font arrives. */
export function forgetWidths(): void {
  widths.clear()
}
