import { errorMessage } from '#server/platform/errors.ts'
import { sourceFailure } from './source.ts'

export type SourceRequest = {
  /** Whose answer it is, for messages. */
  name: string
  url: URL
  headers?: Readonly<Record<string, string>>
  /** What to do when the key or the address is not let in. */
  whenDenied: string
  signal: AbortSignal
}

/** An answer larger than this is none that we asked for. */
const MAX_ANSWER_BYTES = 4_000_000

/** Asks a price service. @throws sourceFailure for everything but an answer with status 200. */
export async function fetchSource({ name, url, headers = {}, whenDenied, signal }: SourceRequest): Promise<Response> {
  let response: Response
  try {
    // A redirect would carry the key, or the question, to somebody else.
    response = await fetch(url, { headers, redirect: 'error', signal })
  } catch (cause) {
    // fetch itself only says that it failed.
    const reason = cause instanceof Error ? (cause.cause ?? cause) : cause
    throw sourceFailure('unreachable', `${name} does not answer: ${errorMessage(reason)}`, { cause })
  }
  if (response.status === 200) return response
  await response.body?.cancel().catch(() => undefined)
  const said = `${name} answered HTTP ${response.status}`
  if (response.status === 401 || response.status === 403) throw sourceFailure('denied', `${said}: ${whenDenied}`)
  if (response.status === 429 || response.status === 418) {
    const seconds = Number(response.headers.get('retry-after') ?? 0)
    const retryAfterMs = Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 3_600) * 1_000 : undefined
    throw sourceFailure('limited', `${said}: it is asked too often`, { retryAfterMs })
  }
  throw sourceFailure('unreachable', said)
}

/** The JSON of an answer, undefined for what is none. @throws sourceFailure when it does not come whole. */
export async function readJson(name: string, response: Response): Promise<unknown> {
  const length = Number(response.headers.get('content-length') ?? 0)
  if (length > MAX_ANSWER_BYTES) {
    await response.body?.cancel().catch(() => undefined)
    return undefined
  }
  let text: string
  try {
    text = await response.text()
  } catch (cause) {
    throw sourceFailure('unreachable', `${name} broke off its answer: ${errorMessage(cause)}`, { cause })
  }
  return parseJson(text)
}

/** What the text holds, undefined for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
