import type { IPrimitivePaneView, ISeriesPrimitive, SeriesAttachedParameter, Time } from 'lightweight-charts'
import type { Tokens } from '../../../ui/tokens.ts'
import type { PriceChart } from '../price-chart.ts'
import { type Grip, gripAt, type Placed, type Point, segmentsOf } from './geometry.ts'
import { type Anchor, type Drawing, FIB_LEVELS, fibPrice } from './model.ts'

const ANCHOR_PX = 4
const LABEL_GAP_PX = 4

/** Draws drawings as part of the chart's own canvas, so that they move with it and are in its picture. */
export function createDrawingPrimitive(chart: PriceChart) {
  let shown: readonly Drawing[] = []
  let selected: string | null = null
  let placed: Placed[] = []
  let attached: SeriesAttachedParameter<Time> | undefined

  const pointOf = ({ t, price }: Anchor): Point | null => {
    const [x, y] = [chart.timeToX(t), chart.priceToY(price)]
    return x === null || y === null ? null : { x, y }
  }

  function place(): void {
    placed = shown.flatMap((drawing) => {
      const points = drawing.anchors.map(pointOf)
      return points.every((point) => point !== null) ? [{ drawing, points }] : []
    })
  }

  const view: IPrimitivePaneView = {
    zOrder: () => 'normal',
    renderer: () => ({
      draw: (target) =>
        target.useMediaCoordinateSpace(({ context, mediaSize }) => {
          for (const one of placed) {
            draw(context, one, { width: mediaSize.width, chart, isSelected: one.drawing.id === selected })
          }
        }),
    }),
  }
  const primitive: ISeriesPrimitive<Time> = {
    attached: (parameters) => {
      attached = parameters
    },
    updateAllViews: place,
    paneViews: () => [view],
    priceAxisViews: () =>
      placed
        .filter(({ drawing }) => drawing.kind === 'horizontal')
        .map(({ drawing, points }) => ({
          coordinate: () => points[0]?.y ?? 0,
          text: () => chart.priceText(drawing.anchors[0]?.price ?? 0),
          textColor: () => chart.tokens().panel,
          backColor: () => chart.tokens().info,
        })),
    hitTest: (x, y) => {
      const grip = gripAt({ x, y }, placed, chart.paneWidth())
      if (grip === null) return null
      return {
        externalId: grip.id,
        zOrder: 'normal',
        itemType: 'primitive',
        cursorStyle: grip.anchor === null ? 'pointer' : 'grab',
      }
    },
  }
  chart.candles.attachPrimitive(primitive)

  return {
    show(drawings: readonly Drawing[], chosen: string | null): void {
      shown = drawings
      selected = chosen
      place()
      attached?.requestUpdate()
    },
    gripAt: (point: Point): Grip | null => gripAt(point, placed, chart.paneWidth()),
    remove: () => chart.takeOff(() => chart.candles.detachPrimitive(primitive)),
  }
}

type Canvas = { width: number; chart: PriceChart; isSelected: boolean }

function draw(context: CanvasRenderingContext2D, placed: Placed, { width, chart, isSelected }: Canvas): void {
  const tokens = chart.tokens()
  context.strokeStyle = tokens.info
  context.lineWidth = isSelected ? 2 : 1
  for (const [from, to] of segmentsOf(placed, width)) {
    context.beginPath()
    context.moveTo(from.x, from.y)
    context.lineTo(to.x, to.y)
    context.stroke()
  }
  if (placed.drawing.kind === 'fib') label(context, placed, chart, tokens)
  if (!isSelected) return
  for (const { x, y } of placed.points) {
    context.beginPath()
    context.arc(placed.drawing.kind === 'horizontal' ? width / 2 : x, y, ANCHOR_PX, 0, 2 * Math.PI)
    context.fillStyle = tokens.panel
    context.fill()
    context.stroke()
  }
}

/** Each level with its share and price, and the way of the move itself. */
function label(
  context: CanvasRenderingContext2D,
  { drawing, points }: Placed,
  chart: PriceChart,
  tokens: Tokens,
): void {
  const [[from, to], [a, b]] = [drawing.anchors, points]
  if (from === undefined || to === undefined || a === undefined || b === undefined) return
  context.save()
  context.setLineDash([3, 3])
  context.lineWidth = 1
  context.beginPath()
  context.moveTo(a.x, a.y)
  context.lineTo(b.x, b.y)
  context.stroke()
  context.restore()
  context.font = `10px ${tokens.font}`
  context.fillStyle = tokens.muted
  context.textBaseline = 'bottom'
  for (const level of FIB_LEVELS) {
    const y = b.y + (a.y - b.y) * level
    context.fillText(`${level} · ${chart.priceText(fibPrice(from, to, level))}`, Math.min(a.x, b.x) + LABEL_GAP_PX, y)
  }
}
