import {
  type Connection,
  Keypair,
  type Logs,
  SystemProgram,
  sendAndConfirmTransaction,
  Transaction,
} from '@solana/web3.js'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { encodeBase58 } from './base58.ts'
import { startTestNode, type TestNode, textOf } from './testing.ts'

let node: TestNode
let payer: Keypair
let connection: Connection
beforeAll(async () => {
  node = await startTestNode()
  payer = await node.wallet(1_000)
})
afterAll(() => node.stop())

/** Patient, because a busy machine may let a notification wait. */
const waitFor = (expectation: () => void) => vi.waitFor(expectation, { timeout: 10_000 })

/** web3.js tells nobody when the node knows a subscription; this waits until it does. */
let listeners = 0
const subscribed = () => waitFor(() => expect(node.ledger.listeners).toBeGreaterThan(listeners))
beforeEach(() => {
  listeners = node.ledger.listeners
  connection = node.connect()
})
afterEach(() => waitFor(() => expect(node.ledger.listeners).toBe(listeners)))

const transfer = (lamports: number, toPubkey = payer.publicKey) =>
  new Transaction().add(SystemProgram.transfer({ fromPubkey: payer.publicKey, toPubkey, lamports }))
const send = (transaction: Transaction) => sendAndConfirmTransaction(node.connect(), transaction, [payer])

describe('accountSubscribe', () => {
  it('tells each change at its commitment', async () => {
    const { publicKey } = Keypair.generate()
    const seen: string[] = []
    const ids = (['processed', 'confirmed', 'finalized'] as const).map((commitment) =>
      connection.onAccountChange(publicKey, ({ lamports }) => seen.push(`${commitment} ${lamports}`), { commitment }),
    )
    await waitFor(() => expect(node.ledger.listeners).toBe(listeners + 3))
    await send(transfer(1_000_000, publicKey))
    await waitFor(() => expect(seen).toEqual(['processed 1000000', 'confirmed 1000000']))
    await send(transfer(500_000, publicKey))
    await node.passSlots(34)
    await waitFor(() => expect(seen.slice(2)).toEqual(['processed 1500000', 'confirmed 1500000', 'finalized 1500000']))
    await Promise.all(ids.map((id) => connection.removeAccountChangeListener(id)))
  })

  it('says so where base58 would be too long, and goes on', async () => {
    const { publicKey } = Keypair.generate()
    const socket = new WebSocket(node.wsUrl)
    const seen: unknown[] = []
    await new Promise((resolve) => socket.once('open', resolve))
    socket.on('message', (data) => seen.push(JSON.parse(textOf(data)).params?.result.value.data))
    const params = [publicKey.toBase58(), { commitment: 'confirmed' }]
    socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'accountSubscribe', params }))
    await subscribed()
    for (const data of ['00'.repeat(129), '']) {
      await node.rpc('surfnet_setAccount', publicKey.toBase58(), { lamports: 9, data })
    }
    await waitFor(() => expect(seen.slice(1)).toEqual(['error: data too large for bs58 encoding', '']))
    socket.close()
  })

  it('tells that an account is gone', async () => {
    const { publicKey } = Keypair.generate()
    await node.rpc('surfnet_setAccount', publicKey.toBase58(), { lamports: 5, data: '01' })
    const seen: [number, number][] = []
    const id = connection.onAccountChange(publicKey, ({ lamports, data }) => seen.push([lamports, data.length]))
    await subscribed()
    await node.rpc('surfnet_resetAccount', publicKey.toBase58())
    await waitFor(() => expect(seen).toEqual([[0, 0]]))
    await connection.removeAccountChangeListener(id)
  })
})

describe('programSubscribe', () => {
  it('tells accounts of the program that pass the filters', async () => {
    const owner = Keypair.generate().publicKey
    const seen: string[] = []
    const id = connection.onProgramAccountChange(
      owner,
      ({ accountInfo }) => seen.push(accountInfo.data.toString('hex')),
      {
        commitment: 'confirmed',
        filters: [{ dataSize: 2 }],
      },
    )
    await subscribed()
    for (const data of ['0102', '03', '0405']) {
      await node.rpc('surfnet_setAccount', Keypair.generate().publicKey.toBase58(), { data, owner: owner.toBase58() })
    }
    await waitFor(() => expect(seen).toEqual(['0102', '0405']))
    await connection.removeProgramAccountChangeListener(id)
  })
})

