import type { Server } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Log } from '#server/platform/log.ts'
import { failure, parseCall } from './dispatch.ts'
import { internalError, invalidParams, invalidRequest, methodNotFound, parseError, RpcError } from './errors.ts'
import type { Ledger, LedgerListener } from './ledger.ts'
import { isAllowedOrigin } from './origin.ts'
import { subscriptions } from './subscriptions.ts'

const MAX_MESSAGE_BYTES = 64 * 1024
const MAX_SUBSCRIPTIONS = 10_000
/** A reader this far behind is cut off: its queue would grow in our memory. */
const MAX_QUEUED_BYTES = 32 * 1024 * 1024
const PING_MS = 20_000
/** WebSocket status of a server that stops; a client that does not answer it is cut off. */
const GOING_AWAY = 1001
const CLOSE_GRACE_MS = 500

/** Serves subscriptions on `server`. @returns what closes all connections. */
export function serveWebSockets(server: Server, ledger: Ledger, log: Log): () => void {
  const sockets = new WebSocketServer({
    server,
    maxPayload: MAX_MESSAGE_BYTES,
    verifyClient: ({ req }: { req: { headers: Record<string, string | string[] | undefined> } }) =>
      isAllowedOrigin(req.headers),
  })
  const alive = new WeakSet<WebSocket>()

  sockets.on('connection', (socket) => {
    alive.add(socket)
    socket.on('pong', () => alive.add(socket))
    socket.on('error', (error) => log.debug({ err: error }, 'websocket failed'))
    serve(socket, ledger, log)
  })

  const pings = setInterval(() => {
    for (const socket of sockets.clients) {
      if (!alive.has(socket)) socket.terminate()
      alive.delete(socket)
      socket.ping()
    }
  }, PING_MS)

  return () => {
    clearInterval(pings)
    for (const socket of sockets.clients) {
      socket.close(GOING_AWAY)
      const cut = setTimeout(() => socket.terminate(), CLOSE_GRACE_MS)
      socket.once('close', () => clearTimeout(cut))
    }
    sockets.close()
  }
}

/** A subscription that throws must not stop the chain in the middle of a block. */
function guarded(listener: LedgerListener, failed: (error: unknown) => void): LedgerListener {
  const guard =
    <Details extends unknown[]>(handle: ((...details: Details) => void) | undefined) =>
    (...details: Details): void => {
      try {
        handle?.(...details)
      } catch (error) {
        failed(error)
      }
    }
  return {
    transaction: guard(listener.transaction),
    accounts: guard(listener.accounts),
    slot: guard(listener.slot),
    root: guard(listener.root),
  }
}

/** Ids are unique over all connections, as a validator's are. */
let lastId = 0

function serve(socket: WebSocket, ledger: Ledger, log: Log): void {
  const active = new Map<number, { kind: string; stop: () => void }>()

  function send(message: unknown): void {
    if (socket.readyState !== socket.OPEN) return
    if (socket.bufferedAmount > MAX_QUEUED_BYTES) socket.terminate()
    else socket.send(JSON.stringify(message))
  }

  function subscribe(name: string, params: unknown, respond: (id: number) => void): void {
    const open = subscriptions[name]
    if (open === undefined) throw methodNotFound()
    if (active.size >= MAX_SUBSCRIPTIONS) throw invalidParams(`Too many subscriptions; max ${MAX_SUBSCRIPTIONS}`)
    const { notification, start } = open(params)
    lastId += 1
    const id = lastId
    const kind = name.replace('Subscribe', '')
    active.set(id, { kind, stop: () => undefined })
    // The client must know the id before the first notification, which `start` may send at once.
    respond(id)
    const listener = start(ledger, (result, last = false) => {
      if (!active.has(id)) return
      send({ jsonrpc: '2.0', method: notification, params: { result, subscription: id } })
      if (last) end(id)
    })
    const stop = ledger.listen(
      guarded(listener, (error) => {
        log.error({ err: error, subscription: name }, 'notification failed')
        end(id)
      }),
    )
    if (active.has(id)) active.set(id, { kind, stop })
    else stop()
  }

  function end(id: number): void {
    active.get(id)?.stop()
    active.delete(id)
  }

  function unsubscribe(name: string, params: unknown): true {
    const id: unknown = Array.isArray(params) ? params[0] : undefined
    const kind = name.replace('Unsubscribe', '')
    if (typeof id !== 'number' || active.get(id)?.kind !== kind) throw invalidParams('Invalid subscription id.')
    end(id)
    return true
  }

  socket.on('message', (data) => {
    let call: ReturnType<typeof parseCall>
    try {
      call = parseCall(JSON.parse(Buffer.isBuffer(data) ? data.toString('utf8') : ''))
    } catch {
      return send(failure(null, parseError()))
    }
    if (call === undefined) return send(failure(null, invalidRequest()))
    const { method, params, id } = call
    try {
      if (method.endsWith('Unsubscribe')) {
        const result = unsubscribe(method, params)
        if (id !== undefined) send({ jsonrpc: '2.0', result, id })
      } else if (id !== undefined) {
        subscribe(method, params, (result) => send({ jsonrpc: '2.0', result, id }))
      }
    } catch (error) {
      if (!(error instanceof RpcError)) log.error({ err: error, method }, 'subscription failed')
      if (id !== undefined) send(failure(id, error instanceof RpcError ? error : internalError()))
    }
  })
  socket.on('close', () => {
    for (const id of [...active.keys()]) end(id)
  })
}
