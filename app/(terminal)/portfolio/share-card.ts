import { formatDateTime, shorten } from '#app/ui/format.ts'
import { readTokens } from '#app/ui/tokens.ts'
import type { Sample } from './performance.ts'

/** What the picture tells. Amounts of money are in it only where the trader wants them there. */
export type Card = {
  authority: string
  title: string
  /** Large, coloured by its sign. */
  headline: string
  isLoss: boolean
  figures: readonly (readonly [label: string, value: string])[]
  samples: readonly Sample[]
}

/** Twice the size in which such pictures are shown. */
export const CARD = { width: 1200, height: 630 } as const
const EDGE = 64
const CURVE = { top: 250, bottom: 440 }

/** Paints the card in the colours of the page. */
export function paintCard(canvas: HTMLCanvasElement, card: Card): void {
  const context = canvas.getContext('2d')
  if (context === null) return
  const tokens = readTokens()
  const { width, height } = CARD
  canvas.width = width
  canvas.height = height
  const color = card.isLoss ? tokens.down : tokens.up
  const write = (text: string, x: number, y: number, size: number, ink: string, weight = 500): void => {
    context.font = `${weight} ${size}px ${tokens.font}`
    context.fillStyle = ink
    context.fillText(text, x, y)
  }
  context.textBaseline = 'alphabetic'
  context.fillStyle = tokens.bg
  context.fillRect(0, 0, width, height)
  context.fillStyle = tokens.panel
  context.beginPath()
  context.roundRect(24, 24, width - 48, height - 48, 24)
  context.fill()

  write('QuantDesk', EDGE, 92, 30, tokens.text, 650)
  context.textAlign = 'right'
  write(card.title, width - EDGE, 92, 24, tokens.muted)
  context.textAlign = 'left'
  write(card.headline, EDGE, 196, 84, color, 700)
  paintCurve(context, card.samples, color)

  const step = (width - 2 * EDGE) / Math.max(1, card.figures.length)
  for (const [place, [label, value]] of card.figures.entries()) {
    write(label, EDGE + place * step, 496, 20, tokens.faint)
    write(value, EDGE + place * step, 534, 30, tokens.text, 600)
  }
  const last = card.samples.at(-1)
  write(shorten(card.authority), EDGE, height - 48, 18, tokens.faint)
  context.textAlign = 'right'
  if (last !== undefined) write(formatDateTime(last.at), width - EDGE, height - 48, 18, tokens.faint)
  context.textAlign = 'left'
}

/** The time-weighted return: its shape tells nothing of how much money it was. */
function paintCurve(context: CanvasRenderingContext2D, samples: readonly Sample[], color: string): void {
  const [first, last] = [samples[0], samples.at(-1)]
  if (first === undefined || last === undefined || samples.length < 2) return
  const indices = samples.map(({ index }) => index)
  const [low, high] = [Math.min(...indices), Math.max(...indices)]
  const x = (at: number): number => EDGE + ((at - first.at) / Math.max(1, last.at - first.at)) * (CARD.width - 2 * EDGE)
  const y = (index: number): number =>
    high === low
      ? (CURVE.top + CURVE.bottom) / 2
      : CURVE.bottom - ((index - low) / (high - low)) * (CURVE.bottom - CURVE.top)
  context.beginPath()
  for (const { at, index } of samples) context.lineTo(x(at), y(index))
  context.strokeStyle = color
  context.lineWidth = 4
  context.lineJoin = 'round'
  context.stroke()
  context.lineTo(x(last.at), CURVE.bottom + 10)
  context.lineTo(x(first.at), CURVE.bottom + 10)
  context.closePath()
  context.globalAlpha = 0.12
  context.fillStyle = color
  context.fill()
  context.globalAlpha = 1
}

/** @throws Error when the browser could not make a picture. */
export function pictureOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob === null ? reject(new Error('the browser made no picture')) : resolve(blob)),
      'image/png',
    )
  })
}
