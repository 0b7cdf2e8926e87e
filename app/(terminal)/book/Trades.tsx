'use client'
import { useCallback, useRef, useState } from 'react'
import type { TradeDto } from '#server/exchange/schema.ts'
import { useFreshness } from '../../data/freshness.ts'
import { tradesStore, useMarket, useSeed, useTrades } from '../../data/market.tsx'
import { t } from '../../i18n/t.ts'
import { EmptyState, Skeleton, StaleNotice } from '../../ui/states.tsx'
import type { Tokens } from '../../ui/tokens.ts'
import { ROW_HEIGHT } from './paint.ts'
import { paintTrades } from './paint-trades.ts'
import { TradesTable } from './TradesTable.tsx'
import { prefersStillness, useDrawing } from './use-drawing.ts'

const FLASH_MS = 600

/** Latest trades on canvas, newest first. The colour is the taker's side. */
export function Trades({ market }: { market: string }) {
  const count = useTrades(market, countOf)
  const tickSize = useMarket(market, (m) => m.params.tickSize)
  const stepSize = useMarket(market, (m) => m.params.stepSize)
  const baseSymbol = useMarket(market, (m) => m.baseSymbol)
  const { reason } = useFreshness(market)
  if (count === undefined || tickSize === undefined || stepSize === undefined || baseSymbol === undefined) {
    return (
      <div aria-hidden className="grid gap-1 p-3">
        {Array.from({ length: 12 }, (_, row) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a fixed picture
          <Skeleton key={row} className="h-4" />
        ))}
      </div>
    )
  }
  if (count === 0) {
    return (
      <EmptyState title={t('No trades yet')}>
        {t('The first one in this market shows here the moment it fills.')}
      </EmptyState>
    )
  }
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      {reason !== undefined && <StaleNotice>{t('No new prices, so no new trades')}</StaleNotice>}
      <div aria-hidden className="grid h-5 shrink-0 grid-cols-3 items-center px-3 text-faint text-xs">
        <span>{t('Price')}</span>
        <span className="text-right">{t('Size {base}', { base: baseSymbol })}</span>
        <span className="text-right">{t('Time')}</span>
      </div>
      <TradeList key={market} market={market} count={count} tickSize={tickSize} stepSize={stepSize} />
      <TradesTable market={market} tickSize={tickSize} stepSize={stepSize} baseSymbol={baseSymbol} />
    </div>
  )
}

const countOf = (trades: readonly TradeDto[]) => trades.length

type TradeListProps = { market: string; count: number; tickSize: string; stepSize: string }

/** The list scrolls as any other; the canvas stays where it is and paints the rows that are in view. */
function TradeList({ market, count, tickSize, stepSize }: TradeListProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const [openedAt] = useState(() => ({ seen: new Map<string, number>(), first: true }))
  const seed = useSeed().trades

  const draw = useCallback(
    (tokens: Tokens, now: number): boolean | undefined => {
      const live = tradesStore(market).get()
      const trades = live ?? seed
      if (trades === undefined || canvas.current === null || scroller.current === null) return
      const arrivals = openedAt.seen
      for (const { id } of trades) {
        if (!arrivals.has(id)) arrivals.set(id, openedAt.first ? Number.NEGATIVE_INFINITY : now)
      }
      // The list of the first answer and the one the stream begins with are no news.
      if (live !== undefined) openedAt.first = false
      if (arrivals.size > 4 * trades.length) {
        const kept = new Set(trades.map(({ id }) => id))
        for (const id of arrivals.keys()) if (!kept.has(id)) arrivals.delete(id)
      }
      const flashOf = ({ id }: TradeDto) => Math.max(0, 1 - (now - (arrivals.get(id) ?? 0)) / FLASH_MS)
      const still = prefersStillness()
      paintTrades(
        canvas.current,
        trades,
        { tickSize, stepSize, scrollTop: scroller.current.scrollTop },
        tokens,
        (trade) => (still ? 0 : flashOf(trade)),
      )
      return !still && trades.some((trade) => flashOf(trade) > 0)
    },
    [market, tickSize, stepSize, seed, openedAt],
  )
  const repaint = useDrawing(canvas, market, 'trades', draw)
  return (
    <div ref={scroller} aria-hidden onScroll={repaint} className="@container-size min-h-0 flex-1 overflow-y-auto">
      <div style={{ height: count * ROW_HEIGHT }} className="min-h-full">
        <canvas ref={canvas} className="sticky top-0 block h-[100cqh] w-full" />
      </div>
    </div>
  )
}
