import type { AnyTRPCRouter } from '@trpc/server'
import { fetchRequestHandler } from '@trpc/server/adapters/fetch'
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { cors } from 'hono/cors'
import { routePath } from 'hono/route'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { UNSUBSCRIBE_PATH } from '#server/notify/index.ts'
import { AppError, errorMessage, problem, toAppError } from '#server/platform/errors.ts'
import { LATENCY_BUCKETS_S, type Metrics } from '#server/platform/metrics.ts'
import type { Authenticator } from '#server/platform/principal.ts'
import { COSTS, type CostClass } from '#server/platform/procedures.ts'
import { allowanceOf, type Limits } from './allowance.ts'
import { principalOf } from './authenticate.ts'
import { type ContextParts, clientIp, createContext, httpExchange, requestIdOf } from './context.ts'
import { devApp } from './dev.ts'
import { docsApp } from './docs.ts'
import { documentsOf } from './documents.ts'
import type { Hub, HubStats } from './hub.ts'
import { ledgerFile } from './ledger-file.ts'
import { type ApiEnv, restApp } from './rest.ts'
import { DATA_POLICY } from './security-headers.ts'
import { plainStream, SUBSCRIBE_PROCEDURE, trpcStream } from './sse.ts'
import type { SystemMonitor } from './system-monitor.ts'
import { unsubscribeByLink } from './unsubscribe.ts'

export const MAX_BODY_BYTES = 100_000
export const MAX_BATCH = 20

/** What is answered beside the procedures. */
const OTHER_COSTS: Readonly<Record<string, CostClass>> = {
  '/api/stream': 'stream',
  [`/api/trpc/${SUBSCRIBE_PROCEDURE}`]: 'stream',
  '/api/portfolio/csv/:authority': 'export',
  [UNSUBSCRIBE_PATH]: 'guess',
}

/** Asked every few seconds by machines: logged only where somebody looks for it. */
const PROBES: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics'])

type CorsOptions = NonNullable<Parameters<typeof cors>[0]>

export type ApiParts = ContextParts & {
  metrics: Metrics
  root: AnyTRPCRouter
  hub: Hub
  monitor: SystemMonitor
  /** Undefined while there are no accounts. */
  authenticate: Authenticator | undefined
  limits: Limits
  /** A message of who checks users, as it was sent: its signature is over the bytes. */
  receiveKycMessage?: (provider: string, message: { headers: Headers; body: string }) => Promise<void>
}

