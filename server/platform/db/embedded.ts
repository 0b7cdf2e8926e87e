import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { AppError, errorMessage } from '../errors.ts'
import type { Log } from '../log.ts'
import { pollUntil } from '../poll.ts'
import { assertPortFree, commandOf, isAlive } from '../ports.ts'
import { keepLogSmall } from '../rotate-log.ts'
import { homeOf, prepareHome, serverPrograms } from './server-place.ts'
import { postgresSystemUser, type SystemUser } from './system-user.ts'

/**
 * A real PostgreSQL whose files live in DATA_DIR/postgres. We spawn the package's own server, detached: Ctrl-C in a
 * terminal reaches our processes first, and a server that outlived us is adopted by the next start, not fought.
 */
export type EmbeddedPostgres = {
  url: string
  pid: number
  /** True when the server ran already. */
  adopted: boolean
  /** Resolves when the server is gone, whoever ended it. */
  exited: Promise<void>
  /** Disconnects clients, writes everything down, ends the server. */
  stop(): Promise<void>
}

export type EmbeddedOptions = {
  /** Absolute; the cluster is `postgres` below it. */
  dataDir: string
  port: number
  log: Log
  /** Server settings over ours, such as `fsync: 'off'` for tests. */
  settings?: Readonly<Record<string, string>>
}

const DATABASE = 'quantdesk'
const START_TIMEOUT_MS = 60_000
const STOP_TIMEOUT_MS = 10_000
const LOG_LIMIT_BYTES = 8_000_000

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  timezone: 'UTC',
  log_timezone: 'UTC',
  jit: 'off',
}

/** Starts or adopts the server and returns when it answers. */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { port, log } = options
  const user = postgresSystemUser()
  const programs = await serverPrograms(user)
  const files = clusterFiles(await prepareHome(options.dataDir, user))
  if ((await stat(files.version).catch(() => undefined)) === undefined) await initialise(files, user, programs.initdb)

  const running = await runningServer(files)
  if (running !== undefined && running.port === port) {
    log.info({ pid: running.pid }, 'adopting the PostgreSQL that runs on our data')
    await ready(files, () => isAlive(running.pid))
    return handle(files, running.pid, { adopted: true, exited: pollExit(running.pid), hold: () => {} })
  }
  if (running !== undefined) await stopServer(running.pid)
  await assertPortFree(port, 'PG_PORT')

  // After kill -9 of a postmaster its backends hold the shared memory for a moment, and a new one is refused.
  const started = await pollUntil(() => launch(options, files, user, programs.postgres), {
    timeoutMs: STOP_TIMEOUT_MS,
    everyMs: 200,
  })
  if (started === undefined) throw await startFailure(files)
  return handle(files, started.pid, { adopted: false, ...started })
}

type ClusterFiles = ReturnType<typeof clusterFiles>

function clusterFiles(home: string) {
  const data = join(home, 'data')
  return {
    home,
    data,
    password: join(home, 'password'),
    log: join(home, 'postgres.log'),
    pidFile: join(data, 'postmaster.pid'),
    version: join(data, 'PG_VERSION'),
  }
}

/**
 * URL of the server that runs on this data directory.
 * @throws AppError DATABASE_UNAVAILABLE when none runs.
 */
export async function embeddedUrl(dataDir: string): Promise<string> {
  const files = clusterFiles(await homeOf(dataDir))
  const running = await runningServer(files)
  if (running !== undefined) return url(files, running.port)
  throw new AppError('DATABASE_UNAVAILABLE', {
    message: `No PostgreSQL runs on ${files.data}. Start QuantDesk with ./qd up, or set DATABASE_URL.`,
  })
}

async function url(files: ClusterFiles, port: number, database = DATABASE): Promise<string> {
  const password = (await readFile(files.password, 'utf8')).trim()
  return `postgres://${DATABASE}:${password}@127.0.0.1:${port}/${database}`
}

