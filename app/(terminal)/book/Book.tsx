'use client'
import { type PointerEvent, useCallback, useMemo, useRef, useState } from 'react'
import { formatUnits, PRICE_DECIMALS, parseUnits } from '#client/units.ts'
import type { MarketDto } from '#server/exchange/schema.ts'
import { useFreshness } from '../../data/freshness.ts'
import { bookStore, marketStore, priceStore, useMarket, usePrice, useSeed } from '../../data/market.tsx'
import { useSettings } from '../../data/SettingsProvider.tsx'
import { createStore, type Store, useStore } from '../../data/store.ts'
import { t } from '../../i18n/t.ts'
import { cx } from '../../ui/cx.ts'
import { decimalsOf, formatNumber, formatPrice, formatSize } from '../../ui/format.ts'
import { EmptyState, Skeleton, StaleNotice } from '../../ui/states.tsx'
import type { Tokens } from '../../ui/tokens.ts'
import { baseText, priceText } from '../account/decimal.ts'
import { marketView } from '../account/market-view.ts'
import { setPrice } from '../ticket/intent.ts'
import { BookTable } from './BookTable.tsx'
import { createFlashes } from './flashes.ts'
import { type Hovered, HoverFigures } from './HoverFigures.tsx'
import { type Book as BookLevels, buildBook, groupings, type Level } from './levels.ts'
import { type PaintRow, paintSide, ROW_HEIGHT, type Side } from './paint.ts'
import { useDrawing } from './use-drawing.ts'
import { useOwnPrices } from './use-own-prices.ts'

const NO_ORDERS = { bids: [], asks: [] }
/** More than any screen shows; the canvas leaves out what does not fit. */
const MAX_LEVELS = 60

/** The grouping in force: the user's choice while it is still offered, else the one that fits the price. */
export function useGrouping(market: string): { offered: string[]; grouping: string } | undefined {
  const tick = useMarket(market, (m) => m.params.tickSize)
  // The list depends on the magnitude of the price only, so it must not follow every tick.
  const magnitude = usePrice(market, (p) => Number(p.price).toPrecision(1))
  const chosen = useSettings((s) => s.bookGrouping[market])
  return useMemo(() => {
    if (tick === undefined || magnitude === undefined) return undefined
    const price = parseUnits(Number(magnitude).toFixed(PRICE_DECIMALS), PRICE_DECIMALS)
    const { offered, initial } = groupings(parseUnits(tick, PRICE_DECIMALS), price)
    const texts = offered.map((step) => formatUnits(step, PRICE_DECIMALS))
    return { offered: texts, grouping: texts.find((step) => step === chosen) ?? formatUnits(initial, PRICE_DECIMALS) }
  }, [tick, magnitude, chosen])
}

/** Order book on canvas: what the pool's curve and resting orders offer, best prices in the middle. */
export function Book({ market }: { market: string }) {
  const units = useMarket(market, unitsOf)
  const grouping = useGrouping(market)?.grouping
  if (units === undefined || grouping === undefined) return <BookSkeleton />
  return <LoadedBook key={`${market}${grouping}`} market={market} grouping={grouping} {...units} />
}

const unitsOf = ({ params, baseSymbol }: MarketDto) => ({
  tickSize: params.tickSize,
  stepSize: params.stepSize,
  baseSymbol,
})

type LoadedProps = { market: string; grouping: string; tickSize: string; stepSize: string; baseSymbol: string }

