import { useState } from 'react'

export type SortKey = bigint | number | string
export type Sorted<Id extends string> = { by: Id; descending: boolean } | null
export type Sorter<Id extends string> = { sorted: Sorted<Id>; press: (by: Id) => void }

/** Which column a table is ordered by: the first press brings the largest to the top, the second turns it round, the third lets go. */
export function useSorting<Id extends string>(): Sorter<Id> {
  const [sorted, setSorted] = useState<Sorted<Id>>(null)
  const press = (by: Id): void =>
    setSorted((now) =>
      now === null || now.by !== by ? { by, descending: true } : now.descending ? { by, descending: false } : null,
    )
  return { sorted, press }
}

/** A copy in order; equal rows stay as they came. */
export function inOrder<Row, Id extends string>(
  rows: readonly Row[],
  sorted: Sorted<Id>,
  keyOf: (row: Row, by: Id) => SortKey,
): readonly Row[] {
  if (sorted === null) return rows
  const direction = sorted.descending ? -1 : 1
  return rows
    .map((row) => ({ row, key: keyOf(row, sorted.by) }))
    .sort((a, b) => direction * compare(a.key, b.key))
    .map(({ row }) => row)
}

function compare(a: SortKey, b: SortKey): number {
  return a < b ? -1 : a > b ? 1 : 0
}
