import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Connection, Keypair, LAMPORTS_PER_SOL, SystemProgram, Transaction } from '@solana/web3.js'

export const name = 'Local chain (a node in its own process, web3.js as client)'

const TRANSFERS = 4_000
const PARALLEL = 32
const CONFIRMATIONS = 300

type Row = { what: string; [column: string]: string | number | boolean }
type Endpoints = { http: string; ws: string }

/** Transfers per second, and the time from sending a transfer to its confirmation: p50 ≤ 50 ms, p99 ≤ 250 ms. */
export async function run(): Promise<Row[]> {
  const directory = mkdtempSync(join(tmpdir(), 'quantdesk-bench-localnet-'))
  const { node, endpoints } = await startNode(directory)
  try {
    const connection = new Connection(endpoints.http, { commitment: 'confirmed', wsEndpoint: endpoints.ws })
    const payer = Keypair.generate()
    const signature = await connection.requestAirdrop(payer.publicKey, 1_000 * LAMPORTS_PER_SOL)
    await connection.confirmTransaction({ signature, ...(await connection.getLatestBlockhash()) })
    const times = await confirmationTimes(connection, payer)
    const [p50, p99] = [percentile(times, 0.5), percentile(times, 0.99)]
    return [
      { what: 'transfers, preflight skipped', 'per second': await throughput(connection, payer, true) },
      { what: 'transfers, with preflight', 'per second': await throughput(connection, payer, false) },
      { what: 'transfer sent → confirmed', p50: `${p50} ms`, p99: `${p99} ms`, met: p50 <= 50 && p99 <= 250 },
    ]
  } finally {
    const ended = once(node, 'exit')
    node.kill('SIGTERM')
    await ended
    rmSync(directory, { recursive: true, force: true })
  }
}

async function throughput(connection: Connection, payer: Keypair, skipPreflight: boolean): Promise<number> {
  const { blockhash } = await connection.getLatestBlockhash()
  const offset = skipPreflight ? 0 : TRANSFERS
  const wires = Array.from({ length: TRANSFERS }, (_, index) => transfer(payer, blockhash, offset + index).serialize())
  const startedAt = performance.now()
  const senders = Array.from({ length: PARALLEL }, async () => {
    for (let wire = wires.pop(); wire !== undefined; wire = wires.pop()) {
      await connection.sendRawTransaction(wire, { skipPreflight })
    }
  })
  await Promise.all(senders)
  return Math.round((TRANSFERS / (performance.now() - startedAt)) * 1_000)
}

/** Milliseconds, sorted. One transfer at a time, told by the WebSocket as a wallet is. */
async function confirmationTimes(connection: Connection, payer: Keypair): Promise<number[]> {
  const times: number[] = []
  for (let index = 0; index < CONFIRMATIONS; index++) {
    const { blockhash } = await connection.getLatestBlockhash()
    const wire = transfer(payer, blockhash, 1_000_000 + index).serialize()
    const startedAt = performance.now()
    const signature = await connection.sendRawTransaction(wire)
    await new Promise((resolve) => connection.onSignature(signature, resolve, 'confirmed'))
    times.push(performance.now() - startedAt)
  }
  return times.sort((a, b) => a - b)
}

function transfer(payer: Keypair, recentBlockhash: string, lamports: number): Transaction {
  const transaction = new Transaction({ feePayer: payer.publicKey, recentBlockhash }).add(
    SystemProgram.transfer({ fromPubkey: payer.publicKey, toPubkey: payer.publicKey, lamports }),
  )
  transaction.sign(payer)
  return transaction
}

function percentile(sorted: readonly number[], share: number): number {
  return Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1))
}

async function startNode(directory: string): Promise<{ node: ChildProcess; endpoints: Endpoints }> {
  const code = `
    import { startNode } from '#server/localnet/node.ts'
    import { silentLog } from '#server/platform/log.ts'
    import { createMetrics } from '#server/platform/metrics.ts'
    const { ports } = await startNode({
      directory: ${JSON.stringify(directory)}, now: Date.now, port: 0, program: undefined, log: silentLog,
      metrics: createMetrics({ role: 'localnet' }), onFailure(error) { throw error },
    })
    console.log(JSON.stringify(ports))
  `
  const node = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface({ input: node.stdout })) {
    const { http, ws } = JSON.parse(line)
    return { node, endpoints: { http: `http://127.0.0.1:${http}`, ws: `ws://127.0.0.1:${ws}` } }
  }
  throw new Error('The local chain ended before it was up.')
}
