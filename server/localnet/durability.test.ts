import { type ChildProcess, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { Keypair, type PublicKey, SystemProgram, Transaction } from '@solana/web3.js'
import { afterAll, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { encodeBase58 } from './base58.ts'
import { FAUCET } from './genesis.ts'
import { callRpc, temporaryDirectory, textOf } from './testing.ts'

const directory = temporaryDirectory()
let child: ChildProcess | undefined
afterAll(() => {
  child?.kill('SIGKILL')
  rmSync(directory, { recursive: true, force: true })
})

/** A node in a process of its own; small segments, so that kills meet snapshots too, or one that outgrows its file. */
const nodeOf = (segmentBytes: number) => `
  import { startNode } from '#server/localnet/node.ts'
  import { silentLog } from '#server/platform/log.ts'
  import { createMetrics } from '#server/platform/metrics.ts'
  const node = await startNode({
    directory: ${JSON.stringify(directory)}, now: Date.now, port: 0, program: undefined, segmentBytes: ${segmentBytes},
    log: silentLog, metrics: createMetrics({ role: 'localnet' }), onFailure(error) { throw error },
  })
  console.log(JSON.stringify(node.ports))
`

/** `fileBytes`: what the system lets it write into one file; more fails as a full disk does. */
async function startChild(fileBytes?: number): Promise<{ url: string; wsUrl: string }> {
  const node = nodeOf(fileBytes === undefined ? 20_000 : 10 * fileBytes)
  const limit = fileBytes === undefined ? '' : `ulimit -f ${fileBytes / 512}; `
  const args = ['-c', `${limit}exec "$0" "$@"`, process.execPath, '--input-type=module', '--eval', node]
  // Its last words on a full disk are expected.
  const started = spawn('sh', args, { stdio: ['ignore', 'pipe', fileBytes === undefined ? 'inherit' : 'ignore'] })
  child = started
  for await (const line of createInterface({ input: started.stdout })) {
    const { http, ws } = JSON.parse(line)
    return { url: `http://127.0.0.1:${http}`, wsUrl: `ws://127.0.0.1:${ws}` }
  }
  throw new Error('The node ended before it was up.')
}

async function kill(): Promise<void> {
  const ended = new Promise((resolve) => child?.once('exit', resolve))
  child?.kill('SIGKILL')
  await ended
}

type Sent = { to: PublicKey; lamports: number }

it('kill -9 and a full disk lose no confirmed transaction and leave no half of one', { timeout: 60_000 }, async () => {
  const sent = new Map<string, Sent>()
  const confirmed = new Set<string>()
  /** Highest value whose write was acknowledged, and the highest that was asked for. */
  const written = { acknowledged: 0, asked: 0 }
  const account = Keypair.generate().publicKey.toBase58()

  for (const fileBytes of [undefined, undefined, 204_800, undefined, 204_800, undefined]) {
    const { url, wsUrl } = await startChild(fileBytes)
    const rpc = async (method: string, ...params: unknown[]) => (await callRpc(url, method, params)).result
    await check(rpc)
    // Killed after so many confirmations of this round: at a random moment of the load, not of the start.
    const target = confirmed.size + 20 + Math.floor(Math.random() * 100)
    const enough = Promise.withResolvers<void>()
    const socket = await listenForConfirmations(wsUrl, (signature) => {
      confirmed.add(signature)
      if (confirmed.size >= target) enough.resolve()
    })
    const ended = new Promise((resolve) => child?.once('exit', resolve))
    const load = Promise.allSettled([send(rpc), send(rpc), write(rpc)])
    // Rather than forget, a chain that cannot keep its journal ends by itself.
    if (fileBytes === undefined) {
      await enough.promise
      await kill()
    } else await ended
    await load
    socket.terminate()
  }
  const { url } = await startChild()
  await check(async (method, ...params) => (await callRpc(url, method, params)).result)
  expect(confirmed.size).toBeGreaterThanOrEqual(80)

  type Rpc = (method: string, ...params: unknown[]) => Promise<Awaited<ReturnType<typeof callRpc>>['result']>

  /** Sends until the node dies. */
  async function send(rpc: Rpc): Promise<void> {
    for (;;) {
      const { blockhash } = (await rpc('getLatestBlockhash', { commitment: 'processed' })).value
      for (let count = 0; count < 10; count++) {
        const to = Keypair.generate().publicKey
        const lamports = 1_000_000 + sent.size
        const transaction = new Transaction({ feePayer: FAUCET.publicKey, recentBlockhash: blockhash })
        transaction.add(SystemProgram.transfer({ fromPubkey: FAUCET.publicKey, toPubkey: to, lamports })).sign(FAUCET)
        sent.set(encodeBase58(transaction.signature ?? Buffer.alloc(0)), { to, lamports })
        await rpc('sendTransaction', transaction.serialize().toString('base64'), { encoding: 'base64' })
      }
    }
  }

  async function write(rpc: Rpc): Promise<void> {
    for (;;) {
      written.asked += 1
      await rpc('surfnet_setAccount', account, { lamports: written.asked })
      written.acknowledged = written.asked
    }
  }

  async function check(rpc: Rpc): Promise<void> {
    const signatures = [...sent.keys()]
    const landed = new Set<string>()
    for (let at = 0; at < signatures.length; at += 100) {
      const page = signatures.slice(at, at + 100)
      const statuses = (await rpc('getSignatureStatuses', page, { searchTransactionHistory: true })).value
      const keys = page.map((signature) => sent.get(signature)?.to.toBase58())
      const accounts = (await rpc('getMultipleAccounts', keys, { commitment: 'processed' })).value
      for (const [index, signature] of page.entries()) {
        // The transfer and its record stand or fall together.
        const expected = statuses[index] === null ? undefined : sent.get(signature)?.lamports
        expect(accounts[index]?.lamports).toBe(expected)
        if (statuses[index] !== null) landed.add(signature)
      }
    }
    expect([...confirmed].filter((signature) => !landed.has(signature))).toEqual([])
    const some = [...confirmed].at(-1)
    if (some !== undefined) {
      expect(await rpc('getTransaction', some, { encoding: 'base64', commitment: 'confirmed' })).not.toBeNull()
    }
    const value = (await rpc('getBalance', account, { commitment: 'processed' })).value
    expect(value).toBeGreaterThanOrEqual(written.acknowledged)
    expect(value).toBeLessThanOrEqual(written.asked)
  }
})

async function listenForConfirmations(url: string, confirmed: (signature: string) => void): Promise<WebSocket> {
  const socket = new WebSocket(url)
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  socket.on('error', () => undefined)
  const params = ['all', { commitment: 'confirmed' }]
  socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'logsSubscribe', params }))
  await new Promise((resolve) => socket.once('message', resolve))
  socket.on('message', (data) => confirmed(JSON.parse(textOf(data)).params.result.value.signature))
  return socket
}
