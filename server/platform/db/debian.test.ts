import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import { silentLog as log } from '../log.ts'
import { pollUntil } from '../poll.ts'
import { freePort } from '../ports.ts'
import { generateTypes } from './generate-types.ts'
import { createDb, keepPartitions } from './index.ts'
import { migrate } from './migrate.ts'
import { postgresSystemUser } from './system-user.ts'
import { testDatabase } from './testing.ts'

/** Debian's PostgreSQL, oldest first: what `apt install postgresql` gives, where it was installed. */
const ROOT = '/usr/lib/postgresql'
const versions = existsSync(ROOT)
  ? readdirSync(ROOT).filter((version) => existsSync(join(ROOT, version, 'bin/initdb')))
  : []
const [oldest] = versions.toSorted((a, b) => Number(a) - Number(b))
const skipped = oldest === undefined ? ' (skipped: no PostgreSQL of the system in /usr/lib/postgresql)' : ''

const embedded = await testDatabase()
const ends: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const end of ends.toReversed()) await end()
})

/** A server of the system's PostgreSQL with a database of its own. */
async function startServer(bin: string): Promise<string> {
  const user = postgresSystemUser()
  const owner = user === undefined ? {} : { uid: user.uid, gid: user.gid }
  const dir = await mkdtemp(join(tmpdir(), 'quantdesk-debian-'))
  ends.push(() => rm(dir, { recursive: true, force: true }))
  await chmod(dir, 0o711)
  if (user) await chown(dir, user.uid, user.gid)
  const password = randomBytes(12).toString('hex')
  const passwordFile = join(dir, 'password')
  await writeFile(passwordFile, password)
  if (user) await chown(passwordFile, user.uid, user.gid)
  const data = join(dir, 'data')
  const args = ['--username=owner', `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C']
  execFileSync(join(bin, 'initdb'), [`--pgdata=${data}`, ...args, '--no-sync'], { cwd: dir, ...owner, stdio: 'ignore' })
  const port = await freePort()
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off', `port=${port}`]
  const server = spawn(join(bin, 'postgres'), ['-D', data, ...settings.flatMap((setting) => ['-c', setting])], {
    cwd: dir,
    ...owner,
    stdio: 'ignore',
  })
  ends.push(async () => {
    const exit = once(server, 'exit')
    server.kill('SIGINT')
    await exit
  })
  const url = (database: string) => `postgres://owner:${password}@127.0.0.1:${port}/${database}`
  await pollUntil(
    () =>
      query(url('postgres'), 'create database quantdesk')
        .then(() => true)
        .catch(() => false),
    {
      timeoutMs: 15_000,
    },
  )
  return url('quantdesk')
}

async function query(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}

describe.skipIf(oldest === undefined)(`PostgreSQL ${oldest ?? ''} of the system${skipped}`, () => {
  it('takes the same migrations to the same tables as the embedded one', async () => {
    const url = await startServer(join(ROOT, oldest ?? '', 'bin'))
    expect((await migrate({ url, log })).length).toBeGreaterThan(5)
    expect(await migrate({ url, log })).toEqual([])
    const db = createDb({ url, log, maxConnections: 2 })
    ends.push(() => db.destroy())
    expect(await generateTypes(db)).toBe(await generateTypes(embedded))
    const kept = await keepPartitions(db, Date.UTC(2026, 10, 21))
    expect(kept.every(({ made }) => made > 0)).toBe(true)
  })
})
