import { Keypair, type PublicKey, SystemProgram, VersionedTransaction } from '@solana/web3.js'
import bs58 from 'bs58'
import { afterAll, describe, expect, it } from 'vitest'
import { cancelOrder } from '#client/instructions/index.ts'
import { systemClock } from '#server/platform/clock.ts'
import { connectChain } from './connection.ts'
import { requireLanded } from './require-landed.ts'
import { createSender, type SignedTransaction } from './sender.ts'
import { startTestChain } from './testing.ts'

const chain = await startTestChain()
afterAll(() => chain.stop())
await chain.launch()
const trader = await chain.trader(1_000_000n)
const { connection } = chain
const NOWHERE = { url: 'http://127.0.0.1:1', wsUrl: 'ws://127.0.0.1:1' }

const transfer = (to: PublicKey, lamports: number) =>
  SystemProgram.transfer({ fromPubkey: trader.keypair.publicKey, toPubkey: to, lamports })
/** The program refuses it: there is no such order. */
const refusedByProgram = () =>
  cancelOrder({
    trader: trader.keypair.publicKey,
    subAccount: trader.subAccount,
    target: { kind: 'orderId', value: 99n },
  })

describe('what becomes of a transaction', () => {
  it('lands', async () => {
    const to = Keypair.generate().publicKey
    const outcome = await trader.sender.send([transfer(to, 2_000_000)])
    expect(outcome).toMatchObject({ kind: 'landed-ok', slot: expect.any(Number) })
    expect(requireLanded(outcome, 'transfer')).toBeGreaterThan(0)
    expect(await connection.getBalance(to)).toBe(2_000_000)
  })

  it('is refused by simulation, in the program’s words, and costs nothing', async () => {
    const before = await connection.getBalance(trader.keypair.publicKey)
    const outcome = await trader.sender.send([refusedByProgram()])
    expect(outcome).toMatchObject({
      kind: 'refused',
      error: { code: 'OrderNotFound', message: expect.stringMatching(/no such order/i) },
    })
    expect(await connection.getBalance(trader.keypair.publicKey)).toBe(before)
    expect(() => requireLanded(outcome, 'cancel')).toThrow(/cancel: There is no such order/)
  })

  it('lands and fails where it is not simulated', async () => {
    const outcome = await trader.sender.send([refusedByProgram()], { preflight: false })
    expect(outcome).toMatchObject({ kind: 'landed-failed', error: { code: 'OrderNotFound' } })
  })

  it('has expired when its block height has passed without it', async () => {
    const signed = await trader.sender.sign([transfer(Keypair.generate().publicKey, 2_000_000)])
    const tooOld = resigned(signed, Keypair.generate().publicKey.toBase58())
    expect(await trader.sender.settle({ ...tooOld, lastValidBlockHeight: 0 })).toMatchObject({ kind: 'expired' })
  })

  it('is unknown while nobody answers', async () => {
    const signed = await trader.sender.sign([transfer(Keypair.generate().publicKey, 2_000_000)])
    const nowhere = connectChain({ endpoints: [NOWHERE], clock: systemClock })
    const stop = new AbortController()
    const settled = createSender({ connection: nowhere.connection, payer: trader.keypair }).settle(signed, {
      signal: stop.signal,
    })
    stop.abort()
    expect(await settled).toMatchObject({ kind: 'unknown' })
    nowhere.close()
    expect(nowhere.health()).toMatchObject({ failures: expect.any(Number), lastOkAt: null })
  })

  it('is settled by another sender from what was remembered, and happens once', async () => {
    const to = Keypair.generate().publicKey
    const remembered: SignedTransaction[] = []
    const sent = await trader.sender.send([transfer(to, 3_000_000)], {
      remember: async (signed) => {
        remembered.push(signed)
      },
    })
    const [signed] = remembered
    if (signed === undefined) throw new Error('nothing was remembered')
    const later = createSender({ connection, payer: trader.keypair })
    expect(await later.settle(signed)).toEqual(sent)
    expect(await later.settle(signed, { preflight: true })).toEqual(sent)
    expect(await connection.getBalance(to)).toBe(3_000_000)
  })
})

it('counts an RPC as down after three calls without an answer', async () => {
  const nowhere = connectChain({ endpoints: [NOWHERE], clock: systemClock })
  expect(nowhere.health().status).toBe('ok')
  for (let call = 0; call < 3; call += 1) {
    await expect(nowhere.connection.getSlot()).rejects.toThrow(/does not answer/)
  }
  expect(nowhere.health()).toMatchObject({ status: 'down', failures: 3 })
})

function resigned({ bytes, lastValidBlockHeight }: SignedTransaction, blockhash: string): SignedTransaction {
  const transaction = VersionedTransaction.deserialize(bytes)
  transaction.message.recentBlockhash = blockhash
  transaction.sign([trader.keypair])
  return {
    signature: bs58.encode(transaction.signatures[0] ?? new Uint8Array()),
    bytes: transaction.serialize(),
    lastValidBlockHeight,
  }
}
