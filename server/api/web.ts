import { AsyncLocalStorage } from 'node:async_hooks'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { fileURLToPath } from 'node:url'
import { getRequestListener } from '@hono/node-server'
import { connectChain } from '#server/chain/index.ts'
import { createAuthenticator, openIdentity, receiveKycMessage } from '#server/identity/index.ts'
import { BUS_RESUMED } from '#server/platform/bus.ts'
import type { Config } from '#server/platform/config.ts'
import { AppError, errorMessage } from '#server/platform/errors.ts'
import type { Log } from '#server/platform/log.ts'
import { assertPortFree } from '#server/platform/ports.ts'
import type { Authenticator } from '#server/platform/principal.ts'
import { createLimiter } from '#server/platform/rate-limit/limiter.ts'
import { postgresBuckets } from '#server/platform/rate-limit/postgres-buckets.ts'
import { redisBuckets } from '#server/platform/rate-limit/redis-buckets.ts'
import type { Role, RoleContext } from '#server/platform/role.ts'
import { allowanceOf, policiesOf } from './allowance.ts'
import { createApi } from './app.ts'
import { clientIp, createContext } from './context.ts'
import { createHub } from './hub.ts'
import { createRoot } from './root.ts'
import { setSecurityHeaders } from './security-headers.ts'
import { watchSystem } from './system-monitor.ts'
import { TOPIC_FAMILIES, type TopicFamilies, topicPatterns, topicSource } from './topics.ts'
import { recordUptime } from './uptime.ts'
import { serveWebSockets } from './ws.ts'

/** The topic `system` and /readyz are as new as this. */
const CHECK_EVERY_MS = 1_000
/** Requests in work may finish for this long after a stop. */
const DRAIN_MS = 3_000
const API_PATH = /^\/(?:api(?:[/?]|$)|(?:healthz|readyz|metrics)(?:\?|$))/
const WEBSOCKET_PATH = /^\/ws(?:\?|$)/
const PROJECT = fileURLToPath(new URL('../../', import.meta.url))

export type WebServer = { url: string; stop(): Promise<void> }

/** The role `web`: pages and API on one port. */
export const start: Role = async (ctx) => (await startWeb(ctx, { pages: true })).stop

export type WebOptions = {
  /** false serves the API alone. */
  pages: boolean
  topics?: TopicFamilies
  /** Instead of identity's own check of cookies, tokens and keys. */
  authenticate?: Authenticator
}

