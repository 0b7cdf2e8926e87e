/** Carrying a panel to another place by pointer. Loaded when a handle is first pressed. */
import type { CSSProperties } from 'react'
import type { DockTarget, Edge } from './edit.ts'
import { PANELS, type PanelId } from './tree.ts'

/** Less is a click. */
const THRESHOLD_PX = 6
/** Along the edges of the workspace: docks beside everything. */
const EDGE_PX = 18
/** Nearer to a side than this share of the panel docks beside it, further in joins its group. */
const SIDE_SHARE = 0.25

type Start = { x: number; y: number; pointerId: number }
type Area = { left: number; top: number; width: number; height: number }

/** Follows the pointer until it is released; `onDrop` hears where, unless Escape or a place that is none ends it. */
export function dragPanel(
  workspace: HTMLElement,
  panel: PanelId,
  start: Start,
  preview: (area: CSSProperties | undefined) => void,
  onDrop: (target: DockTarget) => void,
): void {
  const ending = new AbortController()
  let [dragging, target]: [boolean, DockTarget | undefined] = [false, undefined]

  const move = (event: PointerEvent) => {
    if (event.pointerId !== start.pointerId) return
    if (!dragging && Math.hypot(event.clientX - start.x, event.clientY - start.y) < THRESHOLD_PX) return
    if (!dragging) {
      dragging = true
      document.documentElement.style.cursor = 'grabbing'
      getSelection()?.removeAllRanges()
    }
    event.preventDefault()
    const found = findTarget(workspace, panel, event)
    target = found?.target
    preview(found?.area)
  }
  const end = (drop: boolean) => {
    ending.abort()
    document.documentElement.style.cursor = ''
    preview(undefined)
    if (!dragging) return
    // The click that ends a drag is none on the tab below it.
    const swallow = (event: Event) => event.stopPropagation()
    addEventListener('click', swallow, { capture: true, once: true })
    setTimeout(() => removeEventListener('click', swallow, { capture: true }))
    if (drop && target !== undefined) onDrop(target)
  }
  const { signal } = ending
  addEventListener('pointermove', move, { signal })
  addEventListener('pointerup', () => end(true), { signal })
  addEventListener('pointercancel', () => end(false), { signal })
  addEventListener('keydown', (event) => event.key === 'Escape' && end(false), { signal })
}

function findTarget(
  workspace: HTMLElement,
  panel: PanelId,
  { clientX: x, clientY: y }: PointerEvent,
): { target: DockTarget; area: CSSProperties } | undefined {
  const whole = workspace.getBoundingClientRect()
  const inside = (area: Area) =>
    x >= area.left && y >= area.top && x < area.left + area.width && y < area.top + area.height
  if (!inside(whole)) return undefined
  const outer = nearestEdge(whole, x, y)
  if (outer.px < EDGE_PX) {
    return { target: { beside: null, side: outer.edge }, area: areaOf(part(whole, outer.edge, 0.2), whole) }
  }
  for (const element of workspace.querySelectorAll<HTMLElement>('[data-panel]')) {
    const area = element.getBoundingClientRect()
    const beside = PANELS.find((known) => known === element.dataset.panel)
    if (beside === undefined || !inside(area)) continue
    const near = nearestEdge(area, x, y)
    if (near.share < SIDE_SHARE) {
      return { target: { beside, side: near.edge }, area: areaOf(part(area, near.edge, 0.5), whole) }
    }
    return beside === panel ? undefined : { target: { beside, side: 'middle' }, area: areaOf(area, whole) }
  }
  return undefined
}

function nearestEdge({ left, top, width, height }: Area, x: number, y: number) {
  const edges: { edge: Edge; px: number; share: number }[] = [
    { edge: 'left', px: x - left, share: (x - left) / width },
    { edge: 'right', px: left + width - x, share: (left + width - x) / width },
    { edge: 'top', px: y - top, share: (y - top) / height },
    { edge: 'bottom', px: top + height - y, share: (top + height - y) / height },
  ]
  return edges.reduce((near, other) => (other.share < near.share ? other : near))
}

function part({ left, top, width, height }: Area, edge: Edge, share: number): Area {
  switch (edge) {
    case 'left':
      return { left, top, width: width * share, height }
    case 'right':
      return { left: left + width * (1 - share), top, width: width * share, height }
    case 'top':
      return { left, top, width, height: height * share }
    case 'bottom':
      return { left, top: top + height * (1 - share), width, height: height * share }
  }
}

const areaOf = ({ left, top, width, height }: Area, whole: Area): CSSProperties => ({
  left: left - whole.left,
  top: top - whole.top,
  width,
  height,
})
