import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { AppError, errorMessage } from '../errors.ts'
import type { Log } from '../log.ts'

export const SUPABASE_DIR = join(import.meta.dirname, '../../../supabase')

/** One number for all migrators of a database: the second waits, then finds nothing to do. */
const MIGRATION_LOCK = 0x71_64_6d_69

export type MigrateOptions = {
  /** A direct connection: a pooler in transaction mode loses the advisory lock. */
  url: string
  log: Log
  supabaseDir?: string
}

type Migration = { name: string; checksum: string; sql: string }
type Applied = { name: string; checksum: string }

/**
 * Brings the database to the newest migration, each file in a transaction of its own.
 * @returns the names applied now.
 * @throws AppError CONFLICT when what was applied and what the folder holds disagree; nothing is changed then.
 */
export async function migrate({ url, log, supabaseDir = SUPABASE_DIR }: MigrateOptions): Promise<string[]> {
  const migrations = await readMigrations(join(supabaseDir, 'migrations'))
  const bootstrap = await readFile(join(supabaseDir, 'bootstrap.sql'), 'utf8')
  const client = new pg.Client({ connectionString: url, application_name: 'quantdesk migrate' })
  client.on('error', (error) => log.warn({ err: error }, 'the migration lost its connection'))
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
    await prepare(client, bootstrap)
    const { rows } = await client.query<Applied>('select name, checksum from app.schema_migrations order by name')
    const pending = pendingMigrations(migrations, rows)
    for (const migration of pending) {
      await apply(client, migration)
      log.info({ migration: migration.name }, 'applied migration')
    }
    return pending.map(({ name }) => name)
  } finally {
    // Ending the session gives the lock back, also after an error inside a transaction.
    await client.end()
  }
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  return Promise.all(
    names.map(async (name) => {
      // A checkout with CRLF line ends is the same migration.
      const sql = (await readFile(join(folder, name), 'utf8')).replaceAll('\r\n', '\n')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

async function prepare(client: pg.Client, bootstrap: string): Promise<void> {
  const { rows } = await client.query<{ present: boolean }>(
    "select to_regprocedure('auth.uid()') is not null as present",
  )
  if (rows[0]?.present !== true) await inTransaction(client, () => client.query(bootstrap))
  await client.query(`
    create schema if not exists app;
    create table if not exists app.schema_migrations (
      name text primary key,
      checksum text not null,
      applied_at timestamptz not null default now()
    )`)
}

/** What is left to apply, in order, after checking that history and folder agree. */
export function pendingMigrations(migrations: readonly Migration[], applied: readonly Applied[]): Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]))
  for (const { name, checksum } of applied) {
    const migration = known.get(name)
    if (migration === undefined) {
      throw conflict(
        `Migration ${name} was applied to this database but its file is gone. Update the code, or restore the file.`,
      )
    }
    if (migration.checksum !== checksum) {
      throw conflict(
        `Migration ${name} was changed after it was applied. Restore the file and put the change into a new migration` +
          ' (while developing, ./qd reset starts over).',
      )
    }
  }
  const last = applied.at(-1)?.name ?? ''
  const done = new Set(applied.map(({ name }) => name))
  const pending = migrations.filter(({ name }) => !done.has(name))
  const late = pending.find(({ name }) => name < last)
  if (late) {
    throw conflict(
      `Migration ${late.name} is older than ${last}, which is applied already. Rename it to come after` +
        ' (while developing, ./qd reset starts over).',
    )
  }
  return pending
}

function conflict(message: string): AppError {
  return new AppError('CONFLICT', { message })
}

async function apply(client: pg.Client, { name, checksum, sql }: Migration): Promise<void> {
  await inTransaction(client, async () => {
    try {
      await client.query(sql)
    } catch (cause) {
      throw new AppError('INTERNAL', {
        message: `Migration ${name} failed and was rolled back: ${errorMessage(cause)}${place(cause, sql)}`,
        cause,
      })
    }
    await client.query('insert into app.schema_migrations (name, checksum) values ($1, $2)', [name, checksum])
  })
}

function place(cause: unknown, sql: string): string {
  const position = cause instanceof pg.DatabaseError ? Number(cause.position) : Number.NaN
  return Number.isNaN(position) ? '' : ` (line ${sql.slice(0, position).split('\n').length})`
}

async function inTransaction(client: pg.Client, work: () => Promise<unknown>): Promise<void> {
  await client.query('begin')
  try {
    await work()
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  }
}
