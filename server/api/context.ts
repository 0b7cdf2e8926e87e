import { isIP } from 'node:net'
import { parse } from 'hono/utils/cookie'
import type { ApiContext, HttpExchange } from '#server/platform/procedures.ts'
import type { RoleContext } from '#server/platform/role.ts'
import { siteOfHost } from '#server/platform/site.ts'

export type ContextParts = Pick<RoleContext, 'db' | 'config' | 'log' | 'clock' | 'bus'>

/**
 * What a procedure gets. The request id names the request in the log, in the answer's header and in problems. Who asks is
 * found out later, so that a refusal has its id too.
 */
export function createContext({ db, config, log, clock, bus }: ContextParts, requestId: string): ApiContext {
  return { db, config, log, clock, bus, principal: null, requestId, http: null, spend: null }
}

/** The HTTP side of a request; the cookies it is given are put into `answer`. */
export function httpExchange(
  request: Request,
  { ip, origins, answer }: { ip: string | null; origins: readonly string[]; answer: string[] },
): HttpExchange {
  const cookies = parse(request.headers.get('cookie') ?? '')
  return {
    ip,
    userAgent: request.headers.get('user-agent')?.slice(0, 256) ?? null,
    site: siteOfHost(origins, request.headers.get('host')),
    idempotencyKey: request.headers.get('idempotency-key'),
    cookie: (name) => (Object.hasOwn(cookies, name) ? cookies[name] : undefined),
    setCookie: (header) => answer.push(header),
  }
}

/**
 * The client's address: of the connection, or what the proxies in front say. Each proxy adds on the right whom it heard, so
 * of that list only the last `proxies` entries are not the client's own words.
 */
export function clientIp(headers: Headers, peer: string | undefined, proxies: number): string | null {
  const forwarded = headers.get('x-forwarded-for')?.split(',') ?? []
  const ip = proxies === 0 ? peer : (forwarded.at(-proxies)?.trim() ?? peer)
  return ip === undefined || isIP(ip.replace(/^::ffff:/, '')) === 0 ? null : ip.replace(/^::ffff:/, '')
}

const GIVEN_ID = /^[\w.:-]{8,64}$/

/** The id a proxy in front gave, where it is harmless to log, else a new one. */
export function requestIdOf(headers: Headers): string {
  const given = headers.get('x-request-id')
  return given !== null && GIVEN_ID.test(given) ? given : crypto.randomUUID()
}
