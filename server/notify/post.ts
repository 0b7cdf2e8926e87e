import { request as plainRequest } from 'node:http'
import { request as secureRequest } from 'node:https'
import { publicLookup } from './public-address.ts'

const TIMEOUT_MS = 15_000
/** Of an answer only the status counts; more than this is not read. */
const MAX_ANSWER_BYTES = 16_384

export type Post = (url: URL, headers: Readonly<Record<string, string>>, body: string) => Promise<{ status: number }>

/**
 * Sends a webhook: no redirect is followed, no proxy or cookie used, no address inside our own network reached unless
 * the operator allows it.
 * @throws Error when there is no answer within 15 s, or the connection is refused or cut.
 */
export function httpPost({
  allowPrivate,
  ca,
  timeoutMs = TIMEOUT_MS,
}: {
  allowPrivate: boolean
  ca?: string
  timeoutMs?: number
}): Post {
  return async (url, headers, body) => {
    const { promise, resolve, reject } = Promise.withResolvers<{ status: number }>()
    const request = url.protocol === 'https:' ? secureRequest : plainRequest
    const outgoing = request(url, {
      method: 'POST',
      headers: {
        ...headers,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'QuantDesk-Webhooks/1',
      },
      agent: false,
      signal: AbortSignal.timeout(timeoutMs),
      ...(ca === undefined ? {} : { ca }),
      ...(allowPrivate ? {} : { lookup: publicLookup() }),
    })
    outgoing.once('error', reject)
    outgoing.once('response', (answer) => {
      let read = 0
      answer.on('data', (chunk: Buffer) => {
        read += chunk.length
        if (read > MAX_ANSWER_BYTES) answer.destroy()
      })
      answer.once('close', () => resolve({ status: answer.statusCode ?? 0 }))
      answer.once('error', () => {})
    })
    outgoing.end(body)
    return promise
  }
}
