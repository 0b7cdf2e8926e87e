import { once } from 'node:events'
import { createServer } from 'node:http'
import { type ChildMessage, DRAIN_MS, HOPELESS_EXIT } from './child-process.ts'
import { systemClock } from './clock.ts'
import { type Config, loadConfig } from './config.ts'
import { resolveDatabase } from './db/connection.ts'
import { createDb } from './db/index.ts'
import { errorMessage } from './errors.ts'
import { createLog, type Log } from './log.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { notifyBus } from './notify-bus.ts'
import { assertPortFree } from './ports.ts'
import { redisBus } from './redis-bus.ts'
import type { BareRole, Role, RoleContext, Stop } from './role.ts'
import { isHopeless } from './supervise.ts'

export type RoleEntry =
  | { kind: 'bare'; load: () => Promise<{ start: BareRole }> }
  /** Several modules share one process, one pool and one bus. */
  | { kind: 'full'; load: readonly (() => Promise<{ start: Role }>)[] }

/** Runs a role as this process's only work: starts it, tells the supervisor, drains on SIGTERM. @returns its exit code. */
export async function runRole(name: string, entry: RoleEntry): Promise<number> {
  const draining = new AbortController()
  const drain = () => draining.abort()
  process.once('SIGTERM', drain)
  process.once('SIGINT', drain)
  // Our supervisor died: nobody would end us any more.
  process.once('disconnect', drain)

  let log: Log | undefined
  try {
    const config = loadConfig()
    log = createLog({ name, level: config.logLevel, format: config.logFormat })
    endOnUncaught(log)
    const stop = await startRole(name, entry, config, log, draining.signal)
    log.info('ready')
    tellSupervisor({ type: 'ready' })
    await aborted(draining.signal)
    log.info('draining')
    return (await withinDrainTime(stop(), log)) ? 0 : 1
  } catch (error) {
    // A drain that comes while the role starts ends it half-way; that is no failure.
    if (draining.signal.aborted) return 0
    if (log) log.fatal({ err: error }, errorMessage(error))
    else process.stderr.write(`${errorMessage(error)}\n`)
    return isHopeless(error) ? HOPELESS_EXIT : 1
  }
}

async function startRole(name: string, entry: RoleEntry, config: Config, log: Log, signal: AbortSignal): Promise<Stop> {
  const metrics = createMetrics({ role: name, processMetrics: true })
  if (config.metricsPort !== undefined) await serveMetrics({ ...config, metricsPort: config.metricsPort }, metrics)
  const bare = { config, log, metrics, clock: systemClock, signal }
  if (entry.kind === 'bare') return (await entry.load()).start(bare)

  const { url, directUrl } = await resolveDatabase(config)
  const modules = await Promise.all(entry.load.map((load) => load()))
  const db = createDb({ url, log, applicationName: `quantdesk ${name}` })
  const bus = await (config.redisUrl === undefined
    ? notifyBus({ url: directUrl, log })
    : redisBus({ url: config.redisUrl, log }))
  const ctx: RoleContext = { ...bare, db, bus }

  const started = await Promise.allSettled(modules.map(({ start }) => start(ctx)))
  const stops = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const stop = async () => {
    const stopped = await Promise.allSettled(stops.map((stopOne) => stopOne()))
    for (const result of stopped)
      if (result.status === 'rejected') log.error({ err: result.reason }, 'a part did not stop cleanly')
    await Promise.allSettled([bus.close(), db.destroy()])
  }
  const failed = started.find((result) => result.status === 'rejected')
  if (failed) {
    await withinDrainTime(stop(), log)
    throw failed.reason
  }
  return stop
}

/** For Prometheus and a container's health check; it ends with the process. */
async function serveMetrics(
  { host, metricsPort }: { host: string; metricsPort: number },
  metrics: Metrics,
): Promise<void> {
  await assertPortFree(metricsPort, 'METRICS_PORT', host)
  const server = createServer((request, response) => {
    if (request.url === '/healthz') {
      response.end('ok\n')
      return
    }
    if (request.url !== '/metrics') {
      response.writeHead(404).end()
      return
    }
    metrics.expose().then(
      (text) => response.setHeader('content-type', metrics.contentType).end(text),
      (error: unknown) => response.writeHead(500).end(errorMessage(error)),
    )
  })
  server.listen(metricsPort, host)
  await once(server, 'listening')
  server.unref()
}

function endOnUncaught(log: Log): void {
  const end = (error: unknown) => {
    log.fatal({ err: error }, `uncaught: ${errorMessage(error)}`)
    process.exit(1)
  }
  process.on('uncaughtException', end)
  process.on('unhandledRejection', end)
}

function tellSupervisor(message: ChildMessage): void {
  process.send?.(message)
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  const { promise, resolve } = Promise.withResolvers<void>()
  signal.addEventListener('abort', () => resolve(), { once: true })
  await promise
}

/** False when the work was not done in the time the supervisor grants, less what it takes to say so. */
async function withinDrainTime(work: Promise<void>, log: Log): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<false>()
  const timer = setTimeout(() => resolve(false), DRAIN_MS - 500)
  const done = await Promise.race([work.then(() => true as const), promise])
  clearTimeout(timer)
  if (!done) log.error('the role did not drain in time')
  return done
}
