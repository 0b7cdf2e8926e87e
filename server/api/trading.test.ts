import { Keypair, PublicKey, SystemProgram, VersionedTransaction } from '@solana/web3.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeMarket, decodeSubAccount } from '#client/accounts.ts'
import { cancelOrder, updateSubAccount } from '#client/instructions/index.ts'
import { compileTransaction } from '#client/lookup-table.ts'
import { marketAddress } from '#client/pda.ts'
import { requireLanded } from '#server/chain/index.ts'
import { startTestChain, type TestChain, type Trader } from '#server/chain/testing.ts'
import { recordEvents } from '#server/indexer/record-events.ts'
import { tradingHistory } from '#server/indexer/testing.ts'
import { startFeed, startKeeper } from '#server/keeper/testing.ts'
import { memoryBus } from '#server/platform/bus.ts'
import { testDatabase } from '#server/platform/db/testing.ts'
import { pollUntil } from '#server/platform/poll.ts'
import { signedInAs } from '#server/platform/testing-principal.ts'
import { startTestApi } from './testing.ts'
import { openSocket } from './testing-streams.ts'

const USDC = 1_000_000n
const db = await testDatabase()
let chain: TestChain
let api: Awaited<ReturnType<typeof startTestApi>>
let alice: Trader
let stopFeeding: () => Promise<void>

const walletOf = ({ keypair }: Pick<Trader, 'keypair'>) => keypair.publicKey.toBase58()

beforeAll(async () => {
  const history = tradingHistory({ traders: 1, rounds: 1 })
  await recordEvents(db, history.events, { singletons: history.singletons, nowMs: Date.now() })
  chain = await startTestChain()
  const bus = memoryBus()
  const feed = startFeed(bus, { 'SOL-PERP': '150', 'BTC-PERP': '100000', 'ETH-PERP': '2500' })
  const stopKeeper = startKeeper(chain, bus)
  stopFeeding = async () => {
    feed.stop()
    await stopKeeper()
  }
  const isPriced = async () => {
    const account = await chain.connection.getAccountInfo(marketAddress(0))
    return account !== null && decodeMarket(account.data).price.price > 0n
  }
  await pollUntil(isPriced, { timeoutMs: 30_000 })
  alice = await chain.trader(10_000n * USDC)
  api = await startTestApi(db, {
    url: db.url,
    rpcUrl: chain.rpcUrl,
    env: { RPC_WS_URL: chain.rpcWsUrl },
    // A token here is the wallet's address.
    authenticate: async ({ headers }) => {
      const token = headers.get('authorization')?.replace('Bearer ', '')
      return token === undefined ? null : signedInAs({ authority: token, userId: token })
    },
  })
}, 60_000)
afterAll(async () => {
  await api.stop()
  await stopFeeding()
  await chain.stop()
})

type Answer = { status: number; body: Record<string, unknown> & { transaction: string } }

