import { type RefObject, useEffect, useState } from 'react'
import type { PriceChart } from '../price-chart.ts'
import { createDrawingLayer } from './drawing-layer.ts'
import { DRAWING_KINDS, DRAWINGS } from './model.ts'
import { addDrawing, chooseTool, removeDrawing, replaceDrawing, selectDrawing, useDrawings } from './use-drawings.ts'

/**
 * Puts the market's drawings on the chart, and the keys that make and remove them on its element. @returns whether a tool
 * is in hand.
 */
export function useDrawingLayer(chart: PriceChart, market: string, host: RefObject<HTMLElement | null>): boolean {
  const state = useDrawings(market)
  const { drawings, tool, selected } = state
  const [layer, setLayer] = useState<ReturnType<typeof createDrawingLayer>>()

  useEffect(() => {
    if (host.current === null) return
    const made = createDrawingLayer(chart, host.current, {
      add: (drawing) => addDrawing(market, drawing),
      replace: (drawing) => replaceDrawing(market, drawing),
      select: selectDrawing,
    })
    setLayer(made)
    return made.remove
  }, [chart, market, host])
  useEffect(() => layer?.show({ drawings, tool, selected }), [layer, drawings, tool, selected])

  useEffect(() => {
    const element = host.current
    const onKey = (event: KeyboardEvent): void => {
      const begins = DRAWING_KINDS.find((kind) => event.altKey && event.code === `Key${DRAWINGS[kind].key}`)
      if (begins !== undefined) chooseTool(begins)
      else if (event.key === 'Escape' && (tool !== null || selected !== null)) chooseTool(null)
      else if ((event.key === 'Delete' || event.key === 'Backspace') && selected !== null)
        removeDrawing(market, selected)
      else return
      // No shortcut of the page is meant: Alt T is also that of the notices.
      event.stopPropagation()
      event.preventDefault()
    }
    element?.addEventListener('keydown', onKey)
    return () => element?.removeEventListener('keydown', onKey)
  }, [host, market, tool, selected])
  return tool !== null
}
