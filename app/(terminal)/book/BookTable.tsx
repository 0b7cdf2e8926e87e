'use client'
import { useEffect, useRef, useState } from 'react'
import type { Store } from '../../data/store.ts'
import { t, word } from '../../i18n/t.ts'
import { formatPrice, formatSize } from '../../ui/format.ts'
import { baseText, priceText } from '../account/decimal.ts'
import { setPrice } from '../ticket/intent.ts'
import type { Book, Level } from './levels.ts'

const SPOKEN_LEVELS = 5
/** A table that changes under the reader cannot be read: it follows the book this often. */
const REFRESH_MS = 2_000

type BookTableProps = {
  market: string
  levels: Store<Book | undefined>
  tickSize: string
  stepSize: string
  baseSymbol: string
}

/** The book for a keyboard and a screen reader: best levels as a table whose prices are buttons. Shows when focused. */
export function BookTable({ market, levels, tickSize, stepSize, baseSymbol }: BookTableProps) {
  const [book, setBook] = useState<Book>()
  const table = useRef<HTMLTableElement>(null)
  useEffect(() => {
    // A price that leaves the book would take the keyboard's focus with it, so the table holds still meanwhile.
    const read = () => {
      if (table.current?.contains(document.activeElement) !== true) setBook(levels.get())
    }
    const first = setTimeout(read, 0)
    const timer = setInterval(read, REFRESH_MS)
    return () => {
      clearTimeout(first)
      clearInterval(timer)
    }
  }, [levels])
  if (book === undefined) return null
  const row = (side: 'Ask' | 'Bid') => (level: Level) => (
    <tr key={`${side}${level.price}`}>
      <th scope="row" className="pr-3 text-left font-normal">
        {t(side)}
      </th>
      <td className="pr-3">
        <button type="button" onClick={() => setPrice(market, priceText(level.price))} className="text-accent">
          {formatPrice(priceText(level.price), tickSize)}
        </button>
      </td>
      <td className="pr-3 text-right">{formatSize(baseText(level.size), stepSize)}</td>
      <td className="text-right">{formatSize(baseText(level.total), stepSize)}</td>
    </tr>
  )
  return (
    <div className="sr-only focus-within:not-sr-only focus-within:absolute focus-within:inset-x-2 focus-within:top-6 focus-within:z-10 focus-within:rounded-lg focus-within:border focus-within:border-line-strong focus-within:bg-raised focus-within:p-3 focus-within:shadow-float">
      <table ref={table} className="w-full text-xs">
        <caption className="pb-2 text-left text-muted">
          {t('Best levels, held still while you are here; a price fills the ticket')}
        </caption>
        <thead>
          <tr className="text-faint">
            <th scope="col" className="text-left font-normal">
              {t('Side')}
            </th>
            <th scope="col" className="text-left font-normal">
              {t('Price')}
            </th>
            <th scope="col" className="text-right font-normal">
              {t('Size {base}', { base: baseSymbol })}
            </th>
            <th scope="col" className="text-right font-normal">
              {t('Total')}
            </th>
          </tr>
        </thead>
        <tbody>
          {book.asks
            .slice(0, SPOKEN_LEVELS)
            .reverse()
            .map(row(word('Ask')))}
          {book.bids.slice(0, SPOKEN_LEVELS).map(row(word('Bid')))}
        </tbody>
      </table>
    </div>
  )
}