describe('logsSubscribe', () => {
  it('tells logs of all, or of those that mention an account', async () => {
    const other = Keypair.generate().publicKey
    const [all, mentioning]: [Logs[], Logs[]] = [[], []]
    const ids = [
      connection.onLogs('all', (logs) => all.push(logs)),
      connection.onLogs(other, (logs) => mentioning.push(logs)),
    ]
    await waitFor(() => expect(node.ledger.listeners).toBe(listeners + 2))
    const first = await send(transfer(41))
    const second = await send(transfer(2_000_000, other))
    await waitFor(() => expect(all.map(({ signature }) => signature)).toEqual([first, second]))
    await waitFor(() => expect(mentioning.map(({ signature }) => signature)).toEqual([second]))
    expect(mentioning[0]?.logs).toContain('Program 11111111111111111111111111111111 success')
    await Promise.all(ids.map((id) => connection.removeOnLogsListener(id)))
  })
})

describe('signatureSubscribe', () => {
  it('answers at once for a transaction that has landed, with its error', async () => {
    const signature = await connection.sendTransaction(transfer(1e15), [payer], { skipPreflight: true })
    const result = await new Promise((resolve) => connection.onSignature(signature, resolve, 'confirmed'))
    expect(result).toEqual({ err: { InstructionError: [0, { Custom: 1 }] } })
  })

  it('finalized comes when the slot is', async () => {
    const signature = await send(transfer(61))
    const seen = vi.fn()
    connection.onSignature(signature, seen, 'finalized')
    await subscribed()
    await node.passSlots(30)
    expect(seen).not.toHaveBeenCalled()
    await node.passSlots(4)
    await waitFor(() => expect(seen).toHaveBeenCalledOnce())
  })
})

it('slotSubscribe and rootSubscribe follow the chain', async () => {
  const slots: number[] = []
  const roots: number[] = []
  const ids = [
    connection.onSlotChange(({ slot, parent }) => slots.push(slot, parent)),
    connection.onRootChange((root) => roots.push(root)),
  ]
  await waitFor(() => expect(node.ledger.listeners).toBe(listeners + 2))
  const { slot } = node.ledger.chain
  await node.passSlots(2)
  await waitFor(() => expect(slots).toEqual([slot + 1, slot, slot + 2, slot + 1]))
  await waitFor(() => expect(roots).toEqual([slot - 31, slot - 30]))
  await connection.removeSlotChangeListener(ids[0] ?? 0)
  await connection.removeRootChangeListener(ids[1] ?? 0)
})

describe('the socket itself', () => {
  const answers: unknown[] = []
  let socket: WebSocket
  beforeAll(async () => {
    socket = new WebSocket(node.wsUrl)
    socket.on('message', (data) => answers.push(JSON.parse(textOf(data))))
    await new Promise((resolve) => socket.once('open', resolve))
  })
  afterAll(() => socket.close())

  async function ask(message: string): Promise<unknown> {
    const count = answers.length
    socket.send(message)
    await waitFor(() => expect(answers.length).toBeGreaterThan(count))
    return answers.at(-1)
  }
  const call = (method: string, params: unknown[]) => ask(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }))

  it.each([
    ['an unknown method', 'blockSubscribe', ['all'], -32601],
    ['a bad key', 'accountSubscribe', ['nobody'], -32602],
    ['a missing parameter', 'logsSubscribe', [], -32602],
    ['an unknown subscription', 'accountUnsubscribe', [12_345], -32602],
  ])('refuses %s', async (_, method, params, code) => {
    expect(await call(method, params)).toMatchObject({ error: { code }, id: 1 })
  })

  it('tells received, then the status, then nothing (web3.js stops listening at the first)', async () => {
    const transaction = transfer(51)
    transaction.feePayer = payer.publicKey
    transaction.recentBlockhash = (await connection.getLatestBlockhash()).blockhash
    transaction.sign(payer)
    const options = { commitment: 'confirmed', enableReceivedNotification: true }
    const signature = encodeBase58(transaction.signature ?? Buffer.alloc(0))
    expect(await call('signatureSubscribe', [signature, options])).toMatchObject({ result: expect.any(Number) })
    const from = answers.length
    await connection.sendRawTransaction(transaction.serialize())
    await waitFor(() => expect(answers.length).toBe(from + 2))
    expect(answers.slice(from)).toMatchObject([
      { method: 'signatureNotification', params: { result: { value: 'receivedSignature' } } },
      { method: 'signatureNotification', params: { result: { value: { err: null } } } },
    ])
  })

  it('refuses what is no JSON or no call', async () => {
    expect(await ask('{')).toMatchObject({ error: { code: -32700 }, id: null })
    expect(await ask('[]')).toMatchObject({ error: { code: -32600 }, id: null })
  })

  it('lets a page of the internet not in', async () => {
    const foreign = new WebSocket(node.wsUrl, { origin: 'https://example.com' })
    const status = await new Promise((resolve) => {
      foreign.once('unexpected-response', (_, response) => resolve(response.statusCode))
      foreign.once('error', () => undefined)
    })
    expect(status).toBe(401)
  })
})
