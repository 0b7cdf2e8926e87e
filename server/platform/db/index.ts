import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Log } from '../log.ts'
import type { DB } from './types.ts'

export type Db = Kysely<DB>
export { asUser, type Claims, readAsUser } from './as-user.ts'
export { ensurePartitions, keepPartitions, type PartitionState } from './partitions.ts'
export type { DB } from './types.ts'

export type DbOptions = {
  url: string
  log: Log
  /** Connections at most; the embedded server allows 100 in all. */
  maxConnections?: number
  /** Shown in pg_stat_activity: who holds a connection. */
  applicationName?: string
  /** A query without an answer for this long ends its connection; 0: never. */
  queryTimeoutMs?: number
}

/** A server that vanished without a word (a host that lost power, a cut cable) would otherwise be waited for for ever. */
const QUERY_TIMEOUT_MS = 15_000

/** One pool of connections. `db.destroy()` ends it. */
export function createDb(options: DbOptions): Db {
  return new Kysely<DB>({ dialect: new PostgresDialect({ pool: createPool(options) }) })
}

export function createPool({
  url,
  log,
  maxConnections = 10,
  applicationName = 'quantdesk',
  queryTimeoutMs = QUERY_TIMEOUT_MS,
}: DbOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    application_name: applicationName,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    // Queries of one connection leave without waiting for each other's answers. It also makes a timeout end the
    // connection, instead of giving one that still waits back to the pool.
    pipeline: true,
    query_timeout: queryTimeoutMs,
    types: { getTypeParser: integerTypeParser },
  })
  // A server that restarts ends idle clients; without a handler that ends the process. The next query reconnects.
  pool.on('error', (error) => log.warn({ err: error }, 'lost an idle database connection'))
  // The same for one that is in use: its queries fail with the error, which is where it is handled.
  pool.on('connect', (client) => client.on('error', (error) => log.debug({ err: error }, 'lost a database connection')))
  return pool
}

const { INT8, NUMERIC } = pg.types.builtins
const INT8_ARRAY = 1016
const NUMERIC_ARRAY = 1231

/** int8 and numeric become bigint at the driver: money is whole native units, and counts are not numbers by accident. */
const integerTypeParser: pg.CustomTypesConfig['getTypeParser'] = (oid: number, format) => {
  if (format !== 'binary') {
    if (oid === INT8 || oid === NUMERIC) return parseInteger
    if (oid === INT8_ARRAY || oid === NUMERIC_ARRAY) return parseIntegerArray
  }
  return pg.types.getTypeParser(oid, format)
}

function parseInteger(text: string): bigint {
  if (!/^-?\d+$/.test(text)) {
    throw new RangeError(
      `a numeric column holds ${text}; money columns are whole native units, cast others to double precision`,
    )
  }
  return BigInt(text)
}

function parseIntegerArray(text: string): (bigint | null)[] {
  const inner = text.slice(1, -1)
  return inner === '' ? [] : inner.split(',').map((item) => (item === 'NULL' ? null : parseInteger(item)))
}
