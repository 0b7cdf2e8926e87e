import { createStore, identity, type Store, useStore } from '../../data/store.ts'
import { perKey } from '../../data/topic-store.ts'

/** What a horizontal line of the chart stands for; it decides the colour. */
export type ChartLineKind = 'long' | 'short' | 'liquidation' | 'buy' | 'sell' | 'take-profit' | 'stop-loss'

export type ChartLine = {
  /** Stable while the thing lives: an order id, "position", "liquidation". */
  id: string
  /** Exact decimal text. */
  price: string
  kind: ChartLineKind
  /** First word(s) of the tag, in the line's colour: "Long 12.00", "Limit buy". */
  label: string
  /** Second part of the tag, plain: "4.00 SOL". */
  detail?: string
  /** Profit or loss shown in its own colour: already formatted text and its sign. */
  pnl?: { text: string; sign: -1 | 0 | 1 }
  /** Offers a cross in the tag: cancels the order or closes the position. */
  onCancel?: () => void
  /** What the cross does, for a pointer and a screen reader: "Cancel limit buy at 140.50". */
  cancelLabel?: string
}

const store = perKey((_market): Store<ChartLine[] | undefined> => createStore<ChartLine[] | undefined>(undefined))

/** Replaces the lines of `market`. */
export function setLines(market: string, lines: ChartLine[]): void {
  store(market).set(lines)
}

const NONE: ChartLine[] = []

export function useLines(market: string): ChartLine[] {
  return useStore(store(market), identity) ?? NONE
}
