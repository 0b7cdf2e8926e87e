import { type Change, PROJECTED_TABLES } from './changes.ts'

type Cells = Readonly<Record<string, unknown>>
type RowChange = Exclude<Change, { kind: 'insert' }>
/** One row's fate: the change's members without their table's types, which folding does not need. */
type Fate =
  | { kind: 'put'; row: Cells }
  | { kind: 'update'; key: Cells; set: Cells; add: Cells }
  | { kind: 'remove'; key: Cells }

export type FoldedChange = { table: Change['table'] } & ({ kind: 'insert'; row: Cells } | Fate)

/**
 * The same effect with at most one change per row, so that whole batches can be written at once. Changes that name a row
 * by less than its primary key must not be among them (see `isWholeKey`).
 */
export function foldChanges(changes: readonly Change[]): FoldedChange[] {
  const facts: FoldedChange[] = []
  const rows = new Map<string, FoldedChange & Fate>()
  for (const change of changes) {
    if (change.kind === 'insert') {
      facts.push({ kind: 'insert', table: change.table, row: change.row })
      continue
    }
    const key = rowKey(change)
    const earlier = rows.get(key)
    const later = fateOf(change)
    rows.set(key, { table: change.table, ...(earlier === undefined ? later : combine(earlier, later)) })
  }
  return [...facts, ...rows.values()]
}

/** False for a change of every row that matches part of a key. */
export function isWholeKey(change: Change): boolean {
  if (change.kind === 'insert' || change.kind === 'put') return true
  return PROJECTED_TABLES[change.table].every((column) => column in change.key)
}

function rowKey(change: RowChange): string {
  const cells: Cells = change.kind === 'put' ? change.row : change.key
  return [change.table, ...PROJECTED_TABLES[change.table].map((column) => String(cells[column]))].join('\n')
}

function fateOf(change: RowChange): Fate {
  switch (change.kind) {
    case 'put':
      return { kind: 'put', row: change.row }
    case 'update':
      return { kind: 'update', key: change.key, set: change.set, add: change.add ?? {} }
    case 'remove':
      return { kind: 'remove', key: change.key }
  }
}

/** Two changes of one row, one after the other, as one. */
function combine(earlier: Fate, later: Fate): Fate {
  if (later.kind !== 'update' || earlier.kind === 'remove') return later
  if (earlier.kind === 'put') return { kind: 'put', row: added({ ...earlier.row, ...later.set }, later.add) }
  // What was to be added before a column is set is lost with its old value.
  const kept = Object.entries(earlier.add).filter(([column]) => !(column in later.set))
  const onSet = Object.entries(later.add).filter(([column]) => column in earlier.set)
  const onStored = Object.entries(later.add).filter(([column]) => !(column in earlier.set))
  return {
    kind: 'update',
    key: earlier.key,
    set: { ...added(earlier.set, Object.fromEntries(onSet)), ...later.set },
    add: sum(Object.fromEntries(kept), Object.fromEntries(onStored)),
  }
}

function added(row: Cells, add: Cells): Cells {
  return {
    ...row,
    ...Object.fromEntries(Object.entries(add).map(([column, value]) => [column, big(row[column]) + big(value)])),
  }
}

function sum(a: Cells, b: Cells): Cells {
  const columns = [...new Set([...Object.keys(a), ...Object.keys(b)])]
  return Object.fromEntries(columns.map((column) => [column, big(a[column] ?? 0n) + big(b[column] ?? 0n)]))
}

function big(value: unknown): bigint {
  if (typeof value === 'bigint') return value
  throw new TypeError(`only bigint columns can be added to, not ${String(value)}`)
}
