import { type RawBuilder, sql, type Transaction } from 'kysely'
import type { DB } from '#server/platform/db/index.ts'
import { AppError } from '#server/platform/errors.ts'
import { type Change, PROJECTED_TABLES } from './changes.ts'

type Cells = Record<string, unknown>

/**
 * Writes the changes in order. The statements are built from the change's own columns, because one writer for all
 * projected tables cannot be typed by table.
 */
export async function applyChanges(trx: Transaction<DB>, changes: readonly Change[]): Promise<void> {
  for (const change of changes) {
    const { numAffectedRows } = await statement(change).execute(trx)
    if (change.kind === 'update' && numAffectedRows !== 1n) {
      throw new AppError('INTERNAL', {
        message: `an event changes a row of ${change.table} that is not there: rebuild the projection`,
        details: { key: JSON.stringify(change.key, (_, value) => (typeof value === 'bigint' ? value.toString() : value)) },
      })
    }
  }
}

function statement(change: Change): RawBuilder<unknown> {
  const table = sql.table(change.table)
  switch (change.kind) {
    case 'insert':
      return sql`insert into ${table} ${rowOf(change.row)} on conflict do nothing`
    case 'put': {
      const key = PROJECTED_TABLES[change.table]
      const set = Object.keys(change.row)
        .filter((column) => !(key as readonly string[]).includes(column))
        .map((column) => sql`${sql.ref(column)} = excluded.${sql.ref(column)}`)
      return sql`insert into ${table} ${rowOf(change.row)} on conflict (${sql.join(key.map((column) => sql.ref(column)))}) do update set ${sql.join(set)}`
    }
    case 'update': {
      const set = Object.entries(change.set).map(([column, value]) => sql`${sql.ref(column)} = ${value}`)
      const add = Object.entries(change.add ?? {}).map(([column, value]) => sql`${sql.ref(column)} = ${sql.ref(column)} + ${value}`)
      return sql`update ${table} set ${sql.join([...set, ...add])} where ${matches(change.key)}`
    }
    case 'remove':
      return sql`delete from ${table} where ${matches(change.key)}`
  }
}

function rowOf(row: Cells): RawBuilder<unknown> {
  const columns = Object.keys(row)
  return sql`(${sql.join(columns.map((column) => sql.ref(column)))}) values (${sql.join(columns.map((column) => sql`${row[column]}`))})`
}

function matches(key: Cells): RawBuilder<unknown> {
  return sql.join(
    Object.entries(key).map(([column, value]) => sql`${sql.ref(column)} = ${value}`),
    sql` and `,
  )
}
