import { once } from 'node:events'
import { WebSocket } from 'ws'
import type { ErrorCode } from '#server/platform/errors.ts'
import { readServerSentEvents } from './sse-client.ts'

export type StreamMessage = { id: string; topic: string; seq: number; kind: string; data: unknown }
/** The server's typed refusal, however its transport wraps it. */
export type StreamRefusal = { code: ErrorCode; status: number; detail: string }

/** One reader of the hub over one transport, as a client program would be. */
export type StreamReader = {
  /** The next message. Rejects with StreamRefused when the server refused or ended what is read. */
  next(): Promise<StreamMessage>
  leave(): void
}
export type OpenStream = (
  url: string,
  topics: readonly string[],
  options?: { after?: string | undefined; token?: string },
) => StreamReader

export class StreamRefused extends Error {
  readonly refusal: StreamRefusal
  constructor(refusal: StreamRefusal) {
    super(refusal.detail)
    this.refusal = refusal
  }
}

const plain: OpenStream = (url, topics, { after, token } = {}) =>
  readEvents(`${url}/api/stream?topics=${topics.join(',')}`, {
    ...(after === undefined ? {} : { 'last-event-id': after }),
    ...bearer(token),
  })

const trpc: OpenStream = (url, topics, { after, token } = {}) => {
  const input = encodeURIComponent(JSON.stringify({ topics, lastEventId: after }))
  return readEvents(`${url}/api/trpc/stream.subscribe?input=${input}`, {
    accept: 'text/event-stream',
    ...bearer(token),
  })
}

const bearer = (token: string | undefined) => (token === undefined ? {} : { authorization: `Bearer ${token}` })

type TrpcError = { message: string; data: { appCode: ErrorCode; httpStatus: number } }

function readEvents(url: string, headers: Record<string, string>): StreamReader {
  const gone = new AbortController()
  const answer = fetch(url, { headers, signal: gone.signal }).then(async (response) => {
    if (!response.ok) throw new StreamRefused((await response.json()) as StreamRefusal)
    return readServerSentEvents(response)
  })
  // Whoever leaves before it answers does not wait for it.
  answer.catch(() => {})
  return {
    next: async () => {
      for (;;) {
        const { value, done } = await (await answer).next()
        if (done || value === undefined) throw new Error('the stream has ended')
        if (value.event === 'error') throw new StreamRefused(JSON.parse(value.data) as StreamRefusal)
        if (value.event === 'serialized-error') {
          const { message, data } = JSON.parse(value.data) as TrpcError
          throw new StreamRefused({ code: data.appCode, status: data.httpStatus, detail: message })
        }
        // tRPC opens with an event of its own.
        if (value.id !== undefined) return { id: value.id, ...(JSON.parse(value.data) as Omit<StreamMessage, 'id'>) }
      }
    },
    leave: () => gone.abort(),
  }
}

const websocket: OpenStream = (url, topics, { after, token } = {}) => {
  const socket = openSocket(url)
  if (token !== undefined) socket.say({ type: 'AUTH', token })
  socket.say({ type: 'SUBSCRIBE', topics, after })
  return {
    next: async () => {
      for (;;) {
        const { type, error, ...message } = await socket.next()
        if (type === 'ERROR' || type === 'ENDED') throw new StreamRefused(error as StreamRefusal)
        if (type === 'EVENT') return message as StreamMessage
      }
    },
    leave: () => socket.socket.terminate(),
  }
}

export type TestSocket = {
  socket: WebSocket
  say(message: unknown): void
  /** The next message of the server, in order. Rejects when the socket closed. */
  next(): Promise<{ type: string } & Record<string, unknown>>
}

/** A WebSocket client that takes nothing from its socket while nobody reads. */
export function openSocket(url: string): TestSocket {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`)
  const opened = once(socket, 'open')
  const got: string[] = []
  let wake: (() => void) | undefined
  socket.on('message', (data) => {
    if (Buffer.isBuffer(data)) got.push(data.toString())
    if (got.length > 16) socket.pause()
    wake?.()
  })
  socket.on('close', () => wake?.())
  socket.on('error', () => wake?.())
  opened.catch(() => {})
  return {
    socket,
    say: (message) => {
      const text = typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message)
      opened.then(
        () => socket.send(text),
        () => {},
      )
    },
    next: async () => {
      for (;;) {
        const text = got.shift()
        if (text !== undefined) return JSON.parse(text)
        if (socket.readyState === WebSocket.CLOSED) throw new Error('the socket is closed')
        socket.resume()
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
  }
}

/** Every way to the hub; what holds for one must hold for all. */
export const TRANSPORTS: readonly [name: string, open: OpenStream][] = [
  ['server-sent events', plain],
  ['tRPC', trpc],
  ['WebSocket', websocket],
]
