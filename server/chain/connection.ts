import { Connection } from '@solana/web3.js'
import { closeSocket, pauseWhileClosed } from '#client/rpc-socket.ts'
import type { Clock } from '#server/platform/clock.ts'
import type { Log } from '#server/platform/log.ts'
import type { Metrics } from '#server/platform/metrics.ts'
import {
  createEndpoint,
  type Endpoint,
  type EndpointEvents,
  type EndpointStatus,
  FAILING_AFTER,
  type RpcEndpoint,
} from './rpc-endpoint.ts'
import { rpcMetrics } from './rpc-metrics.ts'
import { createRpcPool, type RpcPool } from './rpc-pool.ts'
import { watchEndpoints } from './rpc-watch.ts'

/** What the endpoint in use last said. `failures` counts its calls in a row that got no answer. */
export type ChainHealth = Pick<EndpointStatus, 'lastOkAt' | 'failures' | 'latencyMs' | 'error'> & {
  status: 'ok' | 'down'
}

/** Where a WebSocket is to be opened: asked before each attempt, so that it goes where the calls go. */
export type SocketPlace = {
  url(): string
  /** Stops `onMove`. */
  close(): void
}

export type Chain = {
  connection: Connection
  health(): ChainHealth
  endpoints(): EndpointStatus[]
  /** `onMove`: the endpoint whose URL was given last is not used any more; open the socket again. */
  socketPlace(onMove: () => void): SocketPlace
  /** Lets go of the WebSocket and stops probing. */
  close(): void
}

export type ChainOptions = {
  /** The most trusted first: where two disagree, it is believed. */
  endpoints: readonly RpcEndpoint[]
  clock: Clock
  metrics?: Metrics
  log?: Log
}

const PROBE_EVERY_MS = 2_000
/** Probes between two comparisons of blocks. */
const COMPARE_EVERY = 5
/** A socket that is opened again so soon did not hold: another endpoint is tried. */
const DID_NOT_HOLD_MS = 30_000

/**
 * The one way to Solana, over one endpoint or several that stand in for each other. Every failure to get an answer is an
 * AppError CHAIN_UNAVAILABLE; answers with an error inside (a refused transaction) pass through as web3.js throws them.
 */
export function connectChain({ endpoints: given, clock, metrics, log }: ChainOptions): Chain {
  const sockets = new Set<{ at: Endpoint | undefined; onMove: () => void }>()
  const counted = metrics === undefined ? undefined : rpcMetrics(metrics)
  const events: EndpointEvents = {
    answered: (name, ms) => counted?.answered(name, ms),
    failed: (name, kind) => counted?.failed(name, kind),
    seen: (name, slot, lag) => counted?.seen(name, slot, lag),
    banned: (name, ban) => {
      counted?.banned(name, ban)
      if (ban === null) log?.info({ endpoint: name }, `the RPC ${name} is used again`)
      else log?.warn({ endpoint: name, ban }, `the RPC ${name} is left: ${ban}`)
      if (ban !== null && given.length > 1) for (const socket of sockets) if (socket.at?.name === name) socket.onMove()
    },
  }
  const [first, ...others] = given.map((endpoint, at) => createEndpoint(endpoint, nameOf(given, at), clock, events))
  if (first === undefined) throw new TypeError('a chain needs an endpoint')
  const endpoints = [first, ...others] as const
  const pool = createRpcPool(endpoints)
  const socketPlace = (onMove: () => void): SocketPlace => {
    const socket: { at: Endpoint | undefined; onMove: () => void } = { at: undefined, onMove }
    let openedAt = Number.NEGATIVE_INFINITY
    sockets.add(socket)
    return {
      url: () => {
        const candidates = pool.candidates()
        const failed = clock.now() - openedAt < DID_NOT_HOLD_MS ? socket.at : undefined
        socket.at = candidates.find((endpoint) => endpoint !== failed) ?? candidates[0] ?? first
        openedAt = clock.now()
        return socket.at.wsUrl
      },
      close: () => sockets.delete(socket),
    }
  }

  const connection = new Connection(first.url, {
    commitment: 'confirmed',
    wsEndpoint: first.wsUrl,
    fetch: fetchFrom(pool),
    // Our loops have their own back-off; web3.js would sleep inside one call.
    disableRetryOnRateLimit: true,
  })
  pauseWhileClosed(connection)
  const place = socketPlace(() => socketOf(connection).underlyingSocket?.terminate?.())
  placeSocket(connection, place)
  const stopWatching = endpoints.length > 1 ? watchRegularly(endpoints) : () => undefined

  return {
    connection,
    socketPlace,
    endpoints: () => endpoints.map(({ status }) => ({ ...status })),
    health: () => {
      const { lastOkAt, failures, latencyMs, error } = (pool.candidates()[0] ?? first).status
      return { status: failures >= FAILING_AFTER ? 'down' : 'ok', lastOkAt, failures, latencyMs, error }
    },
    close: () => {
      stopWatching()
      place.close()
      closeSocket(connection)
    },
  }
}

/** The host, which holds no key, and where it stands in the list when several have the same. */
function nameOf(endpoints: readonly RpcEndpoint[], at: number): string {
  const hosts = endpoints.map(({ url }) => new URL(url).host)
  const host = hosts[at] ?? ''
  return hosts.filter((other) => other === host).length > 1 ? `${host}#${at + 1}` : host
}

function fetchFrom(pool: RpcPool) {
  return async (_url: unknown, init?: { body?: unknown }): Promise<Response> =>
    new Response(await pool.request(String(init?.body)), { headers: { 'content-type': 'application/json' } })
}

function watchRegularly(endpoints: readonly Endpoint[]): () => void {
  const watch = watchEndpoints(endpoints)
  let round = 0
  let isBusy = false
  const look = async () => {
    if (isBusy) return
    isBusy = true
    try {
      await watch.probe()
      if (round % COMPARE_EVERY === 0) await watch.compare()
    } finally {
      round += 1
      isBusy = false
    }
  }
  void look()
  const timer = setInterval(look, PROBE_EVERY_MS)
  timer.unref()
  return () => clearInterval(timer)
}

/** What we need of web3.js's socket, which cannot be sent elsewhere in any official way. */
type Socket = {
  underlyingSocket: { terminate?(): void } | undefined
  webSocketFactory: (url: string, options: object) => unknown
}
const socketOf = (connection: Connection): Socket => Reflect.get(connection, '_rpcWebSocket')

/** Every opening of the socket asks where; web3.js makes its subscriptions again by itself. */
function placeSocket(connection: Connection, place: SocketPlace): void {
  const socket = socketOf(connection)
  const open = socket.webSocketFactory
  socket.webSocketFactory = (_url, options) => open(place.url(), options)
}
