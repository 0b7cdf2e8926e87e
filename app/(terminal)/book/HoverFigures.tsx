'use client'
import type { Store } from '../../data/store.ts'
import { identity, useStore } from '../../data/store.ts'
import { t } from '../../i18n/t.ts'
import { formatCompact, formatPrice, formatSize } from '../../ui/format.ts'
import { baseText, priceText, quoteText } from '../account/decimal.ts'
import { costUpTo } from './cost.ts'
import type { Book } from './levels.ts'
import { ROW_HEIGHT, type Side } from './paint.ts'

/** A row under the pointer, counted from the best level. */
export type Hovered = { side: Side; index: number }

type HoverFiguresProps = {
  side: Side
  levels: Store<Book | undefined>
  hovered: Store<Hovered | undefined>
  tickSize: string
  stepSize: string
  baseSymbol: string
}

/** What an order that reaches the row under the pointer would trade: size, value and average price. */
export function HoverFigures({ side, levels, hovered, tickSize, stepSize, baseSymbol }: HoverFiguresProps) {
  const at = useStore(hovered, identity)
  const book = useStore(levels, identity)
  if (at?.side !== side || book === undefined) return null
  const cost = costUpTo(book[side], at.index)
  if (cost === null) return null
  const offset = { [side === 'asks' ? 'bottom' : 'top']: at.index * ROW_HEIGHT }
  return (
    <dl
      style={offset}
      className="pointer-events-none absolute right-full z-10 mr-2 grid grid-cols-[auto_auto] gap-x-3 gap-y-1 whitespace-nowrap rounded-md border border-line-strong bg-raised px-2.5 py-2 text-xs shadow-float max-md:hidden [&>dd]:text-right [&>dt]:text-faint"
    >
      <dt>{t('Average')}</dt>
      <dd>{formatPrice(priceText(cost.average), tickSize)}</dd>
      <dt>{t('Size {base}', { base: baseSymbol })}</dt>
      <dd>{formatSize(baseText(cost.size), stepSize)}</dd>
      <dt>{t('Value')}</dt>
      <dd>{formatCompact(quoteText(cost.value), { prefix: '$' })}</dd>
    </dl>
  )
}
