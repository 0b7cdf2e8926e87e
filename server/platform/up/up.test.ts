import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { stopEmbeddedPostgres } from '../db/embedded.ts'
import { freePort, isAlive, isPortFree } from '../ports.ts'
import { urlOf } from './up.ts'

/**
 * The real supervisor, processes, database and command line, with roles that only answer: an installation of its own
 * in a temporary folder.
 */
const CLI = join(import.meta.dirname, '../../cli/main.ts')
let dir = ''
let entry = ''
let env: NodeJS.ProcessEnv = { ...process.env }
const children: ChildProcess[] = []

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'up-'))
  await chmod(dir, 0o711)
  entry = join(dir, 'roles.ts')
  const platform = join(import.meta.dirname, '..')
  await writeFile(
    entry,
    `import { createServer } from 'node:http'
import { up } from ${JSON.stringify(join(import.meta.dirname, 'up.ts'))}
import { runRole } from ${JSON.stringify(join(platform, 'run-role.ts'))}
const answer = (port) => async (ctx) => {
  const server = createServer((_, response) => response.end('{"result":{"data":{"oracleMode":"replay"}}}'))
  await new Promise((resolve) => server.listen(port(ctx.config), '127.0.0.1', resolve))
  return async () => { server.closeAllConnections(); await new Promise((resolve) => server.close(resolve)) }
}
const roles = {
  localnet: { kind: 'bare', load: async () => ({ start: answer((config) => config.localnetPort) }) },
  web: { kind: 'full', load: [async () => ({ start: answer((config) => config.port) })] },
  worker: { kind: 'full', load: [async () => ({ start: async (ctx) => {
    const timer = setInterval(() => {}, 1000)
    await ctx.db.selectFrom('app.leases').selectAll().execute()
    return async () => clearInterval(timer)
  } })] },
}
const [mode, role] = process.argv.slice(2)
process.exit(mode === 'up' ? await up({ dev: true, entry: import.meta.filename }) : await runRole(role, roles[role]))`,
  )
  const ports = [await freePort(), await freePort(), await freePortPair()]
  env = {
    ...process.env,
    DATA_DIR: join(dir, 'data'),
    DATABASE_URL: '',
    PORT: String(ports[0]),
    PG_PORT: String(ports[1]),
    LOCALNET_PORT: String(ports[2]),
  }
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await vi.waitFor(async () => expect((await pids()).filter(isAlive)).toEqual([]), { timeout: 15_000 })
  await stopEmbeddedPostgres(join(dir, 'data'), 'immediate')
  await rm(dir, { recursive: true, force: true })
})

/** A port whose next is free too: the local chain takes both. */
async function freePortPair(): Promise<number> {
  for (;;) {
    const port = await freePort()
    if (await isPortFree(port + 1)) return port
  }
}

type Up = { process: ChildProcess; output(): string; exit: Promise<unknown[]> }

