'use client'
import { type KeyboardEvent, type PointerEvent, useRef } from 'react'
import { t } from '../../i18n/t.ts'
import { cx } from '../../ui/cx.ts'
import { loadEditing } from './context.ts'
import { PANEL } from './panels.ts'
import { type Box, type Gutter, insetOf, toPx } from './place.ts'
import { groupsOf, type Layout, type Node } from './tree.ts'

const STEP_PX = 16
const LARGE_STEP_PX = 96

type GutterLineProps = {
  gutter: Gutter
  layout: Layout
  box: Box
  className: string
  /** While it is dragged, once a frame. */
  onMove: (layout: Layout) => void
  onMoved: (layout: Layout) => void
}

/** The line between two panels: dragged, or moved with the arrow keys (in large steps with Shift, Home and End to its ends). */
export function GutterLine({ gutter, layout, box, className, onMove, onMoved }: GutterLineProps) {
  const { split, path, index, rect, before, after } = gutter
  const isRow = split.direction === 'row'
  const along = isRow ? 'width' : 'height'
  const drag = useRef<{ from: number; layout: Layout; moved: Layout; frame: number } | undefined>(undefined)
  const [first, second] = [toPx(before, box[along]), toPx(after, box[along])]

  const at = (event: PointerEvent) => (isRow ? event.clientX : event.clientY)
  const grab = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    drag.current = { from: at(event), layout, moved: layout, frame: 0 }
  }
  const move = async (event: PointerEvent) => {
    const moving = drag.current
    if (moving === undefined) return
    const delta = at(event) - moving.from
    const { resize } = await loadEditing()
    moving.moved = resize(moving.layout, path, index, delta, box)
    cancelAnimationFrame(moving.frame)
    moving.frame = requestAnimationFrame(() => drag.current === moving && onMove(moving.moved))
  }
  const drop = () => {
    const moving = drag.current
    drag.current = undefined
    if (moving !== undefined && moving.moved !== moving.layout) onMoved(moving.moved)
  }
  const press = async (event: KeyboardEvent) => {
    const delta = keyDelta(event, isRow)
    if (delta === undefined) return
    event.preventDefault()
    const { resize } = await loadEditing()
    onMoved(resize(layout, path, index, delta, box))
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: a line that can be moved is no thematic break
    <div
      role="separator"
      tabIndex={0}
      aria-label={t('Line between {before} and {after}', {
        before: nameOf(split.children[index]?.node),
        after: nameOf(split.children[index + 1]?.node),
      })}
      aria-orientation={isRow ? 'vertical' : 'horizontal'}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round((100 * first) / Math.max(1, first + second))}
      style={{ inset: insetOf(rect) }}
      onPointerEnter={() => void loadEditing().catch(() => undefined)}
      onPointerDown={grab}
      onPointerMove={(event) => void move(event)}
      onPointerUp={drop}
      onPointerCancel={drop}
      onKeyDown={(event) => void press(event)}
      className={cx(
        // Wider than it looks, so that it can be caught.
        'absolute z-20 touch-none outline-none transition-colors after:absolute hover:bg-accent focus-visible:bg-accent active:bg-accent',
        isRow
          ? 'cursor-col-resize after:inset-x-[-4px] after:inset-y-0'
          : 'cursor-row-resize after:inset-x-0 after:inset-y-[-4px]',
        'focus-visible:ring-1 focus-visible:ring-accent',
        className,
      )}
    />
  )
}

function keyDelta({ key, shiftKey }: KeyboardEvent, isRow: boolean): number | undefined {
  const step = shiftKey ? LARGE_STEP_PX : STEP_PX
  const deltas: Record<string, number> = {
    [isRow ? 'ArrowLeft' : 'ArrowUp']: -step,
    [isRow ? 'ArrowRight' : 'ArrowDown']: step,
    Home: -1e6,
    End: 1e6,
  }
  return deltas[key]
}

const nameOf = (node: Node | undefined): string =>
  node === undefined
    ? ''
    : groupsOf(node)
        .map((group) => t(PANEL[group.active].title))
        .join(', ')
