import type { IncomingMessage, ServerResponse } from 'node:http'
import { type AnyTRPCRouter, TRPCError } from '@trpc/server'
import { type Context, Hono } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { AppError, type ErrorCode, problem } from '#server/platform/errors.ts'
import { type ApiContext, causeOf } from '#server/platform/procedures.ts'
import type { Allowance } from './allowance.ts'
import { type Answer, answerOnce } from './idempotency.ts'
import { type RestProcedure, restProcedures } from './openapi.ts'

/**
 * `refusal` is the code of the problem that was answered, for the request's log line; `incoming` and `outgoing` are
 * there under Node's own HTTP server.
 */
export type ApiEnv = {
  Variables: { api: ApiContext; refusal: ErrorCode; allowance?: Allowance }
  Bindings: { incoming?: IncomingMessage; outgoing?: ServerResponse }
}

type Call = (input: unknown) => Promise<unknown>

/** The REST face of the procedures: the same input schemas, the same code, problem documents instead of tRPC errors. */
export function restApp(root: AnyTRPCRouter): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  for (const [path, procedures] of restRoutes(root)) {
    const at = honoPath(path)
    for (const procedure of procedures) app.on(procedure.method, at, (c) => answer(c, root, procedure))
    const allowed = procedures.map(({ method }) => method).join(', ')
    app.all(at, (c) => {
      c.header('allow', allowed)
      throw new AppError('METHOD_NOT_ALLOWED', { message: `${c.req.path} takes ${allowed}, not ${c.req.method}` })
    })
  }
  return app
}

/** Procedures by their path; those with fewer parameters first, so that `/sessions/end-others` is not an id of `/sessions/{id}`. */
export function restRoutes(root: AnyTRPCRouter): [path: string, procedures: RestProcedure[]][] {
  const routes = restProcedures(root).flatMap((procedure) => procedure.paths.map((path) => ({ path, procedure })))
  const parameters = (path: string) => path.split('{').length
  return [...Map.groupBy(routes, ({ path }) => path)]
    .map(([path, found]): [string, RestProcedure[]] => [path, found.map(({ procedure }) => procedure)])
    .toSorted(([a], [b]) => parameters(a) - parameters(b))
}

/** `/markets/{market}` → `/markets/:market` */
const honoPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1')

async function answer(
  c: Context<ApiEnv>,
  root: AnyTRPCRouter,
  { name, kind, method, keepsKey }: RestProcedure,
): Promise<Response> {
  const context = c.get('api')
  const hasBody = method !== 'GET' && method !== 'DELETE'
  const text = hasBody ? await c.req.text() : ''
  const run = async () => {
    const input = { ...(hasBody ? jsonObject(text) : c.req.query()), ...c.req.param() }
    try {
      return await callOf(root.createCaller(context), name)(input)
    } catch (error) {
      throw error instanceof TRPCError ? causeOf(error) : error
    }
  }
  const key = kind === 'mutation' && !keepsKey ? c.req.header('idempotency-key') : undefined
  if (key === undefined) return c.json(await run())

  const request = `${c.req.method} ${c.req.path} ${text}`
  const { replayed, status, type, body } = await answerOnce(
    context,
    { key, principal: context.principal, request },
    () => toAnswer(c, run),
  )
  if (replayed) c.header('idempotency-replayed', 'true')
  return c.body(body, status as ContentfulStatusCode, { 'content-type': type })
}

async function toAnswer(c: Context<ApiEnv>, run: () => Promise<unknown>): Promise<Answer> {
  try {
    return { status: 200, type: 'application/json', body: JSON.stringify(await run()) }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    c.set('refusal', error.code)
    const body = JSON.stringify(problem(error, c.get('api').requestId))
    return { status: error.status, type: 'application/problem+json', body }
  }
}

/** `market.list` of a caller. The paths come from the same router, so each leads to a function. */
function callOf(caller: object, procedure: string): Call {
  let found: unknown = caller
  for (const name of procedure.split('.')) found = Reflect.get(Object(found), name)
  return found as Call
}

/** Nothing is an empty object: a change may need no words. */
function jsonObject(text: string): object {
  if (text === '') return {}
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body
  } catch {
    // The sentence below says it.
  }
  throw new AppError('BAD_INPUT', { message: 'the body must be a JSON object' })
}
