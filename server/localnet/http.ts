import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Dispatcher } from './dispatch.ts'
import { isAllowedOrigin } from './origin.ts'

/** Enough for surfnet_setAccount of the largest account (10 MiB as hex). */
const MAX_BODY_BYTES = 22 * 1024 * 1024

/** POST / is JSON-RPC, GET /health answers `ok`, as a validator's RPC port does. */
export function httpListener(dispatch: Dispatcher): RequestListener {
  return (request, response) => {
    const { origin } = request.headers
    if (!isAllowedOrigin(request.headers)) return send(response, 403, 'This page may not use the local chain.\n')
    if (origin !== undefined) {
      response.setHeader('access-control-allow-origin', origin)
      response.setHeader('vary', 'origin')
    }
    if (request.method === 'OPTIONS') return preflight(request, response)
    if (request.method === 'GET' && request.url === '/health') return send(response, 200, 'ok')
    if (request.method !== 'POST') {
      return send(response, 405, 'Used HTTP Method is not allowed. POST or OPTIONS is required\n')
    }
    void answer(request, response, dispatch)
  }
}

function preflight(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('access-control-allow-methods', 'OPTIONS, GET, POST')
  response.setHeader(
    'access-control-allow-headers',
    request.headers['access-control-request-headers'] ?? 'content-type, solana-client',
  )
  response.setHeader('access-control-max-age', '86400')
  send(response, 204, '')
}

async function answer(request: IncomingMessage, response: ServerResponse, dispatch: Dispatcher): Promise<void> {
  let body: string | undefined
  try {
    body = await read(request)
  } catch {
    // The client went away in the middle of its request.
    response.destroy()
    return
  }
  if (body === undefined) return send(response, 413, 'Request body is too large\n')
  const text = await dispatch(body)
  if (text === undefined) return send(response, 204, '')
  response.setHeader('content-type', 'application/json; charset=utf-8')
  send(response, 200, text)
}

/** @returns undefined when the body is above the limit. */
async function read(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > MAX_BODY_BYTES) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function send(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status
  if (!response.hasHeader('content-type')) response.setHeader('content-type', 'text/plain; charset=utf-8')
  if (status === 413) response.setHeader('connection', 'close')
  response.setHeader('content-length', Buffer.byteLength(text))
  response.end(text)
}
