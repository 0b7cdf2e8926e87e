import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, open, readFile, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from './errors.ts'
import { keepLogSmall } from './rotate-log.ts'
import { type Exit, HopelessStart, type Part, type Running } from './supervise.ts'

/** What a child tells its supervisor over the IPC channel. */
export type ChildMessage = { type: 'ready' }

/** Exit code of a child that must not be started again: EX_CONFIG of sysexits.h. */
export const HOPELESS_EXIT = 78

/** A child gets this long to drain after SIGTERM, then it is killed: less than 10 s, since the database ends after it. */
export const DRAIN_MS = 7_000

const LOG_LIMIT_BYTES = 20_000_000

export type NodePartOptions = {
  name: string
  /** Script and its arguments. */
  args: readonly string[]
  env: NodeJS.ProcessEnv
  logDir: string
  drainMs?: number
}

/**
 * A part that is a Node process of ours. It leads its own process group: Ctrl-C in the terminal reaches the supervisor
 * alone, which then ends the parts in order. When the supervisor dies the IPC channel closes and the child drains.
 */
export function nodePart({ name, args, env, logDir, drainMs = DRAIN_MS }: NodePartOptions): Part {
  return {
    name,
    start: async (signal) => {
      const log = await openLog(logDir, name)
      let child: ChildProcess
      try {
        child = spawn(process.execPath, args, {
          detached: true,
          env,
          stdio: ['ignore', log.handle.fd, log.handle.fd, 'ipc'],
        })
      } finally {
        await log.handle.close()
      }
      const exited = exitOf(child)
      void exited.then(keepLogSmall(log.path, LOG_LIMIT_BYTES))
      const stop = () => stopChild(child, exited, drainMs)
      const onAbort = () => void stop()
      signal.addEventListener('abort', onAbort, { once: true })
      const ready = Promise.withResolvers<'ready'>()
      child.on('message', (message: ChildMessage) => {
        if (message.type === 'ready') ready.resolve('ready')
      })
      const first = await Promise.race([ready.promise, exited])
      signal.removeEventListener('abort', onAbort)
      if (first !== 'ready') throw await startFailure(first, log)
      return { pid: child.pid ?? 0, exited, stop } satisfies Running
    },
  }
}

type OpenLog = { path: string; from: number; handle: Awaited<ReturnType<typeof open>> }

async function openLog(dir: string, name: string): Promise<OpenLog> {
  await mkdir(dir, { recursive: true })
  const path = join(dir, `${name}.log`)
  const size = (await stat(path).catch(() => undefined))?.size ?? 0
  if (size > LOG_LIMIT_BYTES) await rename(path, `${path}.1`)
  return { path, from: size > LOG_LIMIT_BYTES ? 0 : size, handle: await open(path, 'a', 0o600) }
}

function exitOf(child: ChildProcess): Promise<Exit> {
  const { promise, resolve } = Promise.withResolvers<Exit>()
  child.once('error', (error) => resolve({ reason: error.message, hopeless: false }))
  child.once('exit', (code, signal) => {
    resolve({ reason: signal ? `ended by ${signal}` : `exit code ${code}`, hopeless: code === HOPELESS_EXIT })
  })
  return promise
}

/** What the child said last explains more than its exit code. */
async function startFailure(exit: Exit, { path, from }: OpenLog): Promise<Error> {
  const lines = (await readFile(path)).subarray(from).toString('utf8').trim().split('\n')
  const message = `${lastWords(lines) ?? exit.reason} (log: ${path})`
  return exit.hopeless ? new HopelessStart(message) : new AppError('INTERNAL', { message })
}

const PINO_ERROR_LEVEL = 50

/** The last error of a log: one of our JSON lines, else what Node prints of an uncaught error. */
function lastWords(lines: readonly string[]): string | undefined {
  for (const line of lines.toReversed()) {
    if (/^\w*Error\b.*: /.test(line)) return line
    if (!line.startsWith('{')) continue
    try {
      const { level, msg } = JSON.parse(line)
      if (level >= PINO_ERROR_LEVEL && typeof msg === 'string') return msg
    } catch {
      // A torn line.
    }
  }
  return undefined
}

async function stopChild(child: ChildProcess, exited: Promise<Exit>, drainMs: number): Promise<void> {
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), drainMs)
  await exited
  clearTimeout(timer)
}
