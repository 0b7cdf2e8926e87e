import { type RawBuilder, sql, type Transaction } from 'kysely'
import type { DB } from '#server/platform/db/index.ts'
import { AppError } from '#server/platform/errors.ts'
import { type Change, PROJECTED_TABLES } from './changes.ts'
import { type FoldedChange, foldChanges, isWholeKey } from './fold-changes.ts'
import { keepBefore } from './undo.ts'

type Cells = Readonly<Record<string, unknown>>
type Group = { table: Change['table']; kind: FoldedChange['kind']; set: string[]; add: string[]; rows: Cells[] }

/**
 * Writes the changes as if one after the other, in one statement per table and kind. The rows travel as JSON and take
 * their types from the table, because one writer for all tables cannot be typed by table. With a `batch` the rows as they
 * were are kept for its undoing (see undo.ts).
 */
export async function applyChanges(
  trx: Transaction<DB>,
  changes: readonly Change[],
  batch: bigint | undefined,
): Promise<void> {
  let start = 0
  for (const [at, change] of changes.entries()) {
    if (isWholeKey(change)) continue
    await applyFolded(trx, changes.slice(start, at), batch)
    if (change.kind === 'remove') {
      const rows = sql`select * from ${sql.table(change.table)} where ${matches(change.key)}`
      if (batch !== undefined) await keepBefore(trx, batch, change.table, PROJECTED_TABLES[change.table], rows)
      await sql`delete from ${sql.table(change.table)} where ${matches(change.key)}`.execute(trx)
    }
    start = at + 1
  }
  await applyFolded(trx, changes.slice(start), batch)
}

async function applyFolded(trx: Transaction<DB>, changes: readonly Change[], batch: bigint | undefined): Promise<void> {
  for (const group of groupsOf(foldChanges(changes))) {
    if (batch !== undefined) {
      const { table, rows } = group
      await keepBefore(trx, batch, table, PROJECTED_TABLES[table], sql`select * from ${given(table, rows)}`)
    }
    const { numAffectedRows } = await statement(group).execute(trx)
    if (group.kind === 'update' && numAffectedRows !== BigInt(group.rows.length)) {
      throw new AppError('INTERNAL', {
        message: `events change rows of ${group.table} that are not there: rebuild the projection`,
        details: { expected: group.rows.length, found: Number(numAffectedRows ?? 0n) },
      })
    }
  }
}

/** Changes that one statement can write: same table, kind and columns. */
function groupsOf(changes: readonly FoldedChange[]): Iterable<Group> {
  const groups = new Map<string, Group>()
  for (const change of changes) {
    const { table, kind } = change
    const set = kind === 'update' ? Object.keys(change.set) : kind === 'remove' ? [] : Object.keys(change.row)
    const add = kind === 'update' ? Object.keys(change.add) : []
    const row =
      kind === 'update' ? { ...change.key, ...change.set, ...change.add } : kind === 'remove' ? change.key : change.row
    const name = [table, kind, ...set.toSorted(), '+', ...add.toSorted()].join(' ')
    const group = groups.get(name) ?? { table, kind, set, add, rows: [] }
    group.rows.push(row)
    groups.set(name, group)
  }
  return groups.values()
}

function statement({ table, kind, set, add, rows }: Group): RawBuilder<unknown> {
  const target = sql.table(table)
  const key: readonly string[] = PROJECTED_TABLES[table]
  const source = sql`${given(table, rows)} as v`
  const sameRow = sql.join(
    key.map((column) => sql`t.${sql.ref(column)} = v.${sql.ref(column)}`),
    sql` and `,
  )
  switch (kind) {
    case 'insert':
    case 'put': {
      const columns = sql.join(set.map((column) => sql.ref(column)))
      const keys = sql.join(key.map((column) => sql.ref(column)))
      const overwrite = set
        .filter((column) => !key.includes(column))
        .map((column) => sql`${sql.ref(column)} = excluded.${sql.ref(column)}`)
      const conflict = kind === 'insert' ? sql`do nothing` : sql`(${keys}) do update set ${sql.join(overwrite)}`
      return sql`insert into ${target} (${columns}) select ${columns} from ${source} on conflict ${conflict}`
    }
    case 'update': {
      const assignments = [
        ...set.map((column) => sql`${sql.ref(column)} = v.${sql.ref(column)}`),
        ...add.map((column) => sql`${sql.ref(column)} = t.${sql.ref(column)} + v.${sql.ref(column)}`),
      ]
      return sql`update ${target} as t set ${sql.join(assignments)} from ${source} where ${sameRow}`
    }
    case 'remove':
      return sql`delete from ${target} as t using ${source} where ${sameRow}`
  }
}

/** The cells as rows of the table; columns not given are null. */
function given(table: Change['table'], rows: readonly Cells[]): RawBuilder<unknown> {
  return sql`jsonb_populate_recordset(null::${sql.table(table)}, ${toJson(rows)}::jsonb)`
}

function matches(key: Cells): RawBuilder<unknown> {
  return sql.join(
    Object.entries(key).map(([column, value]) => sql`${sql.ref(column)} = ${value}`),
    sql` and `,
  )
}

/** Numbers beyond 2^53 stay exact as text; the column's type reads them back. */
function toJson(rows: readonly Cells[]): string {
  return JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))
}
