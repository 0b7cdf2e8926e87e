import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { Redis } from 'ioredis'
import { childEnvironment } from './config.ts'
import { isExecutable } from './executable.ts'
import { pollUntil } from './poll.ts'
import { freePort } from './ports.ts'

/** The server of this machine, Redis or Valkey; undefined where neither is installed (Debian: redis-server). */
export const redisBinary = ['redis-server', 'valkey-server']
  .flatMap((name) => (childEnvironment().PATH ?? '').split(delimiter).map((folder) => join(folder, name)))
  .find(isExecutable)

/** Beside the name of a suite that needs one: why it does not run here. */
export const REDIS_MISSING =
  redisBinary === undefined ? ' — skipped: install redis-server or valkey-server (apt-get install redis-server)' : ''

export type TestRedis = {
  url: string
  /** Kills the server and starts another on its port; `keepData` decides whether it knows what the first one knew. */
  restart(options: { keepData: boolean }): Promise<void>
  /** Cuts every connection, as a network does; the server goes on. */
  cutConnections(): Promise<void>
  stop(): Promise<void>
}

/** A Redis of this test's own on a free loopback port. */
export async function startTestRedis(): Promise<TestRedis> {
  const binary = redisBinary
  if (binary === undefined) throw new Error('there is no redis-server or valkey-server on this machine')
  const port = await freePort()
  const dir = await mkdtemp(join(tmpdir(), 'quantdesk-redis-'))
  let server = await start(binary, port, dir)
  const admin = new Redis({ port, host: '127.0.0.1', maxRetriesPerRequest: null })
  admin.on('error', () => {})
  return {
    url: `redis://127.0.0.1:${port}`,
    restart: async ({ keepData }) => {
      await end(server)
      if (!keepData) await rm(join(dir, 'appendonlydir'), { recursive: true, force: true })
      server = await start(binary, port, dir)
    },
    cutConnections: async () => {
      await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    },
    stop: async () => {
      admin.disconnect()
      await end(server)
      await rm(dir, { recursive: true, force: true })
    },
  }
}

async function start(binary: string, port: number, dir: string): Promise<ChildProcess> {
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', dir, '--save', '', '--appendonly', 'yes']
  const server = spawn(binary, [...args, '--appendfsync', 'always'], { stdio: 'ignore' })
  const probe = new Redis({ port, host: '127.0.0.1', lazyConnect: true, retryStrategy: () => null })
  probe.on('error', () => {})
  const answers = () =>
    probe.connect().then(
      () => true,
      () => false,
    )
  if (!(await pollUntil(answers, { timeoutMs: 10_000 }))) throw new Error(`${binary} does not answer on port ${port}`)
  probe.disconnect()
  return server
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const ended = once(server, 'exit')
  server.kill('SIGKILL')
  await ended
}