async function post(
  path: string,
  body: object,
  wallet: string | null = walletOf(alice),
  headers = {},
): Promise<Answer> {
  const authorization = wallet === null ? {} : { authorization: `Bearer ${wallet}` }
  const response = await fetch(`${api.url}/api/trading/${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...authorization, ...headers },
  })
  return { status: response.status, body: await response.json() }
}

function signed(base64: string, ...signers: Keypair[]): string {
  const transaction = VersionedTransaction.deserialize(Buffer.from(base64, 'base64'))
  transaction.sign(signers)
  return Buffer.from(transaction.serialize()).toString('base64')
}

async function send(prepared: Answer, signer = alice.keypair): Promise<Answer['body']> {
  expect(prepared).toMatchObject({ status: 200 })
  const { status, body } = await post('submit', { transaction: signed(prepared.body.transaction, signer) })
  expect(status).toBe(200)
  return body
}

async function openOrders() {
  const account = await chain.connection.getAccountInfo(new PublicKey(alice.subAccount))
  return decodeSubAccount(account?.data ?? new Uint8Array()).orders
}

const limit = { market: 'SOL-PERP', side: 'buy', type: 'limit', size: '2', price: '100' }

describe('an order through the API', () => {
  it('is placed, modified and canceled by transactions that the trader signs', async () => {
    const placed = await post('place', { ...limit, clientId: '7', takeProfit: '200', stopLoss: '90' })
    expect(placed.body).toMatchObject({
      signer: walletOf(alice),
      subAccount: alice.subAccount,
      networkFee: '0.000005',
      estimate: { worstPrice: '100', notional: '200' },
    })
    expect(await send(placed)).toMatchObject({ outcome: 'confirmed' })
    const orders = await openOrders()
    expect(orders.map(({ size, clientId, stage }) => [size, clientId, stage])).toEqual([
      [2_000_000_000n, 7n, 'active'],
      [0n, 0n, 'awaitingParent'],
      [0n, 0n, 'awaitingParent'],
    ])
    expect(await send(await post('modify', { orderId: String(orders[0]?.orderId), price: '101' }))).toMatchObject({
      outcome: 'confirmed',
    })
    expect((await openOrders())[0]).toMatchObject({ size: 2_000_000_000n, limitPrice: 101_000_000n })
    expect(await send(await post('cancel', { clientId: '7' }))).toMatchObject({ outcome: 'confirmed' })
    expect(await openOrders()).toEqual([])
  })

  it('takes off all of a market at once', async () => {
    await send(await post('place', { ...limit, clientId: '1' }))
    await send(await post('place', { ...limit, clientId: '2' }))
    expect(await send(await post('cancel-all', { market: 'SOL-PERP' }))).toMatchObject({ outcome: 'confirmed' })
    expect(await openOrders()).toEqual([])
  })

  it('fills at the market, and closes again', async () => {
    const position = async () => {
      const account = await chain.connection.getAccountInfo(new PublicKey(alice.subAccount))
      return decodeSubAccount(account?.data ?? new Uint8Array()).positions[0]?.base ?? 0n
    }
    const buy = await post('place', { market: 'SOL-PERP', side: 'buy', type: 'market', size: '1' })
    expect(buy.body.estimate).toMatchObject({ worstPrice: expect.stringMatching(/^15\d/) })
    await send(buy)
    expect(await pollUntil(async () => (await position()) > 0n, { timeoutMs: 15_000 })).toBe(true)
    await send(await post('close', { market: 'SOL-PERP' }))
    expect(await pollUntil(async () => (await position()) === 0n, { timeoutMs: 15_000 })).toBe(true)
  }, 40_000)

  it('is signed by the delegate of a sub-account where its owner allowed that', async () => {
    const delegate = Keypair.generate()
    await chain.cheats.setAccount(delegate.publicKey, { lamports: 1_000_000_000 })
    const order = { ...limit, signer: delegate.publicKey.toBase58(), clientId: '9' }
    expect(await post('place', order)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
    const expiresAt = BigInt(Math.floor(Date.now() / 1_000) + 3_600)
    const allow = updateSubAccount({
      authority: alice.keypair.publicKey,
      subAccount: alice.subAccount,
      delegate: { key: delegate.publicKey.toBase58(), expiresAt, budget: 1_000n * USDC },
      isolatedMarket: null,
    })
    requireLanded(await alice.sender.send([allow]), 'allow the delegate')
    const placed = await post('place', order)
    expect(placed.body.signer).toBe(delegate.publicKey.toBase58())
    expect(placed.status).toBe(200)
  })
})

describe('an intent is refused', () => {
  it.each([
    ['a size off the step', { size: '0.0000001' }, 400, 'size: must be a multiple of'],
    ['a price off the tick', { price: '100.000001' }, 400, 'price: must be a multiple of'],
    ['a size worth too little', { size: '0.01' }, 400, 'size: is worth less than'],
    ['a limit order without its limit', { price: undefined }, 400, 'price: a limit order needs its limit'],
    ['gtt without an end', { timeInForce: 'gtt' }, 400, 'expiresAt: gtt needs the time'],
    ['a field that does not exist', { reduceonly: true }, 400, 'reduceonly'],
    ['a market that is not listed', { market: 'DOGE-PERP' }, 404, 'there is no market DOGE-PERP'],
    ['an account that is not there', { subAccountId: 9 }, 404, 'no sub-account 9'],
    ['more than the margin allows', { size: '100000' }, 422, ''],
  ])('%s', async (_, change, status, words) => {
    const answer = await post('place', { ...limit, ...change })
    expect([answer.status, answer.body.detail]).toEqual([status, expect.stringContaining(words)])
  })

  it.each(['place', 'modify', 'cancel', 'cancel-all', 'close', 'submit'])('%s of nobody', async (path) => {
    expect(await post(path, {}, null)).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } })
  })
})

describe('a signed transaction is refused', () => {
  const compiled = async (instructions: Parameters<typeof compileTransaction>[0]['instructions'], payer: PublicKey) => {
    const { blockhash } = await chain.connection.getLatestBlockhash()
    const transaction = compileTransaction({ payer, recentBlockhash: blockhash, instructions })
    return Buffer.from(transaction.serialize()).toString('base64')
  }
  const payment = (from: PublicKey) =>
    SystemProgram.transfer({ fromPubkey: from, toPubkey: Keypair.generate().publicKey, lamports: 1 })

  it('that calls another program, alone or beside ours', async () => {
    const { publicKey } = alice.keypair
    const alone = signed(await compiled([payment(publicKey)], publicKey), alice.keypair)
    expect(await post('submit', { transaction: alone })).toMatchObject({ status: 400 })
    const ours = cancelOrder({ trader: publicKey, subAccount: alice.subAccount, target: { kind: 'all' } })
    const beside = signed(await compiled([ours, payment(publicKey)], publicKey), alice.keypair)
    expect(await post('submit', { transaction: beside })).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('may call the exchange alone') },
    })
  })

  it('that is not signed, or not by the one it names', async () => {
    const { body } = await post('place', limit)
    expect(await post('submit', { transaction: body.transaction })).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('the signature is not that of') },
    })
  })

  it("that is somebody else's", async () => {
    const bob = await chain.trader(1_000n * USDC)
    const { body } = await post('place', limit, walletOf(bob))
    const answer = await post('submit', { transaction: signed(body.transaction, bob.keypair) })
    expect(answer).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
  })

  it('that is no transaction', async () => {
    expect(await post('submit', { transaction: 'AAAA' })).toMatchObject({ status: 400 })
  })

  it('by the chain, in words', async () => {
    const first = await post('place', { ...limit, clientId: '33' })
    const second = await post('place', { ...limit, clientId: '33', size: '3' })
    expect(await send(first)).toMatchObject({ outcome: 'confirmed' })
    expect(await send(second)).toMatchObject({ outcome: 'refused', error: { code: 'ClientIdInUse' } })
    await send(await post('cancel', { clientId: '33' }))
  })
})

describe('over WebSocket', () => {
  it('prepares, sends and tells the outcome under the name each message was given', async () => {
    const { say, next } = openSocket(api.url)
    say({ type: 'AUTH', ref: 'in', token: walletOf(alice) })
    expect(await next()).toMatchObject({ type: 'AUTHENTICATED', ref: 'in' })
    say({ type: 'PLACE', ref: 'a', params: { ...limit, clientId: '55' } })
    const prepared = await next()
    expect(prepared).toMatchObject({ type: 'PREPARED', ref: 'a', result: { signer: walletOf(alice) } })
    const transaction = signed(Object(prepared).result.transaction, alice.keypair)
    say({ type: 'SUBMIT', ref: 'b', params: { transaction } })
    expect(await next()).toMatchObject({ type: 'OUTCOME', ref: 'b', result: { outcome: 'confirmed' } })
    say({ type: 'CANCEL', ref: 'c', params: { clientId: '55' } })
    expect(await next()).toMatchObject({ type: 'PREPARED', ref: 'c' })
    say({ type: 'PLACE', ref: 'd', params: { ...limit, size: '0' } })
    expect(await next()).toMatchObject({ type: 'ERROR', ref: 'd', error: { code: 'BAD_INPUT' } })
    await send(await post('cancel-all', {}))
  })

  it('answers nobody', async () => {
    const { say, next } = openSocket(api.url)
    say({ type: 'PLACE', ref: 'a', params: limit })
    expect(await next()).toMatchObject({ type: 'ERROR', ref: 'a', error: { code: 'UNAUTHENTICATED' } })
  })
})

describe('Idempotency-Key', () => {
  it('does a change once, and answers it again', async () => {
    const headers = { 'idempotency-key': crypto.randomUUID() }
    const [first, second] = [
      await post('place', limit, walletOf(alice), headers),
      await post('place', limit, walletOf(alice), headers),
    ]
    expect(second).toEqual(first)
    const other = await post('place', { ...limit, size: '3' }, walletOf(alice), headers)
    expect(other).toMatchObject({ status: 409, body: { code: 'CONFLICT' } })
  })
})
