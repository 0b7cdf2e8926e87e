'use client'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useRef } from 'react'
import { t } from '#app/i18n/t.ts'
import { cx } from './cx.ts'
import { Heads } from './Heads.tsx'
import { inOrder, type SortKey, useSorting } from './sorting.ts'
import { Table, Td } from './Table.tsx'

export type Column<Row> = {
  id: string
  head: string
  cell: (row: Row) => ReactNode
  /** What the column is ordered by; without it, it is not. */
  sortBy?: (row: Row) => SortKey
  left?: boolean
  className?: string
  title?: string
}

type DataTableProps<Row> = {
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  keyOf: (row: Row) => string
  /** Below the last row: the way to more of them. */
  foot?: ReactNode
  className?: string
}

const ROW_PX = 34
/** So many rows cost less than what draws only those in sight. */
const SHORT = 60

/** Rows in columns that order them; of a long list only what is in sight is in the page. */
export function DataTable<Row>({ label, columns, rows, keyOf, foot, className }: DataTableProps<Row>) {
  const sorter = useSorting<string>()
  const scroller = useRef<HTMLDivElement>(null)
  const ordered = inOrder(rows, sorter.sorted, (row, by) => columns.find(({ id }) => id === by)?.sortBy?.(row) ?? 0)
  const isLong = ordered.length > SHORT
  const virtual = useVirtualizer({
    count: isLong ? ordered.length : 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  })
  const seen = virtual.getVirtualItems()
  const [first, last] = [seen[0], seen.at(-1)]
  const shown = isLong ? ordered.slice(first?.index ?? 0, (last?.index ?? SHORT) + 1) : ordered
  const above = isLong ? (first?.start ?? 0) : 0
  const below = isLong ? virtual.getTotalSize() - (last?.end ?? 0) : 0
  const offset = isLong ? (first?.index ?? 0) : 0
  return (
    <div ref={scroller} className={cx('min-h-0 flex-1 overflow-auto max-md:max-h-[60dvh]', className)}>
      <Table label={label} aria-rowcount={ordered.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            <Heads
              sorter={sorter}
              heads={columns.map(({ id, head, sortBy, left = false, title }) => ({
                id,
                head: t(head),
                sorts: sortBy !== undefined,
                left,
                title: title === undefined ? undefined : t(title),
              }))}
            />
          </tr>
        </thead>
        <tbody>
          <Gap height={above} />
          {shown.map((row, index) => (
            <tr key={keyOf(row)} aria-rowindex={offset + index + 2}>
              {columns.map(({ id, cell, left, className: style }) => (
                <Td key={id} className={cx(left === true && '!text-left', style)}>
                  {cell(row)}
                </Td>
              ))}
            </tr>
          ))}
          <Gap height={below} />
        </tbody>
      </Table>
      {foot}
    </div>
  )
}

/** The room of the rows that are not in the page. */
function Gap({ height }: { height: number }) {
  return height <= 0 ? null : (
    <tr aria-hidden>
      <td style={{ height }} />
    </tr>
  )
}
