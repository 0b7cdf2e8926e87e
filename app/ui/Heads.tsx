import type { ReactNode } from 'react'
import { cx } from './cx.ts'
import { SortHead } from './SortHead.tsx'
import type { Sorter } from './sorting.ts'
import { Th } from './Table.tsx'

export type Head<Id extends string> = {
  id: Id
  head: ReactNode
  /** The table can be ordered by it. */
  sorts?: boolean
  left?: boolean
  title?: string | undefined
  className?: string
}

/** The heads of a table, of which some order it. */
export function Heads<Id extends string>({ heads, sorter }: { heads: readonly Head<Id>[]; sorter: Sorter<Id> }) {
  const { sorted, press } = sorter
  return heads.map(({ id, head, sorts = true, left = false, title, className }) => {
    const style = cx(left && '!text-left', className)
    return sorts ? (
      <SortHead
        key={id}
        column={id}
        sorted={sorted?.by ?? null}
        descending={sorted?.descending ?? true}
        onSort={press}
        title={title}
        className={style}
      >
        {head}
      </SortHead>
    ) : (
      <Th key={id} title={title} className={style}>
        {head}
      </Th>
    )
  })
}
