import { useEffect } from 'react'
import { create } from 'zustand'
import {
  type Drawing,
  type DrawingKind,
  type Drawings,
  MOST_DRAWINGS,
  parseDrawings,
  serializeDrawings,
} from './model.ts'

const KEY = 'quantdesk.drawings'

type State = {
  markets: Drawings
  /** What the next click on the chart begins; null: nothing. */
  tool: DrawingKind | null
  selected: string | null
}

const useStore = create<State>()(() => ({ markets: {}, tool: null, selected: null }))
let recalled = false

/** Reads what the browser keeps, once somebody shows it. Follows what other tabs change. */
function recall(): void {
  if (recalled) return
  recalled = true
  useStore.setState({ markets: parseDrawings(window.localStorage.getItem(KEY)) })
  addEventListener('storage', ({ key, newValue }) => {
    if (key === KEY) useStore.setState({ markets: parseDrawings(newValue) })
  })
}

const NONE: readonly Drawing[] = []

export function useDrawings(market: string): {
  drawings: readonly Drawing[]
  tool: DrawingKind | null
  selected: string | null
} {
  useEffect(recall, [])
  const drawings = useStore((state) => state.markets[market] ?? NONE)
  const tool = useStore((state) => state.tool)
  const selected = useStore((state) => state.selected)
  return { drawings, tool, selected }
}

export const chooseTool = (tool: DrawingKind | null): void => useStore.setState({ tool, selected: null })
export const selectDrawing = (selected: string | null): void => useStore.setState({ selected })

function edit(market: string, change: (drawings: readonly Drawing[]) => readonly Drawing[]): void {
  const { markets } = useStore.getState()
  const next = { ...markets, [market]: change(markets[market] ?? NONE) }
  useStore.setState({ markets: next })
  window.localStorage.setItem(KEY, serializeDrawings(next))
}

/** Adds it, and selects it. The oldest gives way where there are too many. */
export function addDrawing(market: string, drawing: Drawing): void {
  edit(market, (drawings) => [...drawings, drawing].slice(-MOST_DRAWINGS))
  useStore.setState({ tool: null, selected: drawing.id })
}

export const replaceDrawing = (market: string, drawing: Drawing): void =>
  edit(market, (drawings) => drawings.map((known) => (known.id === drawing.id ? drawing : known)))

export function removeDrawing(market: string, id: string): void {
  edit(market, (drawings) => drawings.filter((known) => known.id !== id))
  useStore.setState({ selected: null })
}

export function removeDrawings(market: string): void {
  edit(market, () => NONE)
  useStore.setState({ selected: null })
}
