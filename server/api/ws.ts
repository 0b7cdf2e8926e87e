import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { TRPCError } from '@trpc/server'
import { type RawData, WebSocket, WebSocketServer } from 'ws'
import type { Clock } from '#server/platform/clock.ts'
import { AppError, problem, toAppError } from '#server/platform/errors.ts'
import type { Log } from '#server/platform/log.ts'
import type { Authenticator, Principal } from '#server/platform/principal.ts'
import { type ApiContext, badInput, COSTS, causeOf } from '#server/platform/procedures.ts'
import type { Allowance } from './allowance.ts'
import { principalOfToken } from './authenticate.ts'
import type { Hub } from './hub.ts'
import type { HubMessage } from './hub-client.ts'
import type { AppRouter } from './root.ts'
import { HEARTBEAT_MS } from './schema.ts'
import type { HubEvent } from './topic.ts'
import { type ClientMessage, clientMessage, type OrderMessage, type ServerMessage } from './ws-messages.ts'

export const MAX_MESSAGE_BYTES = 16 * 1024
/** Messages one client may send in ten seconds. */
export const MAX_MESSAGES = 100
const MESSAGES_PER_MS = 10_000
/** Bytes that may wait in a socket; what comes after waits in the client's queue, where newer replaces older. */
const MAX_BUFFERED_BYTES = 64 * 1024
/** Status codes of RFC 6455. */
const GOING_AWAY = 1001
const POLICY_VIOLATION = 1008
const CLOSE_GRACE_MS = 500

/** Orders of one connection that may be worked on at once; each may take as long as the chain does. */
export const MAX_ORDERS_AT_ONCE = 16

export type WebSocketParts = {
  hub: Hub
  authenticate: Authenticator | undefined
  clock: Clock
  log: Log
  /** What a connection may spend; its principal is asked at each call. */
  allowance: (request: IncomingMessage, principal: () => Principal) => Allowance
  /** The procedures that messages about orders call. */
  trading: (call: Pick<ApiContext, 'principal' | 'spend' | 'requestId'>) => Trading
}

export type WebSockets = {
  /** Takes over an upgrade request. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void
  close(): void
}

/** The hub over WebSocket. Tokens come in messages, never in cookies, so a page of another origin gains nothing here. */
export function serveWebSockets(parts: WebSocketParts): WebSockets {
  const server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false })
  const connections = new Map<WebSocket, Connection>()
  server.on('connection', (socket, request) => {
    connections.set(socket, new Connection(socket, parts, request))
    socket.once('close', () => connections.delete(socket))
  })
  const beat = setInterval(() => {
    for (const connection of connections.values()) connection.beat()
  }, HEARTBEAT_MS)

  return {
    accept: (request, socket, head) =>
      server.handleUpgrade(request, socket, head, (accepted) => server.emit('connection', accepted, request)),
    close: () => {
      clearInterval(beat)
      for (const socket of connections.keys()) {
        socket.close(GOING_AWAY, 'the server stops')
        const cut = setTimeout(() => socket.terminate(), CLOSE_GRACE_MS)
        socket.once('close', () => clearTimeout(cut))
      }
      server.close()
    },
  }
}

class Connection {
  readonly #socket: WebSocket
  readonly #parts: WebSocketParts
  readonly #client: ReturnType<Hub['connect']>
  readonly #allowance: Allowance
  readonly #id = crypto.randomUUID()
  /** The other side gave a sign of life since the last beat. */
  #heard = true
  /** Waiting for the other side to take what it was sent. */
  #blocked = false
  /** Messages are obeyed one after the other: a SUBSCRIBE waits for the AUTH before it. */
  #turn: Promise<void> = Promise.resolve()
  #period = { since: 0, messages: 0 }

  #principal: Principal = null
  #orders = 0

