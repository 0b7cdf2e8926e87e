import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Commitment, Connection, Keypair, LAMPORTS_PER_SOL } from '@solana/web3.js'
import type { RawData } from 'ws'
import { silentLog } from '#server/platform/log.ts'
import { createMetrics } from '#server/platform/metrics.ts'
import { type LocalnetNode, type NodeOptions, startNode } from './node.ts'

/** A running node with a client, for tests. Its slots end only by `passSlots`, unless `ticking` is set. */
export type TestNode = LocalnetNode & {
  url: string
  wsUrl: string
  directory: string
  connect(commitment?: Commitment): Connection
  /** Calls a method as it is; `result` or `error` is what came back. */
  rpc(method: string, ...params: unknown[]): Promise<RpcAnswer>
  /** A new wallet with SOL, confirmed. */
  wallet(sol?: number): Promise<Keypair>
  /** Ends so many slots at once, each on disk before the next. */
  passSlots(count: number): Promise<void>
}

/** What came over the wire; only expectations look into it. */
type Parsed = ReturnType<typeof JSON.parse>
export type RpcAnswer = { result?: Parsed; error?: { code: number; message: string; data?: Parsed }; status: number }

export function temporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'quantdesk-localnet-'))
}

export async function startTestNode(options: Partial<NodeOptions> = {}): Promise<TestNode> {
  const directory = options.directory ?? temporaryDirectory()
  const node = await startNode({
    directory,
    now: Date.now,
    port: 0,
    program: undefined,
    ticking: false,
    log: silentLog,
    metrics: createMetrics({ role: 'localnet' }),
    onFailure(error) {
      throw error
    },
    ...options,
  })
  const url = `http://127.0.0.1:${node.ports.http}`
  const wsUrl = `ws://127.0.0.1:${node.ports.ws}`
  const connect = (commitment: Commitment = 'confirmed') =>
    new Connection(url, { commitment, wsEndpoint: wsUrl, disableRetryOnRateLimit: true })

  return {
    ...node,
    url,
    wsUrl,
    directory,
    connect,
    rpc: (method, ...params) => callRpc(url, method, params),
    async wallet(sol = 100) {
      const wallet = Keypair.generate()
      await callRpc(url, 'requestAirdrop', [wallet.publicKey.toBase58(), sol * LAMPORTS_PER_SOL])
      await node.ledger.durable()
      return wallet
    },
    async passSlots(count) {
      for (let slot = 0; slot < count; slot++) {
        node.ledger.tick()
        await node.ledger.durable()
      }
    },
    async stop() {
      // web3.js leaves requests behind when a transaction is confirmed; they arrive before this one.
      await callRpc(url, 'getHealth', [])
      await node.stop()
      if (options.directory === undefined) rmSync(directory, { recursive: true, force: true })
    },
  }
}

export async function callRpc(url: string, method: string, params: unknown): Promise<RpcAnswer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  })
  return { status: response.status, ...(await response.json()) }
}

/** The text of a WebSocket message. */
export function textOf(data: RawData): string {
  if (!Buffer.isBuffer(data)) throw new TypeError('A message came in pieces.')
  return data.toString('utf8')
}
