import type { Log } from '#server/platform/log.ts'
import { internalError, invalidRequest, methodNotFound, parseError, RpcError } from './errors.ts'
import type { Method, RpcContext } from './rpc.ts'

type Id = string | number | null
type Call = { method: string; params: unknown; id: Id | undefined }

/** Calls in one batch; above it the whole batch is refused. */
const MAX_BATCH = 1_000

export type Dispatcher = (body: string) => Promise<string | undefined>

/**
 * Answers a JSON-RPC 2.0 body: one call or a batch. Undefined when it held only notifications.
 * `timed` is told how long each known method took, in seconds.
 */
export function createDispatcher(
  methods: ReadonlyMap<string, Method>,
  context: RpcContext,
  { log, timed }: { log: Log; timed: (method: string, seconds: number) => void },
): Dispatcher {
  async function answer(call: unknown): Promise<string | undefined> {
    const parsed = parseCall(call)
    if (parsed === undefined) return JSON.stringify(failure(null, invalidRequest()))
    const startedAt = performance.now()
    try {
      const method = methods.get(parsed.method)
      if (method === undefined) throw methodNotFound()
      const result = await method(context, parsed.params)
      timed(parsed.method, (performance.now() - startedAt) / 1_000)
      return parsed.id === undefined ? undefined : JSON.stringify({ jsonrpc: '2.0', result, id: parsed.id })
    } catch (error) {
      if (!(error instanceof RpcError)) log.error({ err: error, method: parsed.method }, 'rpc method failed')
      return parsed.id === undefined ? undefined : JSON.stringify(failure(parsed.id, error))
    }
  }

  return async (body) => {
    let request: unknown
    try {
      request = JSON.parse(body)
    } catch {
      return JSON.stringify(failure(null, parseError()))
    }
    if (!Array.isArray(request)) return answer(request)
    if (request.length === 0 || request.length > MAX_BATCH) return JSON.stringify(failure(null, invalidRequest()))
    const responses = await Promise.all(request.map(answer))
    const spoken = responses.filter((response) => response !== undefined)
    return spoken.length === 0 ? undefined : `[${spoken.join(',')}]`
  }
}

export function failure(id: Id, error: unknown): object {
  const { code, message, data } = error instanceof RpcError ? error : internalError()
  return { jsonrpc: '2.0', error: { code, message, ...(data === undefined ? {} : { data }) }, id }
}

export function parseCall(call: unknown): Call | undefined {
  if (typeof call !== 'object' || call === null || Array.isArray(call)) return undefined
  const { jsonrpc, method, params, id }: { [field: string]: unknown } = { ...call }
  if (jsonrpc !== '2.0' || typeof method !== 'string') return undefined
  if (id !== undefined && id !== null && typeof id !== 'string' && typeof id !== 'number') return undefined
  return { method, params, id }
}