  constructor(socket: WebSocket, parts: WebSocketParts, request: IncomingMessage) {
    this.#socket = socket
    this.#parts = parts
    this.#allowance = parts.allowance(request, () => this.#principal)
    this.#client = parts.hub.connect('websocket', null)
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary))
    socket.on('pong', () => {
      this.#heard = true
    })
    socket.on('error', (error) => parts.log.debug({ err: error, requestId: this.#id }, 'a websocket failed'))
    socket.once('close', () => this.#client.close())
    this.#pump().catch((error: unknown) => {
      parts.log.error({ err: error, requestId: this.#id }, 'a websocket stream broke')
      socket.terminate()
    })
  }

  /** Cuts a peer that answers no ping or takes nothing from one beat to the next. */
  beat(): void {
    if (!this.#heard) {
      this.#socket.terminate()
      return
    }
    this.#heard = false
    if (this.#blocked) return
    this.#socket.ping()
    this.#say({ type: 'HEARTBEAT', at: this.#parts.clock.now() })
  }

  async #pump(): Promise<void> {
    for (;;) {
      const output = await this.#client.next()
      if (output === undefined) break
      if (output.kind === 'message') await this.#send(eventBytes(output))
      else this.#say({ type: 'ENDED', topic: output.topic, error: problem(output.reason, this.#id) })
    }
    this.#socket.close(GOING_AWAY, 'the server stops')
  }

  /** At once as a rule; for a reader that is slow, when it has taken what was sent before. */
  async #send(bytes: Buffer): Promise<void> {
    if (this.#socket.bufferedAmount < MAX_BUFFERED_BYTES) return this.#socket.send(bytes, TEXT)
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#blocked = true
    this.#socket.once('close', resolve)
    this.#socket.send(bytes, TEXT, () => resolve())
    await promise
    this.#socket.off('close', resolve)
    this.#blocked = false
    this.#heard = true
  }

  #say(message: ServerMessage): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message))
  }

  #receive(data: RawData, isBinary: boolean): void {
    this.#heard = true
    const now = this.#parts.clock.now()
    if (now - this.#period.since > MESSAGES_PER_MS) this.#period = { since: now, messages: 0 }
    this.#period.messages += 1
    if (this.#period.messages > MAX_MESSAGES) {
      if (this.#period.messages > MAX_MESSAGES + 1) return
      this.#refuse(new AppError('RATE_LIMITED', { message: `more than ${MAX_MESSAGES} messages in ten seconds` }))
      this.#socket.close(POLICY_VIOLATION, 'too many messages')
      return
    }
    const json = !isBinary && Buffer.isBuffer(data) ? parseJson(data.toString()) : undefined
    const message = clientMessage.safeParse(json)
    this.#turn = this.#turn.then(async () => {
      try {
        if (json === undefined) throw new AppError('BAD_INPUT', { message: 'a message must be JSON in a text frame' })
        if (!message.success) throw badInput(message.error)
        await this.#obey(message.data)
      } catch (thrown) {
        this.#refuse(thrown, refOf(json))
      }
    })
  }

  async #obey(message: ClientMessage): Promise<void> {
    const { ref } = message
    switch (message.type) {
      case 'PING':
        return this.#say({ type: 'PONG', ref, at: this.#parts.clock.now() })
      case 'AUTH': {
        await this.#allowance.spend(COSTS.guess)
        const principal = await principalOfToken(message.token, this.#parts.authenticate)
        this.#principal = principal
        this.#client.identify(principal)
        const { authority, expiresAt } = principal
        return this.#say({ type: 'AUTHENTICATED', ref, authority, expiresAt })
      }
      case 'SUBSCRIBE':
        this.#client.subscribe(message.topics, message.after ?? undefined)
        return this.#say({ type: 'SUBSCRIBED', ref, topics: message.topics })
      case 'UNSUBSCRIBE':
        this.#client.unsubscribe(message.topics)
        return this.#say({ type: 'UNSUBSCRIBED', ref, topics: message.topics })
      default:
        // Not waited for: a cancel must not stand behind a transaction that lands slowly.
        void this.#trade(message)
    }
  }

  async #trade(message: OrderMessage): Promise<void> {
    const { ref } = message
    try {
      if (this.#orders >= MAX_ORDERS_AT_ONCE) {
        throw new AppError('RATE_LIMITED', { message: `more than ${MAX_ORDERS_AT_ONCE} orders are being worked on` })
      }
      this.#orders += 1
      try {
        const { spend } = this.#allowance
        const trading = this.#parts.trading({ principal: this.#principal, spend, requestId: this.#id })
        if (message.type === 'SUBMIT') {
          return this.#say({ type: 'OUTCOME', ref, result: await trading.submit(message.params) })
        }
        return this.#say({ type: 'PREPARED', ref, result: await prepared(trading, message) })
      } finally {
        this.#orders -= 1
      }
    } catch (thrown) {
      this.#refuse(thrown instanceof TRPCError ? causeOf(thrown) : thrown, ref)
    }
  }

  #refuse(thrown: unknown, ref?: string): void {
    const error = toAppError(thrown)
    if (error.status >= 500) this.#parts.log.error({ err: error, requestId: this.#id }, error.message)
    this.#say({ type: 'ERROR', ref, error: problem(error, this.#id) })
  }
}

export type Trading = ReturnType<AppRouter['createCaller']>['trading']

function prepared(trading: Trading, message: Exclude<OrderMessage, { type: 'SUBMIT' }>) {
  switch (message.type) {
    case 'PLACE':
      return trading.place(message.params)
    case 'MODIFY':
      return trading.modify(message.params)
    case 'CLOSE':
      return trading.close(message.params)
    case 'CANCEL':
      return trading.cancel(message.params)
    case 'CANCEL_ALL':
      return trading.cancelAll(message.params)
  }
}

const TEXT = { binary: false }
/** One encoding for all clients that get the same message with the same id, which is nearly all of them. */
const encoded = new WeakMap<HubEvent, { id: string; bytes: Buffer }>()

function eventBytes({ id, event }: HubMessage): Buffer {
  const known = encoded.get(event)
  if (known?.id === id) return known.bytes
  const { topic, seq, kind, data } = event
  const bytes = Buffer.from(JSON.stringify({ type: 'EVENT', id, topic, seq, kind, data }))
  encoded.set(event, { id, bytes })
  return bytes
}

/** Undefined for what is no JSON; no JSON says undefined. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Also of a message that is wrong otherwise, so that its sender knows which one. */
function refOf(json: unknown): string | undefined {
  if (typeof json !== 'object' || json === null || !('ref' in json)) return undefined
  return typeof json.ref === 'string' ? json.ref.slice(0, 64) : undefined
}
