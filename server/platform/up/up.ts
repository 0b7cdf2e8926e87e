import { join, relative } from 'node:path'
import { nodePart } from '../child-process.ts'
import { type Config, childEnvironment, loadConfig } from '../config.ts'
import { resolveDatabase } from '../db/connection.ts'
import { startEmbeddedPostgres } from '../db/embedded.ts'
import { createDb } from '../db/index.ts'
import { migrate } from '../db/migrate.ts'
import { AppError, errorMessage } from '../errors.ts'
import { createLog, type Log } from '../log.ts'
import { assertPortFree, commandOf } from '../ports.ts'
import { createSupervisor, HopelessStart, type Part, type PartState } from '../supervise.ts'
import { recordSystemEvent } from '../system-events.ts'
import { buildApp, isAppBuilt } from './app-build.ts'
import { bold, dim, partLine, red, say, sayDone, seconds } from './report.ts'
import { endOrphans, liveRun, type RunState, removeRunState, runStateWriter } from './run-file.ts'

export type UpOptions = {
  /** Serves pages from their sources and reloads them. */
  dev: boolean
  /** The script of all roles. */
  entry: string
}

/** Runs the whole of QuantDesk until it is told to stop. @returns the exit code. */
export async function up({ dev, entry }: UpOptions): Promise<number> {
  const startedAt = performance.now()
  const config = loadConfig()
  const url = urlOf(config)
  const running = await liveRun(config.dataDir)
  if (running) {
    say(`QuantDesk runs already on ${config.dataDir}: ${running.url} (pid ${running.pid}). ./qd stop ends it.`)
    return 0
  }

  const logDir = join(config.dataDir, 'logs')
  const log = createLog({
    name: 'supervisor',
    level: config.logLevel,
    format: 'json',
    file: join(logDir, 'supervisor.log'),
  })
  const run = runRecord(config, log, { entry, url, command: await commandOf(process.pid) })
  const outcome = Promise.withResolvers<number>()

  try {
    await endOrphans(config.dataDir)
    await assertPortsFree(config)
  } catch (error) {
    say(`${red('QuantDesk did not start.')} ${errorMessage(error)}`)
    return 1
  }
  const stopping = new AbortController()
  const supervisor = createSupervisor({
    stages: partsOf(config, { dev, entry, logDir, log, stopping: stopping.signal }),
    onState: (part, state) => {
      log.info({ part, ...state }, `${part} ${state.kind}`)
      const { label, detail } = describePart(part, config, url)
      const line = partLine(label, detail, state)
      if (line !== undefined) say(line)
      run.change(part, state)
      if (state.kind === 'given-up') void alert(config, log, part, state.reason)
    },
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => outcome.resolve(0))

  try {
    say(bold('QuantDesk') + dim(dev ? ' (development)' : ''))
    await run.write()
    const started = startAll(supervisor.start, config, log)
    const stopped = await Promise.race([started, outcome.promise.then(() => 'stopped' as const)])
    if (stopped !== 'stopped') {
      run.ready()
      say(`\n  Open ${bold(url)}${await priceNote(url)}\n`)
      say(
        dim(
          `  Ready in ${seconds(performance.now() - startedAt)}. Logs are in ${relative(process.cwd(), logDir) || logDir}; Ctrl-C or ./qd stop ends it.`,
        ),
      )
      await outcome.promise
    }
  } catch (error) {
    log.fatal({ err: error }, errorMessage(error))
    say(`\n${red('QuantDesk did not start.')} ${errorMessage(error)}`)
    outcome.resolve(1)
  }
  say(dim('\n  Stopping …'))
  stopping.abort()
  await supervisor.stop()
  await run.remove()
  return outcome.promise
}

/** Where this machine reaches the pages: an address that means all of them is none to open. */
export function urlOf({ host, port }: Pick<Config, 'host' | 'port'>): string {
  if (host === '0.0.0.0' || host === '::') return `http://127.0.0.1:${port}`
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

type Setting = { dev: boolean; logDir: string; log: Log; stopping: AbortSignal }

function partsOf(config: Config, { dev, entry, logDir, log, stopping }: Setting & { entry: string }): Part[][] {
  const env = childEnvironment({ LOG_FORMAT: 'json', ...(dev ? { NODE_ENV: 'development' } : {}) })
  // One port can serve one process: the worker's, since web answers /metrics itself and the chain has none of ours.
  const role = (name: string) =>
    nodePart({
      name,
      args: [entry, '--role', name],
      env: name === 'worker' ? env : { ...env, METRICS_PORT: '' },
      logDir,
    })
  return [
    [
      ...(config.databaseUrl === undefined ? [postgresPart(config, log)] : []),
      ...(config.cluster === 'localnet' ? [role('localnet')] : []),
    ],
    [role('worker'), webPart(role('web'), { dev, logDir, log, stopping })],
  ]
}

/** The embedded server; it is ready when our schema is in it. */
function postgresPart({ dataDir, pgPort: port }: Config, log: Log): Part {
  return {
    name: 'postgres',
    start: async () => {
      const { pid, url, exited, stop } = await startEmbeddedPostgres({ dataDir, port, log })
      try {
        await migrate({ url, log })
      } catch (error) {
        await stop()
        throw error
      }
      return { pid, stop, exited: exited.then(() => ({ reason: 'the server ended', hopeless: false })) }
    },
  }
}

/** An external database is brought to the newest migration before anything uses it; the embedded one at its start. */
async function startAll(start: () => Promise<void>, config: Config, log: Log): Promise<void> {
  if (config.databaseUrl !== undefined) {
    const { directUrl } = await resolveDatabase(config)
    const applied = await migrate({ url: directUrl, log })
    sayDone('Database', applied.length === 0 ? 'is up to date' : `${applied.length} migrations applied`)
  }
  await start()
}

/** The web server with its pages, which are built beside the parts that start before it. */
function webPart(role: Part, { dev, logDir, stopping }: Setting): Part {
  const pages = dev ? Promise.resolve() : buildPages(logDir, stopping)
  pages.catch(() => {
    // Whoever starts the web server meets the failure; before that another part may have ended the start.
  })
  return {
    name: role.name,
    start: async (signal) => {
      await pages
      return role.start(signal)
    },
  }
}

async function buildPages(logDir: string, signal: AbortSignal): Promise<void> {
  if (await isAppBuilt()) return
  say(`  … ${'Pages'.padEnd(12)} building them, because they are new or changed (about half a minute)`)
  const startedAt = performance.now()
  try {
    await buildApp(logDir, signal)
  } catch (error) {
    throw new HopelessStart(errorMessage(error))
  }
  sayDone('Pages', 'built', performance.now() - startedAt)
}

async function assertPortsFree({ port, host, cluster, localnetPort }: Config): Promise<void> {
  const wanted: [port: number, variable: string, host: string][] = [[port, 'PORT', host]]
  if (cluster === 'localnet') {
    wanted.push([localnetPort, 'LOCALNET_PORT', '127.0.0.1'], [localnetPort + 1, 'LOCALNET_PORT', '127.0.0.1'])
  }
  const checked = await Promise.allSettled(wanted.map((each) => assertPortFree(...each)))
  const busy = checked.flatMap((result) => (result.status === 'rejected' ? [errorMessage(result.reason)] : []))
  if (busy.length > 0) throw new AppError('CONFLICT', { message: busy.join('\n') })
}

function describePart(part: string, config: Config, url: string): { label: string; detail: string } {
  switch (part) {
    case 'postgres':
      return { label: 'PostgreSQL', detail: `127.0.0.1:${config.pgPort}` }
    case 'localnet':
      return { label: 'Solana', detail: `local chain, RPC ${config.rpcUrl}, WebSocket ${config.rpcWsUrl}` }
    case 'worker':
      return { label: 'Worker', detail: 'prices, keeper, indexer' }
    default:
      return { label: 'Web', detail: url }
  }
}

/** Replayed prices must never pass for live ones, here as on the pages. */
async function priceNote(url: string): Promise<string> {
  const answer = await fetch(`${url}/api/trpc/system.config`, { signal: AbortSignal.timeout(2_000) }).catch(
    () => undefined,
  )
  const text = answer?.ok ? await answer.text() : ''
  if (text.includes('"oracleMode":"replay"')) return `   ${bold('replay')}: prices are recorded real ones, played again`
  return text.includes('"oracleMode":"live"') ? '   live prices' : ''
}

async function alert(config: Config, log: Log, part: string, reason: string): Promise<void> {
  log.error({ part, reason, alert: true }, `${part} crashes again and again and was stopped`)
  try {
    const { url } = await resolveDatabase(config)
    const db = createDb({ url, log, maxConnections: 1 })
    const message = `${part} crashes again and again and was stopped: ${reason}`
    await recordSystemEvent(db, { source: 'supervisor', kind: `crash-loop:${part}`, level: 'error', message })
    await db.destroy()
  } catch (error) {
    log.warn({ err: error }, 'the alert could not be stored')
  }
}

/** Keeps the run file true; writes follow one another. */
function runRecord(config: Config, log: Log, identity: Pick<RunState, 'entry' | 'url' | 'command'>) {
  const state: RunState = { pid: process.pid, ...identity, startedAt: Date.now(), ready: false, parts: {} }
  const write = runStateWriter(config.dataDir, state, (error) =>
    log.error({ err: error }, 'the run file could not be written; ./qd stop and ./qd status may not find this run'),
  )
  return {
    write,
    remove: async () => {
      await write()
      await removeRunState(config.dataDir)
    },
    ready: () => {
      state.ready = true
      void write()
    },
    change: (part: string, change: PartState) => {
      const pid = change.kind === 'ready' ? change.pid : undefined
      state.parts[part] = { state: change.kind, since: Date.now(), ...(pid === undefined ? {} : { pid }) }
      void write()
    },
  }
}
