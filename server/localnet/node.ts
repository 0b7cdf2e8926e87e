import { existsSync, readFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { AppError } from '#server/platform/errors.ts'
import type { Log } from '#server/platform/log.ts'
import { LATENCY_BUCKETS_S, type Metrics } from '#server/platform/metrics.ts'
import { SLOT_MS } from './chain.ts'
import { createDispatcher } from './dispatch.ts'
import { genesis, type ProgramBuild, upgradeProgram } from './genesis.ts'
import { httpListener } from './http.ts'
import { type Ledger, type LedgerOptions, openLedger } from './ledger.ts'
import { methods } from './methods/index.ts'
import type { RpcPorts } from './ports.ts'
import { serveWebSockets } from './ws.ts'

export type NodeOptions = Pick<LedgerOptions, 'directory' | 'now' | 'history' | 'segmentBytes' | 'onFailure'> & {
  /** 0: any free port; then the WebSocket's is free too and need not be the next. */
  port: number
  /** The exchange program, deployed at genesis and upgraded in place when the build differs. */
  program: ProgramBuild | undefined
  log: Log
  metrics: Metrics
  /** Whether slots pass by themselves, as they do unless a test wants to end each one. */
  ticking?: boolean
}

/** Longer than clients keep a quiet connection: who closes first must not be the server, or requests get lost. */
const KEEP_ALIVE_MS = 120_000

export type LocalnetNode = { ledger: Ledger; ports: RpcPorts; stop: () => Promise<void> }

/** The chain with its RPC and WebSocket servers on loopback. */
export async function startNode(options: NodeOptions): Promise<LocalnetNode> {
  const { port, program, log, metrics, now } = options
  // The ports first: they are the lock that keeps a second node off the same ledger.
  const http = createServer({ keepAliveTimeout: KEEP_ALIVE_MS })
  http.on('request', refuse)
  const pubsub = createServer((_, response) => response.writeHead(426).end())
  const ports: RpcPorts = { http: await listen(http, port), ws: await listen(pubsub, port === 0 ? 0 : port + 1) }

  const ledger = openLedger({ ...options, genesis: () => genesis(now(), program) })
  const upgraded = program === undefined ? undefined : await upgradeProgram(ledger, program)
  if (upgraded !== undefined) log.info({ program: program?.id, ...upgraded }, 'upgraded the program on the local chain')
  // The slot that a stop left open ends now, so that the chain's clock is right from the first request on.
  ledger.tick()
  observe(ledger, metrics)

  const duration = metrics.histogram({
    name: 'quantdesk_localnet_rpc_seconds',
    help: 'Time to answer an RPC method',
    labelNames: ['method'],
    buckets: LATENCY_BUCKETS_S,
  })
  const timed = (method: string, seconds: number): void => duration.observe({ method }, seconds)
  http.off('request', refuse)
  http.on('request', httpListener(createDispatcher(methods, { ledger, ports }, { log, timed })))
  const closeWebSockets = serveWebSockets(pubsub, ledger, log)
  const stopSlots = options.ticking === false ? () => undefined : runSlots(ledger)

  return {
    ledger,
    ports,
    async stop() {
      stopSlots()
      closeWebSockets()
      await Promise.all([close(http), close(pubsub)])
      await ledger.close()
    },
  }
}

/** While the ledger is read. */
const refuse: RequestListener = (_, response) => response.writeHead(503).end('The local chain is starting.\n')

/** @returns undefined while the program has not been built. */
export function readProgram(id: string, path: string): ProgramBuild | undefined {
  return existsSync(path) ? { id, elf: readFileSync(path) } : undefined
}

/** A tick every 400 ms by the machine's clock; slots that a busy moment swallowed are not made up for. */
function runSlots(ledger: Ledger): () => void {
  let dueAt = performance.now() + SLOT_MS
  let timer = setTimeout(tick, SLOT_MS)
  function tick(): void {
    ledger.tick()
    const nowAt = performance.now()
    dueAt = Math.max(dueAt + SLOT_MS, nowAt)
    timer = setTimeout(tick, dueAt - nowAt)
  }
  return () => clearTimeout(timer)
}

function observe(ledger: Ledger, metrics: Metrics): void {
  const slot = metrics.gauge({ name: 'quantdesk_localnet_slot', help: 'Open slot of the local chain' })
  const transactions = metrics.counter({
    name: 'quantdesk_localnet_transactions_total',
    help: 'Transactions that landed',
    labelNames: ['outcome'],
  })
  const confirmation = metrics.histogram({
    name: 'quantdesk_localnet_confirmation_seconds',
    help: 'From execution to the journal on disk',
    buckets: LATENCY_BUCKETS_S,
  })
  const executedAt = new Map<string, number>()
  ledger.listen({
    slot: (open) => slot.set(open),
    transaction({ signature, error }, _, stage) {
      if (stage === 'processed') {
        transactions.inc({ outcome: error === null ? 'succeeded' : 'failed' })
        executedAt.set(signature, performance.now())
        return
      }
      const at = executedAt.get(signature)
      if (at !== undefined) confirmation.observe((performance.now() - at) / 1_000)
      executedAt.delete(signature)
    },
  })
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error)
      const message = `Port ${port} of the local chain is in use. Stop its owner or set LOCALNET_PORT to another port.`
      reject(new AppError('CONFLICT', { message, cause: error }))
    })
    server.listen(port, '127.0.0.1', () => {
      const bound = server.address()
      resolve(typeof bound === 'object' && bound !== null ? bound.port : port)
    })
  })
}

/** Lets requests in hand finish; who takes longer than this is cut off. */
const STOP_GRACE_MS = 2_000
const SWEEP_MS = 20

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS)
    const cut = setTimeout(() => server.closeAllConnections(), STOP_GRACE_MS)
    server.close(() => {
      clearInterval(sweep)
      clearTimeout(cut)
      resolve()
    })
  })
}
