import type { IncomingMessage, ServerResponse } from 'node:http'
import { type AnyTRPCProcedure, type AnyTRPCRouter, TRPCError } from '@trpc/server'
import { Hono } from 'hono'
import { AppError, type ErrorCode } from '#server/platform/errors.ts'
import { type ApiContext, causeOf, type ProcedureMeta } from '#server/platform/procedures.ts'
import type { AppRouter } from './root.ts'

/**
 * `refusal` is the code of the problem that was answered, for the request's log line; `incoming` and `outgoing` are
 * there under Node's own HTTP server.
 */
export type ApiEnv = {
  Variables: { api: ApiContext; refusal: ErrorCode }
  Bindings: { incoming?: IncomingMessage; outgoing?: ServerResponse }
}

type Call = (input: unknown) => Promise<unknown>
type RestRoute = { method: string; path: string; procedure: string }

/** Every procedure with `meta.openapi`, as a REST route: `/markets/{market}` → `/api/markets/:market`. */
export function restRoutes(root: AnyTRPCRouter): RestRoute[] {
  const procedures: Record<string, AnyTRPCProcedure> = root._def.procedures
  return Object.entries(procedures).flatMap(([procedure, { _def }]) => {
    const { openapi }: ProcedureMeta = _def.meta ?? {}
    if (openapi === undefined) return []
    return [{ method: openapi.method, path: openapi.path.replaceAll(/\{(\w+)\}/g, ':$1'), procedure }]
  })
}

/** The REST face of the procedures: the same input schemas, the same code, problem documents instead of tRPC errors. */
export function restApp(root: AppRouter): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  for (const { method, path, procedure } of restRoutes(root)) {
    app.on(method, path, async (c) => {
      const body = method === 'GET' ? {} : await jsonBody(c.req.raw)
      const input = { ...c.req.query(), ...body, ...c.req.param() }
      try {
        return c.json(await callOf(root.createCaller(c.get('api')), procedure)(input))
      } catch (error) {
        throw error instanceof TRPCError ? causeOf(error) : error
      }
    })
  }
  return app
}

/** `market.list` of a caller. The paths come from the same router, so each leads to a function. */
function callOf(caller: object, procedure: string): Call {
  let found: unknown = caller
  for (const name of procedure.split('.')) found = Reflect.get(Object(found), name)
  return found as Call
}

async function jsonBody(request: Request): Promise<object> {
  try {
    const body: unknown = await request.json()
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body
  } catch {
    // The sentence below says it.
  }
  throw new AppError('BAD_INPUT', { message: 'the body must be a JSON object' })
}
