import { ArrowDown, ArrowUp } from 'lucide-react'
import type { ReactNode } from 'react'
import { cx } from './cx.ts'
<<<<<<< HEAD
import { Th } from './Table.tsx'

type SortHeadProps<Key extends string> = {
  column: Key
  sorted: Key
  descending: boolean
  onSort: (column: Key) => void
=======
import type { Sorter } from './sorting.ts'
import { Th } from './Table.tsx'

type SortHeadProps<Id extends string> = {
  id: Id
  sorter: Sorter<Id>
>>>>>>> 298b642 (Show what an account made of its money, day by day, and everybody's to look at)
  children: ReactNode
  title?: string | undefined
  className?: string | undefined
}

<<<<<<< HEAD
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
=======
/** The head of a column that orders the table when it is pressed. */
export function SortHead<Id extends string>({ id, sorter, children, title, className }: SortHeadProps<Id>) {
  const { sorted, press } = sorter
  const here = sorted?.by === id ? sorted : null
  const Arrow = here?.descending === false ? ArrowUp : ArrowDown
  return (
    <Th
      title={title}
      className={className}
      aria-sort={here === null ? 'none' : here.descending ? 'descending' : 'ascending'}
    >
      <button
        type="button"
        onClick={() => press(id)}
        className={cx('inline-flex items-center gap-0.5 hover:text-text', here !== null && 'text-text')}
      >
        {children}
        <Arrow aria-hidden className={cx('size-2.5', here === null && 'invisible')} />
>>>>>>> 298b642 (Show what an account made of its money, day by day, and everybody's to look at)
      </button>
    </Th>
  )
}