async function initialise(files: ClusterFiles, user: SystemUser | undefined, initdb: string): Promise<void> {
  // What an interrupted initdb left behind has no PG_VERSION or is incomplete; nothing was ever stored in it.
  await rm(files.data, { recursive: true, force: true })
  const building = `${files.data}.new`
  await rm(building, { recursive: true, force: true })
  await writeFile(files.password, randomBytes(24).toString('base64url'), { mode: 0o600 })
  if (user) await chown(files.password, user.uid, user.gid)
  const args = [
    `--pgdata=${building}`,
    `--username=${DATABASE}`,
    `--pwfile=${files.password}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--no-sync',
    '--no-instructions',
  ]
  await promisify(execFile)(initdb, args, { cwd: files.home, ...asUser(user), env: serverEnvironment() }).catch(
    (cause: unknown) => {
      throw new AppError('INTERNAL', {
        message: `PostgreSQL could not create ${files.data}: ${errorMessage(cause)}`,
        cause,
      })
    },
  )
  // The rename makes it whole or absent, whenever we are ended.
  await rename(building, files.data)
}

function asUser(user: SystemUser | undefined): { uid?: number; gid?: number } {
  return user ? { uid: user.uid, gid: user.gid } : {}
}

/** Nothing of ours (PGPORT, PGDATA, a foreign locale) may change what the server does. */
function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC', NODE_ENV: 'production' }
}

/** The live server of our data directory. The file of a dead one, or one whose pid was given to another program, goes. */
async function runningServer(files: ClusterFiles): Promise<{ pid: number; port: number } | undefined> {
  const lines = (await readFile(files.pidFile, 'utf8').catch(() => '')).split('\n')
  const pid = Number(lines[0])
  const port = Number(lines[3])
  if (!Number.isInteger(pid) || pid <= 0) return undefined
  if (isAlive(pid) && (await commandOf(pid)).includes(files.data)) return { pid, port }
  await rm(files.pidFile, { force: true })
  return undefined
}

/** `hold` keeps our process alive until the server's end has been told: it does not as long as nobody waits for that. */
type Launched = { pid: number; exited: Promise<void>; hold: () => void }

/** One attempt. False when another server's leftovers are in the way for a moment; throws when it cannot start. */
async function launch(
  options: EmbeddedOptions,
  files: ClusterFiles,
  user: SystemUser | undefined,
  postgres: string,
): Promise<Launched | false> {
  if (((await stat(files.log).catch(() => undefined))?.size ?? 0) > LOG_LIMIT_BYTES)
    await rename(files.log, `${files.log}.1`)
  const output = await open(files.log, 'a', 0o600)
  const from = (await output.stat()).size
  const settings = Object.entries({ ...SETTINGS, ...options.settings }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ])
  let child: ChildProcess
  try {
    child = spawn(postgres, ['-D', files.data, '-p', String(options.port), ...settings], {
      cwd: files.home,
      detached: true,
      stdio: ['ignore', output.fd, output.fd],
      env: serverEnvironment(),
      ...asUser(user),
    })
  } finally {
    await output.close()
  }
  const { promise: exited, resolve } = Promise.withResolvers<void>()
  let gone = false
  child.once('error', () => {
    gone = true
    resolve()
  })
  child.once('exit', () => {
    gone = true
    resolve()
  })
  child.unref()
  void exited.then(keepLogSmall(files.log, LOG_LIMIT_BYTES))
  try {
    await ready(files, () => !gone)
  } catch (error) {
    const words = (await readFile(files.log, 'utf8').catch(() => '')).slice(from)
    if (gone && /pre-existing shared memory block/.test(words)) return false
    if (!gone) child.kill('SIGQUIT')
    throw error
  }
  if (child.pid === undefined) throw await startFailure(files)
  return { pid: child.pid, exited, hold: () => child.ref() }
}

/** Waits for the server's answer and makes our database in a new cluster. */
async function ready(files: ClusterFiles, alive: () => boolean): Promise<void> {
  const answered = await pollUntil(
    async () => {
      if (!alive()) throw await startFailure(files)
      // The server writes `ready` into its pid file's eighth line; asking before only fills its log with refusals.
      const lines = (await readFile(files.pidFile, 'utf8').catch(() => '')).split('\n')
      return lines[7]?.trim() === 'ready' ? Number(lines[3]) : undefined
    },
    { timeoutMs: START_TIMEOUT_MS, everyMs: 10 },
  )
  if (answered === undefined) throw await startFailure(files)
  const client = new pg.Client({ connectionString: await url(files, answered, 'postgres') })
  await client.connect()
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE])
    if (rowCount === 0) await client.query(`create database ${DATABASE}`)
  } finally {
    await client.end()
  }
}

async function startFailure(files: ClusterFiles): Promise<AppError> {
  const lastWords = (await readFile(files.log, 'utf8').catch(() => '')).trim().split('\n').slice(-3).join(' | ')
  return new AppError('DATABASE_UNAVAILABLE', {
    message: `PostgreSQL did not start: ${lastWords} (whole log: ${files.log})`,
  })
}

async function handle(
  files: ClusterFiles,
  pid: number,
  { adopted, exited, hold }: { adopted: boolean; exited: Promise<void>; hold: () => void },
): Promise<EmbeddedPostgres> {
  const lines = (await readFile(files.pidFile, 'utf8')).split('\n')
  const stop = async () => {
    hold()
    await stopServer(pid)
    await exited
  }
  return { url: await url(files, Number(lines[3])), pid, adopted, exited, stop }
}

/** A process that is not our child tells nobody that it ends. */
async function pollExit(pid: number): Promise<void> {
  await pollUntil(() => !isAlive(pid), { timeoutMs: Number.POSITIVE_INFINITY, everyMs: 250 })
}

/**
 * Ends the server of a data directory. `immediate` loses no commit but makes the next start recover.
 * @returns whether one ran.
 */
export async function stopEmbeddedPostgres(dataDir: string, mode: 'fast' | 'immediate' = 'fast'): Promise<boolean> {
  const running = await runningServer(clusterFiles(await homeOf(dataDir)))
  if (running) await stopServer(running.pid, mode)
  return running !== undefined
}

async function stopServer(pid: number, mode: 'fast' | 'immediate' = 'fast'): Promise<void> {
  // SIGINT is the fast shutdown: clients are disconnected, a checkpoint is written. SIGQUIT leaves that to recovery.
  for (const signal of mode === 'fast' ? (['SIGINT', 'SIGQUIT'] as const) : (['SIGQUIT'] as const)) {
    if (!isAlive(pid)) return
    process.kill(pid, signal)
    if (await pollUntil(() => !isAlive(pid), { timeoutMs: STOP_TIMEOUT_MS, everyMs: 10 })) return
  }
}
