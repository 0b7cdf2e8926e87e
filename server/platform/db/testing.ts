import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, inject } from 'vitest'
import { silentLog } from '../log.ts'
import { pollUntil } from '../poll.ts'
import { freePort } from '../ports.ts'
import { startEmbeddedPostgres } from './embedded.ts'
import { createDb, type Db } from './index.ts'
import { migrate } from './migrate.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Folder of this run, made and removed by testing-setup.ts. */
    testRunDir: string
  }
}

const TEMPLATE = 'quantdesk_template'
const START_TIMEOUT_MS = 60_000

/**
 * A fresh, migrated database of its own for a test file: `const db = await testDatabase()` at the file's top level.
 * The server starts with the first file that asks, so runs without a database pay nothing.
 */
export async function testDatabase(): Promise<Db & { readonly url: string }> {
  const url = await emptyTestDatabase({ template: TEMPLATE })
  const db = createDb({ url, log: silentLog, maxConnections: 5 })
  afterAll(() => db.destroy())
  return Object.assign(db, { url })
}

/** URL of a new database; empty unless a template is named. */
export async function emptyTestDatabase({ template = 'template1' } = {}): Promise<string> {
  const server = await testServer()
  const name = `t_${process.pid}_${crypto.randomUUID().slice(0, 8)}`
  await query(server, `create database ${name} template ${template}`)
  return databaseUrl(server, name)
}

/** URL of the run's one server. The worker that makes the folder starts it; the others wait for what it writes. */
async function testServer(): Promise<string> {
  const dir = inject('testRunDir')
  const done = join(dir, 'server.json')
  const first = await mkdir(join(dir, 'starting')).then(
    () => true,
    () => false,
  )
  if (first) {
    const started = await startServer(dir).then(
      (url) => ({ url }),
      (error: unknown) => ({ failure: String(error) }),
    )
    await writeFile(`${done}.new`, JSON.stringify(started))
    await rename(`${done}.new`, done)
  }
  const text = await pollUntil(() => readFile(done, 'utf8').catch(() => undefined), { timeoutMs: START_TIMEOUT_MS })
  const { url, failure } = JSON.parse(text ?? '{"failure":"it did not start in time"}')
  if (url === undefined) throw new Error(`no PostgreSQL for the tests: ${failure}`)
  return url
}

async function startServer(dir: string): Promise<string> {
  const { url } = await startEmbeddedPostgres({
    dataDir: dir,
    port: await freePort(),
    log: silentLog,
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' },
  })
  await query(url, `create database ${TEMPLATE}`)
  await migrate({ url: databaseUrl(url, TEMPLATE), log: silentLog })
  return url
}

async function query(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

function databaseUrl(server: string, name: string): string {
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}
