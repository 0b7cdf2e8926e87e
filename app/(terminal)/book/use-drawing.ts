import { type RefObject, useCallback, useEffect, useRef } from 'react'
import { bookStore, marketStore, priceStore, tradesStore } from '../../data/market.tsx'
import { onLookChange } from '../../data/SettingsProvider.tsx'
import type { Store } from '../../data/store.ts'
import { readTokens, type Tokens } from '../../ui/tokens.ts'
import { forgetWidths } from './paint.ts'

/** What a canvas of the market is drawn from. */
const DEPTH_STORES = [priceStore, marketStore, bookStore] as const
const TRADE_STORES = [tradesStore] as const
const STORES = { depth: DEPTH_STORES, trades: TRADE_STORES } as const

/** Data is drawn 30 times a second at most: no eye reads figures faster, and the other half of the frames stay free. */
const DATA_EVERY_MS = 1_000 / 30
/** Frames do not come to the millisecond. */
const FRAME_JITTER_MS = 4

/**
 * Draws a canvas outside React: whenever its data, its size, the colours or the fonts change. `draw` answers true to be
 * called again as data would. @returns what asks for a drawing in the very next frame, for what a hand does.
 */
export function useDrawing(
  element: RefObject<HTMLElement | null>,
  market: string,
  data: keyof typeof STORES,
  draw: (tokens: Tokens, now: number) => boolean | undefined,
): () => void {
  const latest = useRef(draw)
  const soon = useRef(() => {})
  useEffect(() => {
    latest.current = draw
    soon.current()
  }, [draw])

  useEffect(() => {
    let tokens = readTokens()
    let [frame, isUrgent, paintedAt] = [0, false, Number.NEGATIVE_INFINITY]
    const paint = () => {
      cancelAnimationFrame(frame)
      paintedAt = performance.now()
      isUrgent = false
      frame = 0
      if (latest.current(tokens, paintedAt) === true) queue()
    }
    const onFrame = () => {
      frame = 0
      if (isUrgent || performance.now() - paintedAt >= DATA_EVERY_MS - FRAME_JITTER_MS) paint()
      else queue()
    }
    const queue = () => {
      if (frame === 0) frame = requestAnimationFrame(onFrame)
    }
    soon.current = () => {
      isUrgent = true
      queue()
    }
    const stores: readonly ((market: string) => Pick<Store<unknown>, 'subscribe'>)[] = STORES[data]
    const leave = stores.map((store) => store(market).subscribe(queue))
    const leaveLook = onLookChange(() => {
      tokens = readTokens()
      paint()
    })
    const sizes = new ResizeObserver(paint)
    if (element.current !== null) sizes.observe(element.current)
    let gone = false
    void document.fonts.ready.then(() => {
      if (gone) return
      forgetWidths()
      paint()
    })
    paint()
    return () => {
      gone = true
      soon.current = () => {}
      cancelAnimationFrame(frame)
      sizes.disconnect()
      leaveLook()
      for (const end of leave) end()
    }
  }, [element, market, data])

  return useCallback(() => soon.current(), [])
}

/** Whether the reader asked for less motion: then nothing flashes. */
export const prefersStillness = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches
