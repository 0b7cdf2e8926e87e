'use client'
import { type KeyboardEvent, type PointerEvent, useCallback, useMemo, useRef, useState } from 'react'
import { PRICE_DECIMALS, type Price, parseUnits } from '#client/units.ts'
import type { MarketDto } from '#server/exchange/schema.ts'
import { useFreshness } from '../../data/freshness.ts'
import { bookStore, marketStore, priceStore, useMarket, usePrice, useSeed } from '../../data/market.tsx'
import { useSetSettings, useSettings } from '../../data/SettingsProvider.tsx'
import { REACHES, type Reach } from '../../data/settings.ts'
import { createStore, type Store, useStore } from '../../data/store.ts'
import { t } from '../../i18n/t.ts'
import { cx } from '../../ui/cx.ts'
import { EmptyState, Skeleton, StaleNotice } from '../../ui/states.tsx'
import type { Tokens } from '../../ui/tokens.ts'
import { priceText } from '../account/decimal.ts'
import { marketView } from '../account/market-view.ts'
import { useDrawing } from '../book/use-drawing.ts'
import { useOwnPrices } from '../book/use-own-prices.ts'
import { askTicket, setPrice } from '../ticket/intent.ts'
import { type Curve, depthCurve, ladderOf, type Range } from './curve.ts'
import { DepthFigures } from './DepthFigures.tsx'
import { paintDepth, priceAt } from './paint.ts'

/** What the reader points at or has marked. */
export type Marked = { cursor: Price; range: Range | null }

const NO_ORDERS = { bids: [], asks: [] }
/** Less is a click on a price. */
const DRAG_PX = 4
const KEY_STEPS = 100n

/** How much could be traded up to each price; a range drawn on it becomes a scaled order in the ticket. */
export function DepthCurve({ market }: { market: string }) {
  const units = useMarket(market, unitsOf)
  const hasPrice = usePrice(market, () => true)
  if (units === undefined || hasPrice === undefined) return <Skeleton className="m-3 flex-1" />
  return <LoadedDepth key={market} market={market} {...units} />
}

const unitsOf = ({ params, baseSymbol }: MarketDto) => ({
  tickSize: params.tickSize,
  stepSize: params.stepSize,
  baseSymbol,
})

type LoadedProps = { market: string; tickSize: string; stepSize: string; baseSymbol: string }

function LoadedDepth({ market, tickSize, stepSize, baseSymbol }: LoadedProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [curves] = useState(() => createStore<Curve | null | undefined>(undefined))
  const [marked] = useState(() => createStore<Marked | undefined>(undefined))
  const pressed = useRef<{ x: number; price: Price } | undefined>(undefined)
  const [reach, reachFurther] = useReach()
  const own = useOwnPrices(market)
  const seed = useSeed()
  const tick = useMemo(() => parseUnits(tickSize, PRICE_DECIMALS), [tickSize])
  const { freshness } = useFreshness(market)

  const draw = useCallback(
    (tokens: Tokens): undefined => {
      const dto = marketStore(market).get() ?? seed.markets.find((known) => known.market === market)
      const price = priceStore(market).get() ?? seed.price
      if (dto === undefined || price === undefined || canvas.current === null) return
      const curve = depthCurve(marketView(dto, price), bookStore(market).get() ?? NO_ORDERS, own, reach)
      curves.set(curve)
      const at = marked.get()
      if (curve !== null) {
        paintDepth(canvas.current, curve, { cursor: at?.cursor ?? null, range: at?.range ?? null, tickSize }, tokens)
      }
    },
    [market, reach, own, seed, tickSize, curves, marked],
  )
  const repaint = useDrawing(canvas, market, 'depth', draw)
  const mark = (next: Marked | undefined) => {
    marked.set(next)
    repaint()
  }
  const priceUnder = ({ nativeEvent, currentTarget }: PointerEvent<HTMLElement>): Price | undefined => {
    const curve = curves.get()
    return curve == null ? undefined : priceAt(curve, nativeEvent.offsetX, currentTarget.clientWidth, tick)
  }
  const lay = (range: Range): boolean => {
    const curve = curves.get()
    const ladder = curve == null ? null : ladderOf(range, curve, { tickSize: tick })
    if (ladder === null) return false
    askTicket(market, {
      type: 'ladder',
      side: ladder.side,
      first: priceText(ladder.first),
      last: priceText(ladder.last),
    })
    return true
  }

  const pointer = {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      const price = priceUnder(event)
      if (event.button !== 0 || price === undefined) return
      event.currentTarget.setPointerCapture(event.pointerId)
      pressed.current = { x: event.nativeEvent.offsetX, price }
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const cursor = priceUnder(event)
      if (cursor === undefined) return
      const from = pressed.current
      const isDrag = from !== undefined && Math.abs(event.nativeEvent.offsetX - from.x) >= DRAG_PX
      mark({ cursor, range: isDrag ? sameSide({ from: from.price, to: cursor }, curves.get(), tick) : null })
    },
    onPointerUp: (event: PointerEvent<HTMLElement>) => {
      if (pressed.current === undefined) return
      pressed.current = undefined
      const at = marked.get()
      const price = priceUnder(event)
      if (at?.range != null) lay(at.range)
      else if (price !== undefined) setPrice(market, priceText(price))
      if (price !== undefined) mark(event.pointerType === 'mouse' ? { cursor: price, range: null } : undefined)
    },
    onPointerCancel: () => {
      pressed.current = undefined
      mark(undefined)
    },
    onPointerLeave: () => pressed.current === undefined && mark(undefined),
  }

  const press = (event: KeyboardEvent) => {
    const curve = curves.get()
    if (curve == null || event.metaKey || event.ctrlKey || event.altKey) return
    const at = marked.get() ?? { cursor: curve.middle, range: null }
    const direction = { ArrowLeft: -1n, ArrowRight: 1n }[event.key]
    if (direction !== undefined) {
      const step = (curve.high - curve.low) / KEY_STEPS
      const wanted = at.cursor + direction * (step > tick ? step : tick)
      const cursor = wanted < curve.low ? curve.low : wanted > curve.high ? curve.high : wanted
      const from = at.range?.from ?? at.cursor
      mark({ cursor, range: event.shiftKey ? sameSide({ from, to: cursor }, curve, tick) : null })
    } else if (event.key === 'Enter') {
      if (at.range === null) setPrice(market, priceText((at.cursor / tick) * tick))
      else lay(at.range)
      mark({ cursor: at.cursor, range: null })
    } else if (event.key === 'Escape') {
      pressed.current = undefined
      mark(at.range === null ? undefined : { cursor: at.cursor, range: null })
    } else if (event.key === '+' || event.key === '=') reachFurther(-1)
    else if (event.key === '-') reachFurther(1)
    else return
    event.preventDefault()
  }

  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      {freshness === 'stale' && <StaleNotice>{t('Old prices')}</StaleNotice>}
      <div
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrows move along the curve
        tabIndex={0}
        aria-label={t(
          'Depth curve of {market}. Left and right move along it, with Shift they mark a range, Enter puts the price or a scaled order over the range into the ticket, plus and minus change its reach.',
          { market },
        )}
        onKeyDown={press}
        onBlur={() => mark(undefined)}
        className={cx('relative min-h-0 flex-1 transition-opacity', freshness === 'stale' && 'opacity-50')}
      >
        <canvas
          ref={canvas}
          className="absolute inset-0 size-full cursor-crosshair touch-pan-y select-none"
          {...pointer}
        />
        <DepthFigures curves={curves} marked={marked} tickSize={tickSize} stepSize={stepSize} baseSymbol={baseSymbol} />
      </div>
      <NoCurve curves={curves} />
    </div>
  )
}

/** A range ends at the middle: below it are buys, above it sells, and no ladder is both. */
function sameSide(range: Range, curve: Curve | null | undefined, tick: Price): Range {
  if (curve == null) return range
  const { middle } = curve
  if (range.from < middle) return { ...range, to: range.to < middle ? range.to : middle - tick }
  return { ...range, to: range.to > middle ? range.to : middle + tick }
}

/** The reach in force, and a step to a further or nearer one. */
function useReach(): [Reach, (by: -1 | 1) => void] {
  const reach = useSettings((settings) => settings.depthReach)
  const set = useSetSettings()
  return [
    reach,
    (by) => {
      const next = REACHES[REACHES.indexOf(reach) + by]
      if (next !== undefined) set({ depthReach: next })
    },
  ]
}

function NoCurve({ curves }: { curves: Store<Curve | null | undefined> }) {
  const isEmpty = useStore<Curve | null, boolean>(curves, (curve) => curve === null)
  if (isEmpty !== true) return null
  return (
    <div className="absolute inset-0 flex bg-panel">
      <EmptyState title={t('No depth')}>
        {t('The pool of this market is empty on one side, and nobody has placed an order there.')}
      </EmptyState>
    </div>
  )
}
