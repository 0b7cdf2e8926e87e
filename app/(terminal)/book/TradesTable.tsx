'use client'
import { useEffect, useState } from 'react'
import type { TradeDto } from '#server/exchange/schema.ts'
import { tradesStore, useSeed } from '../../data/market.tsx'
import { t } from '../../i18n/t.ts'
import { formatPrice, formatSize, formatTime } from '../../ui/format.ts'

const SPOKEN_TRADES = 10
/** A table that changes under the reader cannot be read: it follows the trades this often. */
const REFRESH_MS = 2_000

type TradesTableProps = { market: string; tickSize: string; stepSize: string; baseSymbol: string }

/** The latest trades for a screen reader. */
export function TradesTable({ market, tickSize, stepSize, baseSymbol }: TradesTableProps) {
  const seed = useSeed().trades
  const [trades, setTrades] = useState<readonly TradeDto[]>(() => (seed ?? []).slice(0, SPOKEN_TRADES))
  useEffect(() => {
    const read = () => {
      const newest = tradesStore(market).get()
      if (newest !== undefined) setTrades(newest.slice(0, SPOKEN_TRADES))
    }
    const timer = setInterval(read, REFRESH_MS)
    return () => clearInterval(timer)
  }, [market])
  return (
    <table className="sr-only">
      <caption>{t('Latest trades')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('Price')}</th>
          <th scope="col">{t('Size {base}', { base: baseSymbol })}</th>
          <th scope="col">{t('Side')}</th>
          <th scope="col">{t('Time')}</th>
        </tr>
      </thead>
      <tbody>
        {trades.map((trade) => (
          <tr key={trade.id}>
            <td>{formatPrice(trade.price, tickSize)}</td>
            <td>{formatSize(trade.size, stepSize)}</td>
            <td>
              {trade.liquidation
                ? t(trade.side === 'buy' ? 'bought, a liquidation' : 'sold, a liquidation')
                : t(trade.side === 'buy' ? 'bought' : 'sold')}
            </td>
            <td>{formatTime(trade.at)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
