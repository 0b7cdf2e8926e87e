import { type RawBuilder, sql } from 'kysely'
import { AppError } from '../errors.ts'
import type { Db } from './index.ts'
import type { AppPartitionPeriod } from './types.ts'

/**
 * Native range partitions by time, kept as app.partition_plans says: `keepPartitions` makes them ahead and drops those
 * past keeping, `ensurePartitions` makes the ones that a writer is about to need. All are `parts.<table>_<period>`.
 */

const DAY_MS = 86_400_000
/** Making a partition waits this long for the writers of its table, then the next round tries again. */
const LOCK_TIMEOUT = '2s'
/** Two processes that make the same partition at once: one waits for the other. */
const PARTITION_LOCK = 'app.partition_plans'

type Plan = { parent: string; period: AppPartitionPeriod; ahead: number; keepDays: number | null }
/** One partition: its name and its bounds, `to` exclusive. */
export type Partition = { name: string; from: number; to: number }
export type PartitionState = { parent: string; partitions: number; made: number; dropped: number; aheadMs: number }

/** The partition of `table` that a moment belongs to. Periods are those of UTC. */
export function partitionOf(parent: string, period: AppPartitionPeriod, atMs: number): Partition {
  const at = new Date(atMs)
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()]
  const [from, to] =
    period === 'day'
      ? [Date.UTC(year, month, day), Date.UTC(year, month, day + 1)]
      : [Date.UTC(year, month), Date.UTC(year, month + 1)]
  const digits = new Date(from)
    .toISOString()
    .replaceAll('-', '')
    .slice(0, period === 'day' ? 8 : 6)
  return { name: `${tableOf(parent)}_${digits}`, from, to }
}

/** Every table's partitions from now to its plan's reach, less those wholly before what it keeps. Safe to repeat and to race. */
export async function keepPartitions(db: Db, nowMs: number): Promise<PartitionState[]> {
  const states: PartitionState[] = []
  for (const plan of await readPlans(db)) states.push(await keepPlan(db, plan, nowMs))
  return states
}

async function keepPlan(db: Db, plan: Plan, nowMs: number): Promise<PartitionState> {
  const { parent, period, ahead, keepDays } = plan
  const wanted: Partition[] = [partitionOf(parent, period, nowMs)]
  for (let at = 0; at < ahead; at += 1) wanted.push(partitionOf(parent, period, wanted.at(-1)?.to ?? nowMs))
  const existing = await partitionNames(db, parent)
  const missing = wanted.filter(({ name }) => !existing.includes(name))
  await create(db, parent, missing)
  // Names of one table sort by time.
  const oldest = keepDays === null ? '' : partitionOf(parent, period, nowMs - keepDays * DAY_MS).name
  const expired = existing.filter((name) => name < oldest)
  for (const name of expired) await drop(db, parent, name)
  return {
    parent,
    partitions: existing.length + missing.length - expired.length,
    made: missing.length,
    dropped: expired.length,
    aheadMs: (wanted.at(-1)?.to ?? nowMs) - nowMs,
  }
}

/** What this process knows to exist, so that a writer asks the catalogue once a period. */
const known = new WeakMap<Db, Map<string, Promise<void>>>()

/**
 * Makes the partitions of these moments where they are missing; one look at memory where they are not. Before the
 * transaction that writes, not in it: a rolled back one would take them along.
 */
export async function ensurePartitions(db: Db, parent: string, atMs: Iterable<number>): Promise<void> {
  const ensured = known.get(db) ?? new Map<string, Promise<void>>()
  known.set(db, ensured)
  // A day is in one month, so the days that are there need no look at the plan.
  for (const day of new Set([...atMs].map((at) => Math.floor(at / DAY_MS)))) {
    const key = `${parent} ${day}`
    const pending = ensured.get(key) ?? ensure(db, parent, day * DAY_MS)
    ensured.set(key, pending)
    await pending.catch((error: unknown) => {
      ensured.delete(key)
      throw error
    })
  }
}

async function ensure(db: Db, parent: string, atMs: number): Promise<void> {
  const plan = (await readPlans(db)).find((one) => one.parent === parent)
  if (plan === undefined) {
    throw new AppError('INTERNAL', {
      message: `${parent} has no row in app.partition_plans: its migration must add it`,
    })
  }
  const partition = partitionOf(parent, plan.period, atMs)
  if (!(await partitionNames(db, parent)).includes(partition.name)) await create(db, parent, [partition])
}

async function readPlans(db: Db): Promise<Plan[]> {
  const rows = await db.selectFrom('app.partition_plans').selectAll().orderBy('parent').execute()
  return rows.map(({ parent, period, ahead, keep_days }) => ({ parent, period, ahead, keepDays: keep_days }))
}

/** Oldest first. */
async function partitionNames(db: Db, parent: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class join pg_inherits on inhrelid = oid
    where inhparent = to_regclass(${parent}) order by relname`.execute(db)
  return rows.map(({ name }) => name)
}

/** Made apart and then attached: readers and writers of the table go on meanwhile, as with `partition of` they could not. */
async function create(db: Db, parent: string, partitions: readonly Partition[]): Promise<void> {
  if (partitions.length === 0) return
  await withLock(db, async (run) => {
    for (const { name, from, to } of partitions) {
      const table = sql.id('parts', name)
      const { rows } = await run<{ found: boolean }>(sql`select to_regclass(${`parts.${name}`}) is not null as found`)
      if (rows[0]?.found === true) continue
      await run(sql`create table ${table} (like ${sql.table(parent)} including defaults including constraints)`)
      await run(
        sql`alter table ${sql.table(parent)} attach partition ${table} for values from (${day(from)}) to (${day(to)})`,
      )
    }
  })
}

async function drop(db: Db, parent: string, name: string): Promise<void> {
  await withLock(db, async (run) => {
    await run(sql`alter table ${sql.table(parent)} detach partition ${sql.id('parts', name)}`)
    await run(sql`drop table ${sql.id('parts', name)}`)
  })
}

type Run = <Row>(statement: RawBuilder<Row>) => Promise<{ rows: Row[] }>

async function withLock(db: Db, work: (run: Run) => Promise<void>): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await sql`select set_config('lock_timeout', ${LOCK_TIMEOUT}, true)`.execute(trx)
    await sql`select pg_advisory_xact_lock(hashtext(${PARTITION_LOCK}))`.execute(trx)
    await work((statement) => statement.execute(trx))
  })
}

const day = (ms: number) => sql.lit(new Date(ms).toISOString())

function tableOf(parent: string): string {
  return parent.slice(parent.indexOf('.') + 1)
}
