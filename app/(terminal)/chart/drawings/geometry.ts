import { type Drawing, FIB_LEVELS } from './model.ts'

/** Pixels from the upper left corner of the chart. */
export type Point = { x: number; y: number }
/** What of a drawing is under the pointer: one of its anchors, or all of it. */
export type Grip = { id: string; anchor: number | null }
/** A drawing with its anchors in pixels. */
export type Placed = { drawing: Drawing; points: readonly Point[] }

const ANCHOR_REACH_PX = 8
const LINE_REACH_PX = 5

/** Lines that make up a drawing on a pane of this width. */
export function segmentsOf({ drawing, points }: Placed, width: number): readonly (readonly [Point, Point])[] {
  const [a, b] = points
  if (a === undefined) return []
  if (drawing.kind === 'horizontal')
    return [
      [
        { x: 0, y: a.y },
        { x: width, y: a.y },
      ],
    ]
  if (b === undefined) return []
  if (drawing.kind === 'trend') return [[a, b]]
  return FIB_LEVELS.map((level) => {
    const y = b.y + (a.y - b.y) * level
    return [
      { x: Math.min(a.x, b.x), y },
      { x: Math.max(a.x, b.x), y },
    ]
  })
}

export function distanceTo(point: Point, [from, to]: readonly [Point, Point]): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const squared = dx * dx + dy * dy
  const along = squared === 0 ? 0 : ((point.x - from.x) * dx + (point.y - from.y) * dy) / squared
  const share = Math.min(1, Math.max(0, along))
  return Math.hypot(point.x - from.x - share * dx, point.y - from.y - share * dy)
}

/** The uppermost drawing within reach of `point`; an anchor before a line. */
export function gripAt(point: Point, placed: readonly Placed[], width: number): Grip | null {
  const fromTop = placed.toReversed()
  for (const { drawing, points } of fromTop) {
    if (drawing.kind === 'horizontal') continue
    const anchor = points.findIndex(({ x, y }) => Math.hypot(point.x - x, point.y - y) <= ANCHOR_REACH_PX)
    if (anchor >= 0) return { id: drawing.id, anchor }
  }
  const hit = fromTop.find((one) => segmentsOf(one, width).some((line) => distanceTo(point, line) <= LINE_REACH_PX))
  return hit === undefined ? null : { id: hit.drawing.id, anchor: null }
}