/** Port 0 takes any free one. */
export async function startWeb(
  ctx: RoleContext,
  { pages, topics = TOPIC_FAMILIES, authenticate: given }: WebOptions,
): Promise<WebServer> {
  const { config, log, bus, clock, db, metrics } = ctx
  const chain = connectChain({ endpoints: config.rpcEndpoints, clock, metrics, log })
  const monitor = watchSystem({ db, bus, clock, slot: () => chain.connection.getSlot('confirmed') })
  const hub = createHub({
    bus,
    clock,
    log,
    metrics,
    patterns: topicPatterns(topics),
    sourceOf: (topic) => topicSource({ db, clock, system: monitor.current }, topics, topic),
  })
  const endResume = bus.subscribe(BUS_RESUMED, () => hub.resnapshot())
  const identity = await openIdentity(ctx)
  const authenticate = given ?? createAuthenticator(identity)
  const buckets = config.redisUrl === undefined ? postgresBuckets(db) : redisBuckets(config.redisUrl, log)
  const limiter = createLimiter({ store: buckets, clock, log })
  const limits = { limiter, policies: policiesOf(config) }
  const root = createRoot({ hub, monitor, connection: chain.connection, identity })
  const api = createApi({
    ...{ ...ctx, root, hub, monitor, authenticate, limits },
    receiveKycMessage: (provider, message) => receiveKycMessage(identity, provider, message),
  })
  globalThis.quantdeskCaller = root.createCaller(() => createContext(ctx, crypto.randomUUID()))

  const server = createServer()
  const apiListener = getRequestListener(api.fetch)
  // Next takes every upgrade of the server it is given, and may end what it does not know: it gets one of its own.
  const pageUpgrades = createServer()
  const pageListener = pages ? await nextPages(pageUpgrades, config, log) : apiListener
  server.on('request', (request, response) => {
    setSecurityHeaders(request, response)
    const listener = API_PATH.test(request.url ?? '/') ? apiListener : pageListener
    listener(request, response)
  })
  const sockets = serveWebSockets({
    hub,
    authenticate,
    clock,
    log,
    allowance: (request, principal) => {
      const ip = clientIp(forwardedOf(request), request.socket.remoteAddress, config.trustedProxies)
      return allowanceOf(limits, { ip, principal })
    },
    trading: ({ requestId, ...call }) => root.createCaller({ ...createContext(ctx, requestId), ...call }).trading,
  })
  server.on('upgrade', (request, socket, head) => {
    if (WEBSOCKET_PATH.test(request.url ?? '')) {
      if (isWelcome(request.headers.origin, config)) sockets.accept(request, socket, head)
      else socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
    }
    // Its hot reload; nothing else here speaks another protocol.
    else if (config.nodeEnv === 'development') pageUpgrades.emit('upgrade', request, socket, head)
    else socket.destroy()
  })

  await monitor.check()
  const url = await listen(server, config)
  log.info({ url, pages }, 'listening')

  const uptime = recordUptime(ctx)
  let timer: NodeJS.Timeout
  let stopped = false
  const watch = async () => {
    await monitor.check()
    void uptime.record(monitor.current())
    if (stopped) return
    hub.publish('system', monitor.current())
    timer = setTimeout(watch, CHECK_EVERY_MS)
  }
  timer = setTimeout(watch, CHECK_EVERY_MS)

  return {
    url,
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      globalThis.quantdeskCaller = undefined
      endResume()
      identity.close()
      sockets.close()
      hub.close()
      monitor.stop()
      await Promise.all([close(server), uptime.flush()])
      await limiter.close()
      buckets.close()
      chain.close()
    },
  }
}

function forwardedOf({ headers }: IncomingMessage): Headers {
  const forwarded = headers['x-forwarded-for']
  return new Headers(forwarded === undefined ? {} : { 'x-forwarded-for': String(forwarded) })
}

/** Programs say no origin; a browser says the page's, which must be ours or one that the operator named. */
function isWelcome(origin: string | undefined, { publicOrigins, corsOrigins }: Config): boolean {
  return origin === undefined || publicOrigins.includes(origin) || corsOrigins.includes(origin)
}

async function nextPages(httpServer: Server, { nodeEnv, host, port }: Config, log: Log): Promise<RequestListener> {
  // Loaded here, so that a server without pages does not wait for it.
  const { default: next } = await import('next')
  const app = next({ dev: nodeEnv === 'development', dir: PROJECT, hostname: host, port, httpServer })
  try {
    await app.prepare()
  } catch (cause) {
    throw new AppError('INTERNAL', {
      message: `the pages cannot be served: ${errorMessage(cause)}. Run ./qd up, which builds them`,
      cause,
    })
  }
  const handle = app.getRequestHandler()
  const requests = new AsyncLocalStorage<object>()
  // A page and this module are evaluated apart, so the pages find it through the one thing they share.
  Object.assign(globalThis, { quantdeskPageRequest: requests })
  return (request, response) => {
    requests
      .run({}, () => handle(request, response))
      .catch((error: unknown) => {
        log.error({ err: error, path: request.url }, 'a page failed')
        if (!response.headersSent) response.writeHead(500)
        response.end()
      })
  }
}

async function listen(server: Server, { host, port }: Config): Promise<string> {
  if (port !== 0) await assertPortFree(port, 'PORT', host)
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(port, host, resolve)
  await promise
  const address = server.address()
  const bound = typeof address === 'object' && address !== null ? address.port : port
  return `http://${host.includes(':') ? `[${host}]` : host}:${bound}`
}

/** Streams end with the hub and idle connections at once; what still works after the drain time is cut. */
async function close(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => resolve())
  server.closeIdleConnections()
  const timer = setTimeout(() => server.closeAllConnections(), DRAIN_MS)
  await promise
  clearTimeout(timer)
}
