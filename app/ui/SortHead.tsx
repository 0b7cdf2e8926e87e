import { ArrowDown, ArrowUp } from 'lucide-react'
import type { ReactNode } from 'react'
import { cx } from './cx.ts'
import { Th } from './Table.tsx'

type SortHeadProps<Key extends string> = {
  column: Key
  /** Null: none of them. */
  sorted: Key | null
  descending: boolean
  onSort: (column: Key) => void
  children: ReactNode
  title?: string | undefined
  className?: string | undefined
}

/** The head of a column that its table can be sorted by. */
export function SortHead<Key extends string>({
  column,
  sorted,
  descending,
  onSort,
  children,
  title,
  className,
}: SortHeadProps<Key>) {
  const here = column === sorted
  const Arrow = descending ? ArrowDown : ArrowUp
  return (
    <Th aria-sort={here ? (descending ? 'descending' : 'ascending') : undefined} className={className} title={title}>
      <button
        type="button"
        onClick={() => onSort(column)}
        className={cx('inline-flex h-[26px] items-center gap-1 hover:text-text', here && 'text-text')}
      >
        {children}
        {here && <Arrow aria-hidden className="size-3" />}
      </button>
    </Th>
  )
}
