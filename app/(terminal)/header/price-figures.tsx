'use client'
import { useFreshness } from '../../data/freshness.ts'
import { useMarket, usePrice } from '../../data/market.tsx'
import { cx } from '../../ui/cx.ts'
import { formatCompact, formatPrice, NO_VALUE } from '../../ui/format.ts'
import { Skeleton } from '../../ui/states.tsx'
import { change24h, openInterestQuote, shownChange } from './figures.ts'

/* Single figures of a market, live, for the header, the list of markets and the phone. */

const COLOR = { up: 'text-up', down: 'text-down', flat: 'text-text' } as const

/** The big figure, coloured by the direction of its last move, grey when it is old. */
export function LastPrice({ market, className }: { market: string; className?: string }) {
  const tickSize = useMarket(market, (m) => m.params.tickSize)
  const price = usePrice(market, (p) => p.price)
  const direction = usePrice(market, (p) => p.direction) ?? 'flat'
  const stale = useFreshness(market).freshness === 'stale'
  if (price === undefined || tickSize === undefined) return <Skeleton className="my-0.5 h-5 w-20" />
  return (
    <div
      data-stale={stale || undefined}
      className={cx('font-semibold data-stale:opacity-50', COLOR[direction], className)}
    >
      {formatPrice(price, tickSize)}
    </div>
  )
}

/** The day's change as percent alone, for narrow places. */
export function ChangePercent({ market }: { market: string }) {
  const open = useMarket(market, (m) => m.stats.open24h)
  const tickSize = useMarket(market, (m) => m.params.tickSize)
  const price = usePrice(market, (p) => p.price)
  if (price === undefined || open === undefined || tickSize === undefined) return <Skeleton className="h-4 w-12" />
  const change = open === null ? null : change24h(open, price)
  if (change === null) return <span className="text-faint">{NO_VALUE}</span>
  const { percent, percentColor } = shownChange(change, tickSize)
  return <span className={percentColor}>{percent}</span>
}

export function OpenInterest({ market }: { market: string }) {
  const state = useMarket(market, (m) => m.state)
  const price = usePrice(market, (p) => p.price)
  if (state === undefined || price === undefined) return <Skeleton className="h-4 w-14" />
  return formatCompact(openInterestQuote(state, price), { prefix: '$' })
}