function startUp(): Up {
  const child = spawn(process.execPath, ['roles.ts', 'up'], { cwd: dir, env, stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  child.stderr.on('data', (chunk) => {
    output += chunk
  })
  return { process: child, output: () => output, exit: once(child, 'exit') }
}

async function ready(up: Up): Promise<Up> {
  await vi.waitFor(() => expect(up.output()).toContain('Ready in'), { timeout: 30_000 })
  return up
}

const cli = (...args: string[]) => spawnSync(process.execPath, [CLI, ...args], { env, encoding: 'utf8' })

async function parts(): Promise<Record<string, { pid?: number; state: string }>> {
  const text = await readFile(join(dir, 'data/run/supervisor.json'), 'utf8').catch(() => '{"parts":{}}')
  return JSON.parse(text).parts
}
/** Of our processes; the database is not one. */
async function pids(): Promise<number[]> {
  return Object.entries(await parts()).flatMap(([name, { pid }]) =>
    name === 'postgres' || pid === undefined ? [] : pid,
  )
}

test('up tells what is ready, where to open the browser and that prices are replayed; stop ends exactly that', async () => {
  const up = await ready(startUp())
  expect(up.output()).toMatch(
    /✓ PostgreSQL +127\.0\.0\.1:\d+[\s\S]*Open http:\/\/127\.0\.0\.1:\d+ +replay: prices are recorded real ones/,
  )
  expect(up.output()).toMatch(/✓ Solana +local chain, RPC http:\/\/127\.0\.0\.1:\d+, WebSocket/)
  const running = await pids()
  expect(running).toHaveLength(3)

  expect(cli('status')).toMatchObject({ status: 0, stdout: expect.stringMatching(/ready at http[\s\S]*worker +ready/) })
  expect(cli('stop')).toMatchObject({ status: 0, stdout: 'QuantDesk is stopped.\n' })
  expect(await up.exit).toEqual([0, null])
  expect(running.filter(isAlive)).toEqual([])
  expect(cli('status')).toMatchObject({ status: 1, stdout: expect.stringContaining('does not run here') })
  expect(cli('stop')).toMatchObject({ status: 0, stdout: 'Nothing runs here.\n' })
})

test('a second up on the same data says that it runs already and leaves it alone', async () => {
  const first = await ready(startUp())
  const second = startUp()
  expect(await second.exit).toEqual([0, null])
  expect(second.output()).toMatch(/runs already on .*http:\/\/127\.0\.0\.1/)
  expect(first.process.exitCode).toBe(null)
})

test('Ctrl-C stops everything within 10 s', async () => {
  const up = await ready(startUp())
  const before = performance.now()
  up.process.kill('SIGINT')
  expect(await up.exit).toEqual([0, null])
  expect(performance.now() - before).toBeLessThan(10_000)
})

test('after kill -9 of the supervisor its parts end by themselves, and the next start adopts the database', async () => {
  const first = await ready(startUp())
  const { postgres } = await parts()
  const running = await pids()
  first.process.kill('SIGKILL')
  await first.exit
  const second = await ready(startUp())
  expect(running.filter(isAlive)).toEqual([])
  expect((await parts()).postgres?.pid).toBe(postgres?.pid)
  second.process.kill('SIGTERM')
  expect(await second.exit).toEqual([0, null])
})

test('the database killed hard comes back, and what needs it goes on', async () => {
  const up = await ready(startUp())
  const { postgres } = await parts()
  process.kill(postgres?.pid ?? 0, 'SIGKILL')
  await vi.waitFor(
    async () => {
      const now = (await parts()).postgres
      expect(now?.state).toBe('ready')
      expect(now?.pid).not.toBe(postgres?.pid)
    },
    { timeout: 15_000 },
  )
  expect(up.output()).toContain('the server ended; starting again')
  expect(cli('migrate')).toMatchObject({ status: 0, stdout: 'The database is up to date.\n' })
})

test('busy ports are all named with their owner and the variable to set, and nothing is started', async () => {
  const other = createServer().listen(Number(env.PORT), '127.0.0.1')
  await once(other, 'listening')
  const up = startUp()
  expect(await up.exit).toEqual([1, null])
  expect(up.output()).toContain(`Port ${env.PORT} is taken by pid ${process.pid} (`)
  expect(up.output()).toContain('set PORT to another port')
  await expect(stat(join(dir, 'data/postgres'))).rejects.toThrow(/ENOENT/)
  other.close()
})

test.each([
  ['0.0.0.0', 'http://127.0.0.1:3000'],
  ['::', 'http://127.0.0.1:3000'],
  ['::1', 'http://[::1]:3000'],
  ['192.168.1.2', 'http://192.168.1.2:3000'],
])('a browser here opens what listens on %s at %s', (host, url) => {
  expect(urlOf({ host, port: 3000 })).toBe(url)
})

test('wrong settings are all told before anything starts', async () => {
  env = { ...env, PORT: 'abc', CLUSTER: 'moonnet' }
  const up = startUp()
  expect((await up.exit)[0]).not.toBe(0)
  expect(up.output()).toMatch(/2 problems:[\s\S]*PORT: give a port number[\s\S]*CLUSTER: choose one of/)
})

test('reset asks first, then deletes the data and says what comes next', async () => {
  const up = await ready(startUp())
  expect(cli('reset')).toMatchObject({ status: 1, stderr: expect.stringContaining('./qd reset --yes') })
  expect(up.process.exitCode).toBe(null)
  expect(cli('reset', '--yes')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('The next ./qd up begins with'),
  })
  expect(await up.exit).toEqual([0, null])
  await expect(stat(join(dir, 'data'))).rejects.toThrow(/ENOENT/)
})
