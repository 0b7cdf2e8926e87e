import { type RawBuilder, sql, type Transaction } from 'kysely'
import type { DB } from '#server/platform/db/index.ts'

/** Asks the database itself what a role may do with a table: each cell of the matrix is a statement, undone at once. */

export type Trx = Transaction<DB>
export type Verb = 'select' | 'insert' | 'update' | 'delete' | 'truncate'
export const VERBS: readonly Verb[] = ['select', 'insert', 'update', 'delete', 'truncate']

const ROLES = ['anon', 'authenticated', 'service_role'] as const

/** A role of the database and the claims of its requests. */
export type Actor = { name: string; role: (typeof ROLES)[number]; claims: Readonly<Record<string, string>> }
export type Relation = { name: string; schema: string; kind: 'table' | 'view'; columns: readonly Column[] }
/** `insert` and `update`: the roles that may write it. */
type Column = {
  name: string
  type: string
  needed: boolean
  firstLabel: string | null
  insert: readonly string[]
  update: readonly string[]
}
type Row = Readonly<Record<string, unknown>>
/** Some rows of a table, and one that is not there yet. */
export type Rows = { owner: string; condition: RawBuilder<unknown>; newRow: Row }

/** Every table and view of our schemas; partitions are their parents'. */
export async function relations(trx: Trx): Promise<Relation[]> {
  const { rows } = await sql<Relation>`
    select format('%s.%s', n.nspname, c.relname) as name, n.nspname as schema,
      case c.relkind when 'v' then 'view' else 'table' end as kind,
      (select jsonb_agg(jsonb_build_object(
          'name', attname, 'type', format_type(atttypid, null), 'needed', attnotnull and not atthasdef,
          'firstLabel', (select enumlabel from pg_enum where enumtypid = atttypid order by enumsortorder limit 1),
          'insert', array(select r from unnest(${ROLES}::text[]) r where has_column_privilege(r, c.oid, attnum, 'insert')),
          'update', array(select r from unnest(${ROLES}::text[]) r where has_column_privilege(r, c.oid, attnum, 'update'))
        ) order by attnum) from pg_attribute
        where attrelid = c.oid and attnum > 0 and not attisdropped and attidentity <> 'a') as columns
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'app', 'chain') and c.relkind in ('r', 'p', 'v', 'm', 'f')
    order by 1`.execute(trx)
  return rows
}

export type Policy = { name: string; table: string; using: string | null; check: string | null }

export async function policies(trx: Trx): Promise<Policy[]> {
  const { rows } = await sql<Policy>`
    select polname as name, polrelid::regclass::text as table, pg_get_expr(polqual, polrelid) as using,
      pg_get_expr(polwithcheck, polrelid) as check
    from pg_policy where polrelid::regclass::text !~ '^(pg_|storage|auth)' order by 2, 1`.execute(trx)
  return rows
}

/** A row of the table out of nothing but its types: what must be given is given, `known` as it is. */
export function anyRow({ columns }: Relation, known: Row = {}): Row {
  const needed = columns.filter(({ needed, name }) => needed && !(name in known))
  return { ...Object.fromEntries(needed.map((column) => [column.name, anyValue(column)])), ...known }
}

function anyValue({ type, firstLabel }: Column): unknown {
  if (firstLabel !== null) return firstLabel
  if (type.endsWith('[]')) return '{x}'
  if (type === 'jsonb') return {}
  if (type === 'boolean') return true
  if (type === 'bytea') return `\\x${'00'.repeat(32)}`
  if (type === 'uuid') return crypto.randomUUID()
  if (type.startsWith('timestamp')) return new Date(0).toISOString()
  return type === 'text' ? 'x' : 1
}

export async function insertRow(trx: Trx, { name }: Relation, row: Row): Promise<void> {
  await inserted(name, Object.keys(row), row).execute(trx)
}

function inserted(name: string, names: readonly string[], row: Row): RawBuilder<unknown> {
  const table = sql.table(name)
  const list = sql.join(names.map((column) => sql.ref(column)))
  return sql`insert into ${table} (${list})
    select ${list} from jsonb_populate_record(null::${table}, ${JSON.stringify(row)}::jsonb) on conflict do nothing`
}

/** True when the database lets the actor do it and, except for a new row that is there already, it touched a row. */
export async function may(trx: Trx, actor: Actor, table: Relation, verb: Verb, rows: Rows): Promise<boolean> {
  const claims = JSON.stringify({ role: actor.role, ...actor.claims })
  // Sent together, so that a cell costs one round trip; the last one undoes the others, also after a refusal.
  const [, , asked] = await Promise.allSettled([
    sql`savepoint cell`.execute(trx),
    sql`select set_config('request.jwt.claims', ${claims}, true), set_config('role', ${actor.role}, true)`.execute(trx),
    statement(table, verb, rows, actor.role).execute(trx),
    sql`rollback to savepoint cell`.execute(trx),
  ])
  if (asked.status === 'rejected') return isAllowed(asked.reason)
  const { numAffectedRows, rows: read } = asked.value
  return verb === 'insert' || verb === 'truncate' || Number(numAffectedRows ?? read.length) > 0
}

/** A refusal by rights is false; a broken constraint had the right to be broken. @throws anything else. */
function isAllowed(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === '42501') return false
  if (code.startsWith('23')) return true
  throw error
}

function statement(
  { name, columns }: Relation,
  verb: Verb,
  { condition, newRow }: Rows,
  role: Actor['role'],
): RawBuilder<unknown> {
  const table = sql.table(name)
  switch (verb) {
    case 'select':
      return sql`select 1 from ${table} where ${condition} limit 1`
    case 'insert': {
      // A grant of some columns is tried with those, no grant with all.
      const given = columns.filter((column) => column.name in newRow)
      const granted = given.filter(({ insert }) => insert.includes(role))
      return inserted(
        name,
        (granted.length > 0 ? granted : given).map((column) => column.name),
        newRow,
      )
    }
    case 'update': {
      const column = sql.ref((columns.find(({ update }) => update.includes(role)) ?? columns[0])?.name ?? '')
      return sql`update ${table} set ${column} = ${column} where ${condition}`
    }
    case 'delete':
      return sql`delete from ${table} where ${condition}`
    case 'truncate':
      return sql`truncate ${table} cascade`
  }
}