function LoadedBook({ market, grouping, tickSize, stepSize, baseSymbol }: LoadedProps) {
  const own = useOwnPrices(market)
  const seed = useSeed()
  const asks = useRef<HTMLCanvasElement>(null)
  const bids = useRef<HTMLCanvasElement>(null)
  const [store] = useState(() => createStore<BookLevels | undefined>(undefined))
  const [hovered] = useState(() => createStore<Hovered | undefined>(undefined))
  const { freshness } = useFreshness(market)
  const step = parseUnits(grouping, PRICE_DECIMALS)
  const [flashes] = useState(() => createFlashes(step))

  const draw = useCallback(
    (tokens: Tokens, now: number): boolean | undefined => {
      const dto = marketStore(market).get() ?? seed.markets.find((known) => known.market === market)
      const price = priceStore(market).get() ?? seed.price
      if (dto === undefined || price === undefined || asks.current === null || bids.current === null) return
      const resting = bookStore(market).get()
      const count = Math.min(MAX_LEVELS, Math.max(1, Math.floor(asks.current.clientHeight / ROW_HEIGHT)))
      const book = buildBook(marketView(dto, price), resting ?? NO_ORDERS, own, { grouping: step, count })
      store.set(book)
      flashes.observe(resting, now)
      const largest = [book.asks.at(-1)?.total ?? 0n, book.bids.at(-1)?.total ?? 0n].reduce((a, b) => (a > b ? a : b))
      const at = hovered.get()
      for (const [side, canvas] of [['asks', asks.current] as const, ['bids', bids.current] as const]) {
        const rows = book[side].map((level) => ({
          ...toPaintRow(level, largest, { grouping, tickSize, stepSize }),
          flash: flashes.strength(side, level.price, now),
        }))
        paintSide(canvas, rows, side, tokens, at?.side === side ? at.index : null)
      }
      return flashes.active(now)
    },
    [market, grouping, step, tickSize, stepSize, own, store, hovered, seed, flashes],
  )
  const repaint = useDrawing(asks, market, 'depth', draw)

  const pointer = (side: Side) => ({
    onPointerMove: (event: PointerEvent<HTMLCanvasElement>) => {
      const index = rowAt(event, side)
      const at = hovered.get()
      if (at?.side === side && at.index === index) return
      hovered.set({ side, index })
      repaint()
    },
    onPointerLeave: () => {
      hovered.set(undefined)
      repaint()
    },
    onClick: (event: PointerEvent<HTMLCanvasElement>) => {
      const level = store.get()?.[side][rowAt(event, side)]
      if (level !== undefined) setPrice(market, priceText(level.price))
    },
  })

  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      {freshness === 'stale' && <StaleNotice>{t('Old prices')}</StaleNotice>}
      <div aria-hidden className="grid h-5 shrink-0 grid-cols-3 items-center px-3 text-faint text-xs">
        <span>{t('Price')}</span>
        <span className="text-right">{t('Size {base}', { base: baseSymbol })}</span>
        <span className="text-right">{t('Total')}</span>
      </div>
      <div
        aria-hidden
        className={cx('flex min-h-0 flex-1 flex-col transition-opacity', freshness === 'stale' && 'opacity-50')}
      >
        <div className="relative flex min-h-0 flex-1">
          <canvas
            ref={asks}
            className="absolute inset-0 size-full cursor-pointer touch-manipulation"
            {...pointer('asks')}
          />
          <HoverFigures
            side="asks"
            levels={store}
            hovered={hovered}
            tickSize={tickSize}
            stepSize={stepSize}
            baseSymbol={baseSymbol}
          />
        </div>
        <div className="flex h-9 shrink-0 items-center border-line border-y px-3">
          <Middle market={market} store={store} tickSize={tickSize} />
        </div>
        <div className="relative flex min-h-0 flex-1">
          <canvas
            ref={bids}
            className="absolute inset-0 size-full cursor-pointer touch-manipulation"
            {...pointer('bids')}
          />
          <HoverFigures
            side="bids"
            levels={store}
            hovered={hovered}
            tickSize={tickSize}
            stepSize={stepSize}
            baseSymbol={baseSymbol}
          />
        </div>
      </div>
      <BookTable market={market} levels={store} tickSize={tickSize} stepSize={stepSize} baseSymbol={baseSymbol} />
      <NoDepth store={store} />
    </div>
  )
}

function rowAt({ nativeEvent, currentTarget }: PointerEvent<HTMLCanvasElement>, side: Side): number {
  const y = side === 'asks' ? currentTarget.clientHeight - nativeEvent.offsetY : nativeEvent.offsetY
  return Math.max(0, Math.floor(y / ROW_HEIGHT))
}

function toPaintRow(
  level: Level,
  largest: bigint,
  { grouping, tickSize, stepSize }: Pick<LoadedProps, 'grouping' | 'tickSize' | 'stepSize'>,
): Omit<PaintRow, 'flash'> {
  const finer = decimalsOf(grouping) > decimalsOf(tickSize) ? grouping : tickSize
  const sizeDecimals = Math.min(decimalsOf(stepSize), 3)
  return {
    price: formatPrice(priceText(level.price), finer),
    size: formatSize(baseText(level.size), stepSize),
    total: formatNumber(baseText(level.total), { max: sizeDecimals, min: sizeDecimals }),
    share: largest === 0n ? 0 : Number((level.total * 1_000n) / largest) / 1_000,
    own: level.own,
  }
}

/** Middle between best ask and best bid, coloured by the price's last move, and what lies between them. */
function Middle({
  market,
  store,
  tickSize,
}: {
  market: string
  store: Store<BookLevels | undefined>
  tickSize: string
}) {
  const spread = useStore(store, (book) => book.spread) ?? null
  const direction = usePrice(market, (p) => p.direction) ?? 'flat'
  if (spread === null) return null
  return (
    <>
      <span className={cx('font-semibold text-lg', DIRECTION[direction])}>
        {formatPrice(priceText(spread.middle), tickSize)}
      </span>
      <small className="ml-auto text-faint text-xs">
        {t('spread {price} · {bps} bp', {
          price: formatPrice(priceText(spread.absolute), tickSize),
          bps: formatNumber((spread.ppm / 100).toFixed(1), { min: 1 }),
        })}
      </small>
    </>
  )
}

const DIRECTION = { up: 'text-up', down: 'text-down', flat: 'text-text' } as const

function NoDepth({ store }: { store: Store<BookLevels | undefined> }) {
  const empty = useStore(store, (book) => book.asks.length === 0 && book.bids.length === 0)
  if (empty !== true) return null
  return (
    <div className="absolute inset-x-0 top-5 bottom-0 flex bg-panel">
      <EmptyState title={t('Nothing on offer')}>
        {t('The pool of this market is empty and no limit order rests here.')}
      </EmptyState>
    </div>
  )
}

function BookSkeleton() {
  return (
    <div aria-hidden className="flex min-h-0 flex-1 flex-col gap-1 overflow-hidden p-3">
      {Array.from({ length: 28 }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a fixed picture
        <Skeleton key={row} className="h-4 shrink-0" />
      ))}
    </div>
  )
}
