import { type RawBuilder, sql } from 'kysely'
import type { Db } from '#server/platform/db/index.ts'
import { anyRow, insertRow, type Relation, relations } from './testing-rls.ts'

/** A table whose rows belong to users, and which rows are one user's. */
export type OwnedTable = { relation: Relation; own: (userId: string) => RawBuilder<boolean> }

/** Found in the catalogue: by a column `user_id`, or by what the rows hang on. What names wallets is of the chain, and public. */
export async function ownedTables(db: Db): Promise<OwnedTable[]> {
  const tables = (await db.transaction().execute(relations)).filter(({ kind }) => kind === 'table')
  const direct = tables.flatMap((relation): OwnedTable[] => {
    const column = relation.name === 'public.users' ? 'id' : 'user_id'
    const isOwned = relation.columns.some(({ name }) => name === column)
    return isOwned ? [{ relation, own: (userId) => sql`${sql.ref(column)} = ${userId}` }] : []
  })
  const { rows: references } = await sql<{ child: string; column: string; parent: string; key: string }>`
    select format('%s.%s', cn.nspname, c.relname) as child, ca.attname as column,
      format('%s.%s', pn.nspname, p.relname) as parent, pa.attname as key
    from pg_constraint f
    join pg_class c on c.oid = f.conrelid join pg_namespace cn on cn.oid = c.relnamespace
    join pg_class p on p.oid = f.confrelid join pg_namespace pn on pn.oid = p.relnamespace
    join pg_attribute ca on ca.attrelid = c.oid and ca.attnum = f.conkey[1]
    join pg_attribute pa on pa.attrelid = p.oid and pa.attnum = f.confkey[1]
    where f.contype = 'f' and not c.relispartition`.execute(db)
  const hanging = tables.flatMap((relation): OwnedTable[] => {
    if (direct.some((owner) => owner.relation === relation)) return []
    const reference = references.find(
      ({ child, parent }) => child === relation.name && direct.some((owner) => owner.relation.name === parent),
    )
    if (reference === undefined) return []
    const { column, parent, key } = reference
    const owner = sql.ref(parent === 'public.users' ? 'id' : 'user_id')
    const own = (userId: string) => sql<boolean>`
      ${sql.ref(column)} in (select ${sql.ref(key)} from ${sql.table(parent)} where ${owner} = ${userId})`
    return [{ relation, own }]
  })
  return [...direct, ...hanging]
}

/** Every row of a user, by table. */
export async function rowsOf(
  db: Db,
  tables: readonly OwnedTable[],
  userId: string,
): Promise<Record<string, Record<string, unknown>[]>> {
  const entries = await Promise.all(
    tables.map(async ({ relation: { name }, own }) => {
      const { rows } = await sql<{ row: Record<string, unknown> }>`
        select to_jsonb(t) as row from ${sql.table(name)} t where ${own(userId)} order by t::text`.execute(db)
      return [name, rows.map(({ row }) => row)] as const
    }),
  )
  return Object.fromEntries(entries)
}

/** A row made of nothing but its types in each table that names users and has none of this one's. */
export async function fillOwned(db: Db, tables: readonly OwnedTable[], userId: string): Promise<void> {
  const found = await rowsOf(db, tables, userId)
  const empty = tables.filter(({ relation: { name, columns } }) => {
    return found[name]?.length === 0 && columns.some((column) => column.name === 'user_id')
  })
  await db.transaction().execute(async (trx) => {
    await sql`set local session_replication_role = replica`.execute(trx)
    for (const { relation } of empty) await insertRow(trx, relation, anyRow(relation, { user_id: userId }))
  })
}
