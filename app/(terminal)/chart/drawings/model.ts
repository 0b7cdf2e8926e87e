import { isRecord, readRecord } from '../../../data/kept.ts'
import { word } from '../../../i18n/t.ts'

/* What a trader draws on a chart: points in time and price, so that it stands on every candle length. */

export const DRAWING_KINDS = ['trend', 'horizontal', 'fib'] as const
export type DrawingKind = (typeof DRAWING_KINDS)[number]

/** Time in ms, price as a float: it becomes pixels and nothing else. */
export type Anchor = { t: number; price: number }
export type Drawing = { id: string; kind: DrawingKind; anchors: readonly Anchor[] }

export const DRAWINGS: Readonly<Record<DrawingKind, { name: string; removal: string; anchors: 1 | 2; key: string }>> = {
  trend: { name: word('Trend line'), removal: word('Remove trend line {prices}'), anchors: 2, key: 'T' },
  horizontal: { name: word('Horizontal line'), removal: word('Remove horizontal line {prices}'), anchors: 1, key: 'H' },
  fib: {
    name: word('Fibonacci retracement'),
    removal: word('Remove fibonacci retracement {prices}'),
    anchors: 2,
    key: 'F',
  },
}

/** Shares of the way back from the second anchor to the first. */
export const FIB_LEVELS = [0, 0.236, 0.382, 0.5, 0.618, 0.786, 1] as const

/** Price of a level: 0 at where the move ended, 1 at where it began. */
export const fibPrice = (from: Anchor, to: Anchor, level: number): number => to.price + (from.price - to.price) * level

/** `drawing` with one anchor elsewhere. */
export const withAnchor = (drawing: Drawing, at: number, anchor: Anchor): Drawing => ({
  ...drawing,
  anchors: drawing.anchors.map((known, index) => (index === at ? anchor : known)),
})

/** All of it by as much as `to` is from `from`. */
export const movedBy = (drawing: Drawing, from: Anchor, to: Anchor): Drawing => ({
  ...drawing,
  anchors: drawing.anchors.map(({ t, price }) => ({ t: t + to.t - from.t, price: price + to.price - from.price })),
})

/** Of each market its own. */
export type Drawings = Readonly<Record<string, readonly Drawing[]>>

const VERSION = 1
export const MOST_DRAWINGS = 100

export const serializeDrawings = (markets: Drawings): string => JSON.stringify({ version: VERSION, markets })

/** Drawings of a kept text; what is unreadable or incomplete is left out. */
export function parseDrawings(text: string | null): Drawings {
  const { version, markets } = readRecord(text)
  if (version !== VERSION || !isRecord(markets)) return {}
  return Object.fromEntries(
    Object.entries(markets).map(([market, kept]) => [
      market,
      (Array.isArray(kept) ? kept : []).flatMap(parseDrawing).slice(0, MOST_DRAWINGS),
    ]),
  )
}

function parseDrawing(kept: unknown): Drawing[] {
  if (!isRecord(kept) || typeof kept.id !== 'string' || !Array.isArray(kept.anchors)) return []
  const kind = DRAWING_KINDS.find((known) => known === kept.kind)
  const anchors = kept.anchors.filter(isAnchor).map(({ t, price }) => ({ t, price }))
  return kind === undefined || anchors.length !== DRAWINGS[kind].anchors ? [] : [{ id: kept.id, kind, anchors }]
}

const isAnchor = (value: unknown): value is Anchor =>
  isRecord(value) && Number.isFinite(value.t) && Number.isFinite(value.price)
