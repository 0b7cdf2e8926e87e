import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { HOPELESS_EXIT } from './child-process.ts'
import { testDatabase } from './db/testing.ts'
import { freePort } from './ports.ts'

const db = await testDatabase()
let dir = ''
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'run-role-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

type Child = {
  process: ChildProcess
  marks(): Promise<string[]>
  ready: Promise<unknown>
  exit: Promise<number | null>
}

/** A process of its own that runs one role; `start` is the body of its start function, `mark` writes to its journal. */
async function role(start: string, env: Record<string, string> = {}): Promise<Child> {
  const id = crypto.randomUUID()
  const script = join(dir, `${id}.ts`)
  const journal = join(dir, `${id}.txt`)
  await writeFile(journal, '')
  await writeFile(
    script,
    `import { appendFileSync } from 'node:fs'
import { runRole } from ${JSON.stringify(join(import.meta.dirname, 'run-role.ts'))}
const mark = (word) => appendFileSync(${JSON.stringify(journal)}, word + '\\n')
const start = async (ctx) => { ${start} }
process.exit(await runRole('test', { kind: 'full', load: [async () => ({ start })] }))`,
  )
  const child = spawn(process.execPath, [script], {
    env: { ...process.env, DATABASE_URL: db.url, LOG_LEVEL: 'silent', ...env },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const exit = Promise.withResolvers<number | null>()
  const ready = Promise.withResolvers<unknown>()
  child.once('exit', exit.resolve)
  child.once('message', ready.resolve)
  const marks = async () => (await readFile(journal, 'utf8')).split('\n').filter(Boolean)
  return { process: child, marks, ready: ready.promise, exit: exit.promise }
}

const SERVE = `
  const timer = setInterval(() => {}, 1000)
  ctx.signal.addEventListener('abort', () => mark('aborted'))
  await ctx.bus.publish('started', 1)
  return async () => { clearInterval(timer); mark('stopped') }`

test('a role gets a database and a bus, says that it is ready, and drains on SIGTERM', async () => {
  const child = await role(SERVE)
  expect(await child.ready).toEqual({ type: 'ready' })
  child.process.kill('SIGTERM')
  expect(await child.exit).toBe(0)
  expect(await child.marks()).toEqual(['aborted', 'stopped'])
})

test('with METRICS_PORT a role answers its metrics and that it lives', async () => {
  const port = await freePort()
  const child = await role(SERVE, { METRICS_PORT: String(port) })
  await child.ready
  expect(await (await fetch(`http://127.0.0.1:${port}/healthz`)).text()).toBe('ok\n')
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`)
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
  expect(await answer.text()).toMatch(/nodejs_eventloop_lag_seconds\{role="test"\}/)
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404)
  child.process.kill('SIGTERM')
  expect(await child.exit).toBe(0)
})

test('a role whose supervisor died drains by itself', async () => {
  const child = await role(SERVE)
  await child.ready
  child.process.disconnect()
  expect(await child.exit).toBe(0)
  expect(await child.marks()).toEqual(['aborted', 'stopped'])
})

test('wrong settings end it with the code that says: do not try again', async () => {
  expect(await (await role(SERVE, { PORT: 'x' })).exit).toBe(HOPELESS_EXIT)
})

test('a failed start ends it with code 1, an uncaught error later too', async () => {
  expect(await (await role(`throw new Error('no')`)).exit).toBe(1)
  expect(await (await role(`setTimeout(() => { throw new Error('later') }); return async () => {}`)).exit).toBe(1)
})

test('SIGTERM during a start that waits ends it without failure', async () => {
  const child = await role(`
    mark('starting')
    await new Promise((resolve, reject) => ctx.signal.addEventListener('abort', () => reject(new Error('aborted'))))`)
  await vi.waitFor(async () => expect(await child.marks()).toEqual(['starting']), { timeout: 10_000 })
  child.process.kill('SIGTERM')
  expect(await child.exit).toBe(0)
})
