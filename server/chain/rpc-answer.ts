import { errorMessage } from '#server/platform/errors.ts'

/**
 * Why an endpoint gave no answer that can be used. `behind` and `unsupported` are answers of a healthy node that another
 * one may do better; the others say something about the endpoint.
 */
export type RpcFailureKind =
  | 'timeout'
  | 'network'
  | 'rate-limited'
  | 'server-error'
  | 'refused'
  | 'malformed'
  | 'behind'
  | 'unsupported'

export class RpcFailure extends Error {
  override readonly name = 'RpcFailure'
  readonly kind: RpcFailureKind
  /** How long the endpoint asked us to stay away. */
  readonly retryAfterMs: number | null
  /** The answer itself where it is one that web3.js can read, to be given when no other endpoint does better. */
  readonly answer: string | null

  constructor(
    kind: RpcFailureKind,
    message: string,
    { retryAfterMs = null, answer = null }: { retryAfterMs?: number | null; answer?: string | null } = {},
  ) {
    super(message)
    this.kind = kind
    this.retryAfterMs = retryAfterMs
    this.answer = answer
  }
}

/** What a JSON-RPC error says about the node; every other error is an answer to the question. */
const CODES: Readonly<Record<number, RpcFailureKind>> = {
  [-32004]: 'behind', // block not available yet
  [-32005]: 'behind', // node is unhealthy: slots behind
  [-32010]: 'unsupported', // the node keeps no index for this
  [-32014]: 'behind', // block status not available yet
  [-32016]: 'behind', // minContextSlot not reached
  [-32601]: 'unsupported', // method not found
  [-32603]: 'server-error', // internal error
  [-32429]: 'rate-limited',
  429: 'rate-limited',
}
const MOST_RETRY_AFTER_MS = 60_000

/** Posts a JSON-RPC request. @returns the text of a well-formed answer. @throws RpcFailure */
export async function post(url: string, body: string, timeoutMs: number): Promise<string> {
  let status: number
  let headers: Headers
  let text: string
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    })
    status = response.status
    headers = response.headers
    text = await response.text()
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'TimeoutError'
    throw new RpcFailure(isLate ? 'timeout' : 'network', isLate ? `no answer within ${timeoutMs} ms` : reasonOf(error))
  }
  if (status === 429) throw new RpcFailure('rate-limited', 'HTTP 429', { retryAfterMs: retryAfter(headers) })
  if (status >= 500) throw new RpcFailure('server-error', `HTTP ${status}`)
  return wellFormed(text, status)
}

/** Node's fetch says only "fetch failed"; the cause says why. */
const reasonOf = (error: unknown): string =>
  error instanceof Error && error.cause !== undefined ? errorMessage(error.cause) : errorMessage(error)

function retryAfter(headers: Headers): number | null {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds * 1_000, MOST_RETRY_AFTER_MS) : null
}

function wellFormed(text: string, status: number): string {
  let answer: unknown
  try {
    answer = JSON.parse(text)
  } catch {
    throw notAnAnswer(text, status)
  }
  const parts: unknown[] = Array.isArray(answer) ? answer : [answer]
  for (const part of parts) {
    if (typeof part !== 'object' || part === null || !('result' in part || 'error' in part)) {
      throw notAnAnswer(text, status)
    }
    const kind = 'error' in part ? kindOf(part.error) : undefined
    if (kind !== undefined) throw new RpcFailure(kind, shorten(JSON.stringify(part)), { answer: text })
  }
  return text
}

function notAnAnswer(text: string, status: number): RpcFailure {
  // A gateway that does not let us in answers with a page or a sentence.
  if (status >= 400) return new RpcFailure('refused', `HTTP ${status}: ${shorten(text)}`)
  return new RpcFailure('malformed', `the answer is no JSON-RPC: ${shorten(text)}`)
}

function kindOf(error: unknown): RpcFailureKind | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  return typeof code === 'number' ? CODES[code] : undefined
}

const shorten = (text: string): string => (text.length > 120 ? `${text.slice(0, 120)}…` : text)
