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

/**
 * Draws a canvas outside React: whenever its data, its size, the colours or the fonts change, once for all that happened
 * within a frame. `draw` answers true to be called in the next frame too. @returns what asks for one more drawing.
 */
export function useDrawing(
  element: RefObject<HTMLElement | null>,
  market: string,
  data: keyof typeof STORES,
  draw: (tokens: Tokens, now: number) => boolean | undefined,
): () => void {
  const latest = useRef(draw)
  const queue = useRef(() => {})
  useEffect(() => {
    latest.current = draw
    queue.current()
  }, [draw])

  useEffect(() => {
    let tokens = readTokens()
    let [queued, frame] = [false, 0]
    const paint = () => {
      cancelAnimationFrame(frame)
      if (latest.current(tokens, performance.now()) === true) frame = requestAnimationFrame(paint)
    }
    // Price, market and book often change within one frame: paint once for all.
    queue.current = () => {
      if (queued) return
      queued = true
      queueMicrotask(() => {
        queued = false
        paint()
      })
    }
    const stores: readonly ((market: string) => Pick<Store<unknown>, 'subscribe'>)[] = STORES[data]
    const leave = stores.map((store) => store(market).subscribe(queue.current))
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
    queue.current()
    return () => {
      gone = true
      queue.current = () => {}
      cancelAnimationFrame(frame)
      sizes.disconnect()
      leaveLook()
      for (const end of leave) end()
    }
  }, [element, market, data])

  return useCallback(() => queue.current(), [])
}

/** Whether the reader asked for less motion: then nothing flashes. */
export const prefersStillness = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches
