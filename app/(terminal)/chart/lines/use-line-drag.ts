import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react'
import type { PriceChart } from '../price-chart.ts'
import type { LineDrag } from './lines.ts'
import { snapToTick, stepTicks } from './tick.ts'

export type DragState =
  | { kind: 'still' }
  | { kind: 'moving'; price: string; from: string }
  /** Let go there; the chain has not answered, or the line has not followed yet. */
  | { kind: 'sent'; price: string }
  /** Back where it was, and why. */
  | { kind: 'refused'; reason: string }

/** A press that does not move this far is no pull, px. */
const SLACK_PX = 3
/** The records follow the chain within a second or so; after this the line shows what they say. */
const FOLLOW_MS = 6_000
/** How long a refusal stays readable. */
const REASON_MS = 8_000
const STILL: DragState = { kind: 'still' }

type Target = { price: string; drag: LineDrag | undefined; chart: PriceChart; tickSize: string }

/**
 * Pulling a line: by pointer, or by arrow keys with Enter and Escape. Where the line may not go is said on the way; let
 * go there, or refused by the chain, it returns and says why.
 */
export function useLineDrag({ price, drag, chart, tickSize }: Target) {
  const [state, setState] = useState(STILL)
  const grip = useRef<{ startY: number; offset: number; top: number; pulled: boolean } | null>(null)

  // The line has followed, or never will.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new price is what ends the wait
  useEffect(() => setState((now) => (now.kind === 'sent' ? STILL : now)), [price])
  useEffect(() => {
    if (state.kind !== 'refused') return
    const timer = setTimeout(() => setState(STILL), REASON_MS)
    return () => clearTimeout(timer)
  }, [state])

  const isMoving = state.kind === 'moving'
  const moveTo = (to: string): void => {
    // A line that has effect while it moves has its new price already.
    setState({ kind: 'moving', price: to, from: isMoving ? state.from : price })
    drag?.onMove?.(to)
  }
  const cancel = (): void => {
    grip.current = null
    if (!isMoving) return
    drag?.onMove?.(state.from)
    setState(STILL)
  }
  const drop = async (): Promise<void> => {
    grip.current = null
    if (!isMoving || drag === undefined) return
    const { price: to, from } = state
    if (to === from) return setState(STILL)
    const problem = drag.problem(to)
    if (problem !== null) {
      drag.onMove?.(from)
      return setState({ kind: 'refused', reason: problem })
    }
    setState(to === price ? STILL : { kind: 'sent', price: to })
    const reason = await drag.drop(to)
    if (reason !== null) return setState({ kind: 'refused', reason })
    setTimeout(() => setState((now) => (now.kind === 'sent' && now.price === to ? STILL : now)), FOLLOW_MS)
  }

  useEffect(() => {
    if (!isMoving) return
    const onKey = (event: globalThis.KeyboardEvent): void => {
      if (event.key !== 'Escape') return
      event.stopPropagation()
      cancel()
    }
    addEventListener('keydown', onKey, true)
    return () => removeEventListener('keydown', onKey, true)
  })

  const pointer = {
    onPointerDown(event: PointerEvent<HTMLElement>): void {
      if (event.button !== 0 || state.kind === 'sent' || isControl(event.target)) return
      const y = chart.priceToY(Number(price))
      if (y === null) return
      const top = chart.top()
      event.currentTarget.setPointerCapture(event.pointerId)
      grip.current = { startY: event.clientY, offset: event.clientY - top - y, top, pulled: false }
    },
    onPointerMove(event: PointerEvent<HTMLElement>): void {
      const held = grip.current
      if (held === null) return
      held.pulled ||= Math.abs(event.clientY - held.startY) > SLACK_PX
      if (!held.pulled) return
      const y = Math.min(chart.paneHeight() - 1, Math.max(0, event.clientY - held.top - held.offset))
      const under = chart.yToPrice(y)
      if (under !== null) moveTo(snapToTick(under, tickSize))
    },
    onPointerUp: () => void drop(),
    onPointerCancel: cancel,
  }
  const keyboard = {
    onKeyDown(event: KeyboardEvent): void {
      const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key]
      if (direction !== undefined && state.kind !== 'sent') {
        event.preventDefault()
        const from = isMoving ? state.price : price
        moveTo(stepTicks(from, direction * (event.shiftKey ? 10 : 1), tickSize))
      }
      if (event.key === 'Enter' && isMoving) {
        event.preventDefault()
        void drop()
      }
    },
    onBlur: cancel,
  }
  return {
    state,
    /** Where the line is now. */
    price: state.kind === 'moving' || state.kind === 'sent' ? state.price : price,
    problem: isMoving ? (drag?.problem(state.price) ?? null) : state.kind === 'refused' ? state.reason : null,
    note: isMoving ? (drag?.note?.(state.price) ?? null) : null,
    pointer,
    keyboard,
  }
}

/** A press on the tag's cross is no pull. */
const isControl = (target: EventTarget): boolean => target instanceof Element && target.closest('button') !== null
