import type { ApiContext } from '#server/platform/procedures.ts'
import type { RoleContext } from '#server/platform/role.ts'

export type ContextParts = Pick<RoleContext, 'db' | 'config' | 'log' | 'clock' | 'bus'>

/**
 * What a procedure gets. The request id names the request in the log, in the answer's header and in problems. Who asks is
 * found out later, so that a refusal has its id too.
 */
export function createContext({ db, config, log, clock, bus }: ContextParts, requestId: string): ApiContext {
  return { db, config, log, clock, bus, principal: null, requestId }
}

const GIVEN_ID = /^[\w.:-]{8,64}$/

/** The id a proxy in front gave, where it is harmless to log, else a new one. */
export function requestIdOf(headers: Headers): string {
  const given = headers.get('x-request-id')
  return given !== null && GIVEN_ID.test(given) ? given : crypto.randomUUID()
}
