import { useMemo } from 'react'
import { createStore, identity, type Store, useStore } from '../../../data/store.ts'
import { perKey } from '../../../data/topic-store.ts'

/** What a horizontal line of the chart stands for; it decides the colour. */
export type ChartLineKind =
  | 'long'
  | 'short'
  | 'break-even'
  | 'liquidation'
  | 'buy'
  | 'sell'
  | 'take-profit'
  | 'stop-loss'
  | 'alert'

/** What can be done with a line by pulling it. Prices are exact decimal text on the tick. */
export type LineDrag = {
  /** Why it cannot go there, or null. */
  problem: (price: string) => string | null
  /** What it would mean there: "fills at once", "+$31.20". */
  note?: (price: string) => string | null
  /** Told of each step of the way, by lines that have effect while they move. */
  onMove?: (price: string) => void
  /** Makes it so. @returns why it was refused, or null: then whoever gave the line gives it again at its new price. */
  drop: (price: string) => Promise<string | null>
}

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
  /** It is no order, or not yet: drawn dotted. */
  draft?: boolean
  /** Offers a cross in the tag: cancels the order or closes the position. */
  onCancel?: () => void
  /** What the cross does, for a pointer and a screen reader: "Cancel limit buy at 140.50". */
  cancelLabel?: string
  drag?: LineDrag
}

/** Who gives lines: the account what stands on the chain, the ticket what it would send, the alerts what they watch for. */
export type LineSource = 'account' | 'ticket' | 'alerts'

const NONE: ChartLine[] = []
const store = perKey((_key): Store<ChartLine[] | undefined> => createStore<ChartLine[] | undefined>(undefined))
const linesOf = (market: string, source: LineSource) => store(`${source} ${market}`)

/** Replaces the lines that `source` gives for `market`. */
export function setLines(market: string, source: LineSource, lines: ChartLine[]): void {
  // None stays the same none, so that nobody draws it again.
  linesOf(market, source).set(lines.length === 0 ? NONE : lines)
}

/** Those of all sources. */
export function useLines(market: string): ChartLine[] {
  const account = useStore(linesOf(market, 'account'), identity) ?? NONE
  const ticket = useStore(linesOf(market, 'ticket'), identity) ?? NONE
  const alerts = useStore(linesOf(market, 'alerts'), identity) ?? NONE
  return useMemo(() => [...account, ...ticket, ...alerts], [account, ticket, alerts])
}
