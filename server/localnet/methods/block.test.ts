import { type Keypair, SystemProgram, sendAndConfirmTransaction, Transaction } from '@solana/web3.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestNode, type TestNode } from '../testing.ts'

let node: TestNode
let payer: Keypair
/** A closed, final slot with two transactions. */
let slot: number
let signatures: string[]

beforeAll(async () => {
  node = await startTestNode()
  payer = await node.wallet()
  await node.passSlots(3)
  slot = node.ledger.chain.slot
  signatures = []
  for (const lamports of [1, 2]) {
    const instruction = SystemProgram.transfer({ fromPubkey: payer.publicKey, toPubkey: payer.publicKey, lamports })
    signatures.push(await sendAndConfirmTransaction(node.connect(), new Transaction().add(instruction), [payer]))
  }
  await node.passSlots(40)
})
afterAll(() => node.stop())

it('getSlot by commitment: finalized is 32 behind', async () => {
  const connection = node.connect()
  const open = node.ledger.chain.slot
  expect(await connection.getSlot('processed')).toBe(open)
  expect(await connection.getSlot('confirmed')).toBe(open)
  expect(await connection.getSlot('finalized')).toBe(open - 32)
})

it('getBlockHeight follows the commitment', async () => {
  const { height } = node.ledger.chain
  expect(await node.connect().getBlockHeight('processed')).toBe(height)
  expect(await node.connect().getBlockHeight('finalized')).toBe(height - 32)
})

describe('getBlock', () => {
  it('gives the block with its transactions in order', async () => {
    const block = await node.connect().getBlock(slot, { maxSupportedTransactionVersion: 0 })
    expect(block?.transactions.map(({ transaction }) => transaction.signatures[0])).toEqual(signatures)
    expect(block).toMatchObject({ parentSlot: slot - 1, rewards: [], blockHeight: slot })
    expect(block?.blockTime).toBeGreaterThan(1_700_000_000)
    const child = await node.connect().getBlock(slot + 1, { maxSupportedTransactionVersion: 0 })
    expect(child?.previousBlockhash).toBe(block?.blockhash)
  })

  it('gives signatures only, accounts only, or none', async () => {
    const connection = node.connect()
    const config = { maxSupportedTransactionVersion: 0, rewards: false }
    const bySignature = await connection.getBlockSignatures(slot)
    expect(bySignature.signatures).toEqual(signatures)
    const accounts = await connection.getParsedBlock(slot, { ...config, transactionDetails: 'accounts' })
    expect(accounts.transactions[0]?.transaction.accountKeys[0]).toMatchObject({ signer: true, writable: true })
    const { result } = await node.rpc('getBlock', slot, { ...config, transactionDetails: 'none' })
    expect(Object.keys(result).sort()).toEqual([
      'blockHeight',
      'blockTime',
      'blockhash',
      'parentSlot',
      'previousBlockhash',
    ])
  })

  it('parses', async () => {
    const { result } = await node.rpc('getBlock', slot, { encoding: 'jsonParsed', commitment: 'confirmed' })
    expect(result.transactions[0].transaction.message.instructions[0]).toMatchObject({ program: 'system' })
  })

  it('refuses what is open, not final yet, skipped or gone', async () => {
    const open = node.ledger.chain.slot
    const code = async (number: number, commitment = 'confirmed') =>
      (await node.rpc('getBlock', number, { commitment })).error?.code
    expect(await code(open)).toBe(-32004)
    expect(await code(open + 10)).toBe(-32004)
    expect(await code(open - 2)).toBeUndefined()
    expect(await code(open - 2, 'finalized')).toBe(-32004)
    expect(await code(0)).toBe(-32001)
    expect(await code(slot, 'processed')).toBe(-32602)
    await node.rpc('surfnet_timeTravel', { absoluteSlot: open + 50 })
    expect(await code(open)).toBeUndefined()
    expect(await code(open + 10)).toBe(-32007)
  })
})

it('getBlocks and getBlocksWithLimit list slots that have a block', async () => {
  const connection = node.connect()
  expect(await connection.getBlocks(slot, slot + 2)).toEqual([slot, slot + 1, slot + 2])
  expect((await node.rpc('getBlocksWithLimit', slot, 2, { commitment: 'confirmed' })).result).toEqual([slot, slot + 1])
  expect((await node.rpc('getBlocksWithLimit', slot, 500_001)).error?.code).toBe(-32602)
})

it('getBlockTime gives seconds', async () => {
  const time = await node.connect().getBlockTime(slot)
  expect(Math.abs((time ?? 0) - Date.now() / 1_000)).toBeLessThan(60)
  expect((await node.rpc('getBlockTime', 1e9)).error?.code).toBe(-32004)
})

it('getFirstAvailableBlock and minimumLedgerSlot give the oldest kept', async () => {
  expect(await node.connect().getFirstAvailableBlock()).toBe(1)
  expect(await node.connect().getMinimumLedgerSlot()).toBe(1)
})