/** Everything this server answers that is not a page: /api, health, readiness, metrics. */
export function createApi(parts: ApiParts): Hono<ApiEnv> {
  const { log, config, metrics, root, hub, monitor, authenticate, limits, receiveKycMessage } = parts
  const app = new Hono<ApiEnv>()
  const duration = metrics.histogram({
    name: 'quantdesk_http_request_seconds',
    help: 'Time to answer an API request, by route',
    labelNames: ['method', 'route', 'status'],
    buckets: LATENCY_BUCKETS_S,
  })
  const streams = streamGauges(metrics)
  const documents = documentsOf(root)

  // One wide event per request; a stream is logged when its headers have gone out.
  app.use(async (c, next) => {
    const requestId = requestIdOf(c.req.raw.headers)
    const startedAt = performance.now()
    c.set('api', createContext(parts, requestId))
    c.header('x-request-id', requestId)
    await next()
    // Set on the answer itself: Hono's `c.header` would copy it, body and all.
    const { headers } = c.res
    if (!headers.has('content-security-policy')) headers.set('content-security-policy', DATA_POLICY)
    for (const [name, value] of Object.entries(c.get('allowance')?.headers() ?? {})) headers.set(name, value)
    const durationMs = performance.now() - startedAt
    const route = routeOf(c.req.path, routePath(c, -1))
    duration.observe({ method: c.req.method, route, status: c.res.status }, durationMs / 1_000)
    log[PROBES.has(route) ? 'debug' : 'info'](
      {
        requestId,
        method: c.req.method,
        path: c.req.path,
        route,
        status: c.res.status,
        code: c.get('refusal'),
        durationMs: Math.round(durationMs * 100) / 100,
      },
      'request',
    )
  })

  app.get('/healthz', (c) => c.json({ status: 'ok' }))
  app.get('/readyz', (c) => {
    const current = monitor.current()
    // Without the database nothing can be answered; without the others most reads still can.
    const ready = current.database === 'ok'
    return c.json({ ready, ...current, reasons: monitor.reasons() }, ready ? 200 : 503)
  })
  app.get('/metrics', async (c) => {
    streams(hub.stats())
    return c.body(await metrics.expose(), 200, { 'content-type': metrics.contentType })
  })

  if (config.corsOrigins.length > 0) app.use('/api/*', cors(crossOrigin(config.corsOrigins)))
  app.on(
    ['POST', 'PUT', 'PATCH', 'DELETE'],
    '/api/*',
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: () => {
        throw tooLarge()
      },
    }),
  )
  app.use('/api/*', async (c, next) => {
    const context = c.get('api')
    const request = c.req.raw
    const ip = clientIp(request.headers, c.env?.incoming?.socket.remoteAddress, config.trustedProxies)
    const answer: string[] = []
    const http = httpExchange(request, { ip, origins: config.publicOrigins, answer })
    context.http = http
    const allowance = allowanceOf(limits, { ip, principal: () => context.principal })
    context.spend = allowance.spend
    c.set('allowance', allowance)
    try {
      context.principal = await principalOf(request, { authenticate, ip, site: http.site })
    } catch (refusal) {
      // Guessing is counted, and dearer than asking.
      await allowance.spend(COSTS.guess)
      throw refusal
    }
    await next()
    for (const cookie of answer) c.res.headers.append('set-cookie', cookie)
  })
  app.route('/api/docs', docsApp(documents))
  app.route('/api/dev', devApp({ config, root, hub, monitor }))
  for (const [path, cost] of Object.entries(OTHER_COSTS)) {
    app.use(path, async (c, next) => {
      await c.get('api').spend?.(COSTS[cost])
      await next()
    })
  }
  app.get('/api/stream', (c) => plainStream(c, hub))
  app.get(`/api/trpc/${SUBSCRIBE_PROCEDURE}`, (c) => trpcStream(c, hub))
  app.all('/api/trpc/*', (c) =>
    fetchRequestHandler({
      endpoint: '/api/trpc',
      req: c.req.raw,
      router: root,
      createContext: () => c.get('api'),
      maxBatchSize: MAX_BATCH,
      responseMeta: ({ ctx }) => ({ headers: new Headers({ 'x-request-id': ctx?.requestId ?? '' }) }),
    }),
  )
  app.get('/api/portfolio/csv/:authority', ledgerFile)
  app.post('/api/kyc/:provider', async (c) => {
    await c.get('api').spend?.(COSTS.row)
    await receiveKycMessage?.(c.req.param('provider'), { headers: c.req.raw.headers, body: await c.req.text() })
    return c.json({})
  })
  app.on(['GET', 'POST'], UNSUBSCRIBE_PATH, unsubscribeByLink)
  app.route('/api', restApp(root))

  const refuse = (thrown: unknown, c: Context<ApiEnv>): Response => {
    const { requestId } = c.get('api')
    const error = toAppError(thrown)
    c.set('refusal', error.code)
    // What a procedure throws is an AppError, and has its line in the log already.
    if (!(thrown instanceof AppError)) log.error({ requestId, path: c.req.path, err: thrown }, errorMessage(thrown))
    return c.body(JSON.stringify(problem(error, requestId)), error.status as ContentfulStatusCode, {
      'content-type': 'application/problem+json',
      'x-request-id': requestId,
    })
  }
  app.notFound((c) => refuse(new AppError('NOT_FOUND', { message: `there is no ${c.req.method} ${c.req.path}` }), c))
  app.onError(refuse)
  return app
}

function streamGauges(metrics: Metrics): (stats: HubStats) => void {
  const clients = metrics.gauge({
    name: 'quantdesk_stream_clients',
    help: 'Clients of the realtime hub, by transport',
    labelNames: ['transport'],
  })
  const topics = metrics.gauge({ name: 'quantdesk_stream_topics', help: 'Topics the realtime hub keeps' })
  const subscriptions = metrics.gauge({
    name: 'quantdesk_stream_subscriptions',
    help: 'Topics that clients of the realtime hub read, summed over the clients',
  })
  return (stats) => {
    for (const [transport, count] of Object.entries(stats.clients)) clients.set({ transport }, count)
    topics.set(stats.topics)
    subscriptions.set(stats.subscriptions)
  }
}

/** Other sites come with a bearer token: cookies are never let through. */
function crossOrigin(origins: readonly string[]): CorsOptions {
  return {
    origin: [...origins],
    allowMethods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowHeaders: ['authorization', 'content-type', 'idempotency-key', 'last-event-id', 'x-request-id'],
    exposeHeaders: ['ratelimit', 'ratelimit-policy', 'retry-after', 'x-request-id', 'idempotency-replayed'],
    maxAge: 600,
  }
}

function tooLarge(): AppError {
  return new AppError('BAD_INPUT', { message: `the body is larger than ${MAX_BODY_BYTES} bytes` })
}

/** Metrics count by route, never by path: a scanner must not make a series for each address it tries. */
function routeOf(path: string, matched: string): string {
  if (path.startsWith('/api/trpc/')) return '/api/trpc'
  return matched === '*' || matched === '/*' || matched === '/api/*' ? 'none' : matched
}
