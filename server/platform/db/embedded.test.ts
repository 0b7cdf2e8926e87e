import { chmod, mkdtemp, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { silentLog as log } from '../log.ts'
import { pollUntil } from '../poll.ts'
import { freePort, isAlive } from '../ports.ts'
import { type EmbeddedPostgres, embeddedUrl, startEmbeddedPostgres, stopEmbeddedPostgres } from './embedded.ts'
import { removeHome } from './server-place.ts'

let dataDir = ''
let port = 0

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'embedded-'))
  await chmod(dataDir, 0o711)
  port = await freePort()
})
afterEach(async () => {
  await stopEmbeddedPostgres(dataDir, 'immediate')
  await rm(dataDir, { recursive: true, force: true })
})

const start = (over: Partial<Parameters<typeof startEmbeddedPostgres>[0]> = {}) =>
  startEmbeddedPostgres({ dataDir, port, log, ...over })

async function query(server: EmbeddedPostgres, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

test('starts, answers at the URL it tells, stops, and starts again with what was written', async () => {
  const first = await start()
  await query(first, 'create table kept as select 7 as n')
  expect(await embeddedUrl(dataDir)).toBe(first.url)
  await first.stop()
  await first.exited
  expect(isAlive(first.pid)).toBe(false)
  await expect(embeddedUrl(dataDir)).rejects.toThrow(/No PostgreSQL runs/)

  const second = await start()
  expect(await query(second, 'select n from kept')).toEqual([{ n: 7 }])
})

test('a second start adopts the server that runs', async () => {
  const first = await start()
  const second = await start()
  expect(second).toMatchObject({ adopted: true, pid: first.pid, url: first.url })
  await second.stop()
  await second.exited
})

test('after kill -9 of the server a new one starts at once with every commit', async () => {
  const first = await start()
  await query(first, 'create table kept as select 7 as n')
  process.kill(first.pid, 'SIGKILL')
  await first.exited
  const second = await start()
  expect(second.adopted).toBe(false)
  expect(await query(second, 'select n from kept')).toEqual([{ n: 7 }])
})

test('a pid file whose pid belongs to another program is cleaned, and that program lives', async () => {
  const first = await start()
  await first.stop()
  const pidFile = join(dataDir, 'postgres/data/postmaster.pid')
  await writeFile(pidFile, `${process.pid}\n${dataDir}/postgres/data\n1\n${port}\n\n127.0.0.1\n\nready\n`)
  const second = await start()
  expect(second.adopted).toBe(false)
  expect((await readFile(pidFile, 'utf8')).split('\n')[0]).toBe(String(second.pid))
})

test('a running server moves when the port changes', async () => {
  const first = await start()
  const moved = await start({ port: await freePort() })
  expect(moved.adopted).toBe(false)
  expect(isAlive(first.pid)).toBe(false)
  expect(moved.url).not.toBe(first.url)
})

test('a busy port is answered with its owner and the variable to set', async () => {
  const other = await mkdtemp(join(tmpdir(), 'embedded-'))
  await chmod(other, 0o711)
  await start()
  await expect(start({ dataDir: other })).rejects.toThrow(/Port \d+ is taken by pid \d+ \(.*postgres.*\).*set PG_PORT/)
  await rm(other, { recursive: true, force: true })
})

test('an interrupted creation leaves nothing that a later start takes for a database', async () => {
  const first = await start()
  await first.stop()
  await rm(join(dataDir, 'postgres/data/PG_VERSION'))
  const second = await start()
  expect(await query(second, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('a wrong password is refused: other users of this machine do not get in', async () => {
  const { url } = await start()
  const wrong = new URL(url)
  wrong.password = 'guess'
  const client = new pg.Client({ connectionString: wrong.href })
  await expect(client.connect()).rejects.toThrow(/password authentication failed/)
})

test('a server that cannot start says why, with its own words', async () => {
  await expect(start({ settings: { shared_buffers: 'nonsense' } })).rejects.toThrow(
    /did not start: .*shared_buffers.*postgres\.log/,
  )
})

test('clients whose server goes away do not end the process', async () => {
  const server = await start()
  const client = new pg.Client({ connectionString: server.url })
  let failed = false
  client.on('error', () => {
    failed = true
  })
  await client.connect()
  await server.stop()
  expect(await pollUntil(() => failed, { timeoutMs: 5_000 })).toBe(true)
})

test.runIf(process.getuid?.() === 0)(
  'as root with data that nobody else reaches, the server keeps it where its user can, and everything finds it',
  async () => {
    await chmod(dataDir, 0o700)
    const first = await start()
    await query(first, 'create table kept as select 7 as n')
    await first.stop()
    expect(await readlink(join(dataDir, 'postgres'))).toMatch(/^\/var\/lib\/quantdesk\//)
    const second = await start()
    expect(await query(second, 'select n from kept')).toEqual([{ n: 7 }])
    expect(await embeddedUrl(dataDir)).toBe(second.url)
    await stopEmbeddedPostgres(dataDir)
    await removeHome(dataDir)
    await expect(stat(join(dataDir, 'postgres'))).rejects.toThrow(/ENOENT/)
  },
)
