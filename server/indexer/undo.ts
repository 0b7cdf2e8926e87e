import { type RawBuilder, sql, type Transaction } from 'kysely'
import type { DB } from '#server/platform/db/index.ts'
import { PROJECTED_TABLES } from './changes.ts'

/**
 * Rows as they were before each writing that a fork may take back. Once a batch is kept, every later one is until all are
 * final: going back to before a batch puts back the oldest row kept since, so none in between may be missing.
 */

const KEYS: Readonly<Record<string, readonly string[]>> = { ...PROJECTED_TABLES, 'chain.sequences': ['address'] }

/** The batch of a writing of these events, undefined when nothing of it can be taken back any more. */
export async function undoBatch(
  trx: Transaction<DB>,
  events: readonly { finalized: boolean }[],
): Promise<bigint | undefined> {
  const mayFork = events.some(({ finalized }) => !finalized)
  const { rows } = await sql<{ batch: bigint }>`select nextval('chain.batches') as batch
    where ${mayFork} or exists (select from chain.undo)`.execute(trx)
  return rows[0]?.batch
}

/** Keeps what the table holds now of the rows `named` gives by key. The first keeping of a row in a batch holds. */
export async function keepBefore(
  trx: Transaction<DB>,
  batch: bigint,
  table: string,
  key: readonly string[],
  named: RawBuilder<unknown>,
): Promise<void> {
  await sql`insert into chain.undo (batch, table_name, key, before)
    select ${batch}, ${table}, ${keyObject('v', key)}, to_jsonb(t)
    from (${named}) as v left join ${sql.table(table)} as t on ${sameKey('t', 'v', key)}
    on conflict do nothing`.execute(trx)
}

/** Puts the projection back to before `batch` and makes the events of it and of later ones wait again. */
export async function undoFrom(trx: Transaction<DB>, batch: bigint): Promise<void> {
  const { rows } = await sql<{ table: string }>`
    select distinct table_name as table from chain.undo where batch >= ${batch}`.execute(trx)
  for (const { table } of rows) {
    const target = sql.table(table)
    const key = KEYS[table] ?? []
    await sql`delete from ${target} as t
      using (select distinct key from chain.undo where table_name = ${table} and batch >= ${batch}) as u,
        jsonb_populate_record(null::${target}, u.key) as v
      where ${sameKey('t', 'v', key)}`.execute(trx)
    await sql`insert into ${target} select v.* from (
        select distinct on (key) before from chain.undo where table_name = ${table} and batch >= ${batch}
        order by key, batch
      ) as u, jsonb_populate_record(null::${target}, u.before) as v
      where u.before is not null`.execute(trx)
  }
  await sql`delete from chain.undo where batch >= ${batch}`.execute(trx)
  await sql`update chain.program_events set projected = false, batch = null where batch >= ${batch}`.execute(trx)
}

/** Forgets what nothing can take back any more: the batches before the oldest with an event that is not final. */
export async function forgetUndo(trx: Transaction<DB>): Promise<void> {
  const { rows } = await sql<{ oldest: bigint | null }>`
    select min(batch) as oldest from chain.transactions
    join chain.program_events using (signature) where not finalized and batch is not null`.execute(trx)
  const oldest = rows[0]?.oldest ?? null
  await sql`delete from chain.undo where ${oldest}::bigint is null or batch < ${oldest}`.execute(trx)
  await sql`update chain.program_events set batch = null
    where batch is not null and (${oldest}::bigint is null or batch < ${oldest})`.execute(trx)
}

function keyObject(alias: string, key: readonly string[]): RawBuilder<unknown> {
  const members = key.flatMap((column) => [sql.lit(column), sql.ref(`${alias}.${column}`)])
  return sql`jsonb_build_object(${sql.join(members)})`
}

function sameKey(a: string, b: string, key: readonly string[]): RawBuilder<unknown> {
  return sql.join(
    key.map((column) => sql`${sql.ref(`${a}.${column}`)} = ${sql.ref(`${b}.${column}`)}`),
    sql` and `,
  )
}
