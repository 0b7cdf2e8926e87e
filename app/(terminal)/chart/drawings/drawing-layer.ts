import type { PriceChart } from '../price-chart.ts'
import { createDrawingPrimitive } from './drawing-primitive.ts'
import type { Grip, Point } from './geometry.ts'
import { type Anchor, DRAWINGS, type Drawing, type DrawingKind, movedBy, withAnchor } from './model.ts'

/** A press that does not move this far is a click, px. */
const SLACK_PX = 4
/** Where arrow keys put an anchor before the pointer or they have moved it: as bars from the right edge. */
const KEY_START_BARS = 10

type Actions = {
  add: (drawing: Drawing) => void
  replace: (drawing: Drawing) => void
  select: (id: string | null) => void
}

type Pulled = Grip & { from: Anchor; before: Drawing; at: Point; moved: boolean }

/**
 * Drawing with the pointer: with a tool in hand each click sets an anchor; without one a drawing, or one of its anchors,
 * is pulled. The chart keeps still meanwhile. With the keys: arrows move the crosshair, Enter sets an anchor.
 */
export function createDrawingLayer(chart: PriceChart, host: HTMLElement, actions: Actions) {
  const primitive = createDrawingPrimitive(chart)
  let drawings: readonly Drawing[] = []
  let selected: string | null = null
  let tool: DrawingKind | null = null
  /** Set so far of what is being drawn, with where its next anchor would be. */
  let begun: Anchor[] = []
  let next: Anchor | null = null
  let pressed: Point | null = null
  let pulled: Pulled | null = null
  let changed: Drawing | null = null

  const pointOf = ({ clientX, clientY }: PointerEvent): Point => ({
    x: clientX - chart.left(),
    y: clientY - chart.top(),
  })
  const isOnPane = ({ x, y }: Point) => x < chart.paneWidth() && y < chart.paneHeight()
  function anchorAt({ x, y }: Point): Anchor | null {
    const [t, price] = [chart.xToTime(x), chart.yToPrice(y)]
    return t === null || price === null ? null : { t, price }
  }

  function show(): void {
    const shown = changed === null ? drawings : drawings.map((known) => (known.id === changed?.id ? changed : known))
    const draft =
      tool === null || next === null || begun.length === 0
        ? []
        : [{ id: 'draft', kind: tool, anchors: [...begun, next] }]
    primitive.show([...shown, ...draft], draft.length > 0 ? 'draft' : selected)
  }

  function setAnchor(anchor: Anchor): void {
    if (tool === null) return
    begun = [...begun, anchor]
    next = anchor
    if (begun.length === DRAWINGS[tool].anchors) {
      const anchors = begun
      begun = []
      actions.add({ id: crypto.randomUUID(), kind: tool, anchors })
    }
    show()
  }

  function onDown(event: PointerEvent): void {
    const point = pointOf(event)
    if (event.button !== 0 || !isOnPane(point)) return
    pressed = point
    if (tool !== null) return
    const grip = primitive.gripAt(point)
    const [from, before] = [anchorAt(point), drawings.find(({ id }) => id === grip?.id)]
    if (grip === null || from === null || before === undefined) {
      actions.select(null)
      return
    }
    pulled = { ...grip, from, before, at: point, moved: false }
    chart.holdStill(true)
    actions.select(grip.id)
  }

  function onMove(event: PointerEvent): void {
    const point = pointOf(event)
    const anchor = anchorAt(point)
    if (anchor === null) return
    if (tool !== null) {
      next = anchor
      if (begun.length > 0) show()
    }
    if (pulled === null) return
    pulled.moved ||= Math.hypot(point.x - pulled.at.x, point.y - pulled.at.y) > SLACK_PX
    if (!pulled.moved) return
    changed =
      pulled.anchor === null
        ? movedBy(pulled.before, pulled.from, anchor)
        : withAnchor(pulled.before, pulled.anchor, anchor)
    show()
  }

  function onUp(event: PointerEvent): void {
    const point = pointOf(event)
    if (pulled !== null) {
      if (changed !== null) actions.replace(changed)
      pulled = changed = null
      chart.holdStill(tool !== null)
    } else if (tool !== null && pressed !== null && Math.hypot(point.x - pressed.x, point.y - pressed.y) <= SLACK_PX) {
      const anchor = anchorAt(point)
      if (anchor !== null) setAnchor(anchor)
    }
    pressed = null
  }

  function onKey(event: KeyboardEvent): void {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key]
    if (tool === null || event.altKey || event.ctrlKey || event.metaKey) return
    if (step === undefined && event.key !== 'Enter') return
    event.preventDefault()
    const anchor = next ?? startOfKeys()
    if (anchor === null) return
    if (event.key === 'Enter') {
      setAnchor(anchor)
      return
    }
    const [bars = 0, pixels = 0] = step ?? []
    const far = event.shiftKey ? 10 : 1
    const y = (chart.priceToY(anchor.price) ?? 0) - pixels * 2 * far
    next = { t: anchor.t + bars * far * chart.barMs, price: chart.yToPrice(y) ?? anchor.price }
    chart.pointAt(next)
    show()
  }

  function startOfKeys(): Anchor | null {
    const bar = chart.bars().at(-KEY_START_BARS)
    return bar === undefined ? null : { t: bar.t, price: bar.c }
  }

  host.addEventListener('pointerdown', onDown, true)
  host.addEventListener('keydown', onKey, true)
  addEventListener('pointermove', onMove)
  addEventListener('pointerup', onUp)
  return {
    show(given: { drawings: readonly Drawing[]; tool: DrawingKind | null; selected: string | null }): void {
      if (given.tool !== tool) {
        begun = []
        next = null
        chart.holdStill(given.tool !== null)
        host.style.cursor = given.tool === null ? '' : 'crosshair'
      }
      ;({ drawings, tool, selected } = given)
      show()
    },
    remove(): void {
      host.removeEventListener('pointerdown', onDown, true)
      host.removeEventListener('keydown', onKey, true)
      removeEventListener('pointermove', onMove)
      removeEventListener('pointerup', onUp)
      primitive.remove()
    },
  }
}
