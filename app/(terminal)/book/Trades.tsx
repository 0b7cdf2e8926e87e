'use client'
import { useState } from 'react'
import { useMarket, useTrades } from '../../data/market.tsx'
import { cx } from '../../ui/cx.ts'
import { formatDateTime, formatPrice, formatSize, formatTime } from '../../ui/format.ts'
import { EmptyState, Skeleton } from '../../ui/states.tsx'

/** Latest trades, newest first. The colour is the taker's side. */
export function Trades({ market }: { market: string }) {
  const trades = useTrades(market)
  const [openedAt] = useState(() => Date.now())
  const tickSize = useMarket(market, (m) => m.params.tickSize)
  const stepSize = useMarket(market, (m) => m.params.stepSize)
  const baseSymbol = useMarket(market, (m) => m.baseSymbol)
  if (trades === undefined || tickSize === undefined || stepSize === undefined) {
    return (
      <div className="grid gap-1 p-3">
        {Array.from({ length: 12 }, (_, row) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a fixed picture
          <Skeleton key={row} className="h-4" />
        ))}
      </div>
    )
  }
  if (trades.length === 0) {
    return <EmptyState title="No trades yet">The first one in this market shows here the moment it fills.</EmptyState>
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keyboard
    <section className="min-h-0 flex-1 overflow-y-auto" tabIndex={0} aria-label="Latest trades">
      <table className="w-full table-fixed text-xs">
        <thead>
          <tr className="text-faint">
            <th scope="col" className="sticky top-0 h-5 bg-panel pl-3 text-left font-normal">
              Price
            </th>
            <th scope="col" className="sticky top-0 bg-panel text-right font-normal">
              Size {baseSymbol}
            </th>
            <th scope="col" className="sticky top-0 bg-panel pr-3 text-right font-normal">
              Time
            </th>
          </tr>
        </thead>
        <tbody>
          {trades.map((trade) => (
            <tr
              key={trade.id}
              className={cx('h-5', trade.at > openedAt && (trade.side === 'buy' ? 'flash-up' : 'flash-down'))}
              title={formatDateTime(trade.at)}
            >
              <td className={cx('pl-3', trade.side === 'buy' ? 'text-up' : 'text-down')}>
                {formatPrice(trade.price, tickSize)}
                <span className="sr-only">{trade.side === 'buy' ? ' bought' : ' sold'}</span>
              </td>
              <td className="text-right">{formatSize(trade.size, stepSize)}</td>
              <td className="pr-3 text-right text-muted">
                {formatTime(trade.at)}
                {trade.liquidation && <span className="text-warn"> liq</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
