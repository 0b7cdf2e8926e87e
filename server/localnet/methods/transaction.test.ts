import {
  AddressLookupTableProgram,
  ComputeBudgetProgram,
  Keypair,
  NONCE_ACCOUNT_LENGTH,
  NonceAccount,
  PublicKey,
  SendTransactionError,
  SystemProgram,
  sendAndConfirmTransaction,
  Transaction,
  TransactionInstruction,
  TransactionMessage,
  VersionedTransaction,
} from '@solana/web3.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestNode, type TestNode } from '../testing.ts'

let node: TestNode
let payer: Keypair
beforeAll(async () => {
  node = await startTestNode()
  payer = await node.wallet(1_000)
})
afterAll(() => node.stop())

const MEMO = new PublicKey('MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr')
const memo = (text: string) => new TransactionInstruction({ programId: MEMO, keys: [], data: Buffer.from(text) })

function transfer(lamports: number, to = payer.publicKey) {
  return SystemProgram.transfer({ fromPubkey: payer.publicKey, toPubkey: to, lamports })
}

/** Signed, with the newest blockhash unless told. */
async function signed(instructions: TransactionInstruction[], blockhash?: string): Promise<Transaction> {
  const recentBlockhash = blockhash ?? (await node.connect().getLatestBlockhash()).blockhash
  const transaction = new Transaction({ feePayer: payer.publicKey, recentBlockhash })
  transaction.add(...instructions).sign(payer)
  return transaction
}

const base64 = (transaction: Transaction | VersionedTransaction) =>
  Buffer.from(transaction.serialize()).toString('base64')

const send = async (transaction: Transaction, config: object = {}) =>
  node.rpc('sendTransaction', base64(transaction), { encoding: 'base64', ...config })

describe('sendTransaction', () => {
  it('lands, is confirmed, and charges 5000 lamports a signature', async () => {
    const connection = node.connect()
    const before = await connection.getBalance(payer.publicKey)
    const to = Keypair.generate().publicKey
    await sendAndConfirmTransaction(connection, new Transaction().add(transfer(1_000_000, to)), [payer])
    expect(await connection.getBalance(to)).toBe(1_000_000)
    expect(await connection.getBalance(payer.publicKey)).toBe(before - 1_000_000 - 5_000)
  })

  it('takes base58 as well', async () => {
    const transaction = await signed([transfer(11)])
    const { default: bs58 } = await import('bs58')
    const { result } = await node.rpc('sendTransaction', bs58.encode(transaction.serialize()))
    expect(result).toBe(bs58.encode(transaction.signature ?? Buffer.alloc(0)))
  })

  it('refuses a failing transaction in preflight: −32002, exact error, logs, no fee', async () => {
    const before = await node.connect().getBalance(payer.publicKey)
    const { error } = await send(await signed([transfer(1), transfer(1e15)]))
    expect(error).toMatchObject({
      code: -32002,
      message: 'Transaction simulation failed: Error processing Instruction 1: custom program error: 0x1',
      data: { err: { InstructionError: [1, { Custom: 1 }] }, accounts: null, unitsConsumed: 300 },
    })
    expect(error?.data.logs).toContain('Program 11111111111111111111111111111111 failed: custom program error: 0x1')
    expect(await node.connect().getBalance(payer.publicKey)).toBe(before)
  })

  it('web3.js reads that as SendTransactionError with logs', async () => {
    const sending = node.connect().sendTransaction(await signed([transfer(1e15)]), [payer])
    await expect(sending).rejects.toBeInstanceOf(SendTransactionError)
  })

  it('lands a failing transaction without preflight, with its fee and error', async () => {
    const connection = node.connect()
    const before = await connection.getBalance(payer.publicKey)
    const { result: signature } = await send(await signed([transfer(2e15)]), { skipPreflight: true })
    const { value } = await connection.confirmTransaction({ signature, ...(await connection.getLatestBlockhash()) })
    expect(value.err).toEqual({ InstructionError: [0, { Custom: 1 }] })
    expect(await connection.getBalance(payer.publicKey)).toBe(before - 5_000)
  })

  it('a landed transaction again: AlreadyProcessed in preflight, the same signature without, once on chain', async () => {
    const to = Keypair.generate().publicKey
    const transaction = await signed([transfer(5_000_000, to)])
    const { result: signature } = await send(transaction)
    expect((await send(transaction)).error).toMatchObject({
      code: -32002,
      message: 'Transaction simulation failed: This transaction has already been processed',
      data: { err: 'AlreadyProcessed' },
    })
    expect((await send(transaction, { skipPreflight: true })).result).toBe(signature)
    expect(await node.connect().getBalance(to)).toBe(5_000_000)
  })

  it('refuses an unknown blockhash, and one older than 150 blocks', async () => {
    const unknown = await send(await signed([transfer(1)], Keypair.generate().publicKey.toBase58()))
    expect(unknown.error).toMatchObject({
      code: -32002,
      message: 'Transaction simulation failed: Blockhash not found',
      data: { err: 'BlockhashNotFound' },
    })
    const { blockhash, lastValidBlockHeight } = await node.connect().getLatestBlockhash()
    await node.passSlots(lastValidBlockHeight - node.ledger.chain.height)
    expect((await send(await signed([transfer(21)], blockhash))).error).toBeUndefined()
    await node.passSlots(1)
    expect((await send(await signed([transfer(22)], blockhash))).error?.data.err).toBe('BlockhashNotFound')
  })

  it('answers −32003 to a wrong signature', async () => {
    const bytes = (await signed([transfer(1)])).serialize()
    bytes.writeUInt8(bytes.readUInt8(10) ^ 1, 10)
    const { error } = await node.rpc('sendTransaction', bytes.toString('base64'), { encoding: 'base64' })
    expect(error).toMatchObject({ code: -32003, message: 'Transaction signature verification failure' })
  })

  it('names a program that does not exist', async () => {
    const programId = Keypair.generate().publicKey
    const { error } = await send(await signed([new TransactionInstruction({ programId, keys: [] })]))
    expect(error?.data.err).toBe('ProgramAccountNotFound')
  })

  it('refuses a payer without funds', async () => {
    const poor = Keypair.generate()
    const { blockhash } = await node.connect().getLatestBlockhash()
    const transaction = new Transaction({ feePayer: poor.publicKey, recentBlockhash: blockhash }).add(memo('x'))
    transaction.sign(poor)
    expect((await send(transaction)).error?.data.err).toBe('AccountNotFound')
  })

  it.each([
    ['!!!!', 'base64', 'invalid base64 encoding'],
    ['AAAA', 'base64', 'failed to deserialize solana_transaction::versioned::VersionedTransaction'],
    ['A'.repeat(1_648), 'base64', 'too large: 1648 bytes (max: encoded/raw 1644/1232)'],
    ['0', 'base58', 'invalid base58 encoding'],
  ])('refuses %j: −32602', async (text, encoding, message) => {
    const { error } = await node.rpc('sendTransaction', text, { encoding })
    expect(error).toMatchObject({ code: -32602, message: expect.stringContaining(message) })
  })

  it('answers −32016 below minContextSlot', async () => {
    const { error } = await send(await signed([transfer(31)]), { minContextSlot: 1e9 })
    expect(error?.code).toBe(-32016)
  })

  it('runs the same transfer for many senders at once', async () => {
    const connection = node.connect()
    const to = Keypair.generate().publicKey
    const { blockhash } = await connection.getLatestBlockhash()
    const sent = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => send(await signed([transfer(1_000_000 + index, to)], blockhash))),
    )
    expect(sent.every(({ error }) => error === undefined)).toBe(true)
    expect(await connection.getBalance(to)).toBe(50_000_000 + (49 * 50) / 2)
  })
})

describe('simulateTransaction', () => {
  const simulate = async (transaction: Transaction | VersionedTransaction, config: object = {}) =>
    node.rpc('simulateTransaction', base64(transaction), { encoding: 'base64', commitment: 'processed', ...config })

  it('gives units, logs and accounts afterwards, and changes nothing', async () => {
    const to = Keypair.generate().publicKey
    const transaction = await signed([transfer(3_000_000, to)])
    const { result } = await simulate(transaction, { accounts: { addresses: [to.toBase58()], encoding: 'base64' } })
    expect(result.value).toMatchObject({
      err: null,
      unitsConsumed: 150,
      accounts: [{ lamports: 3_000_000, data: ['', 'base64'] }],
      innerInstructions: null,
    })
    expect(result.value.logs).toHaveLength(2)
    expect(await node.connect().getBalance(to)).toBe(0)
  })

  it('tells the error in the value', async () => {
    const { result } = await simulate(await signed([transfer(1e15)]))
    expect(result.value.err).toEqual({ InstructionError: [0, { Custom: 1 }] })
  })

  it('replaces the blockhash when asked, and tells which it took', async () => {
    const transaction = await signed([transfer(1)], Keypair.generate().publicKey.toBase58())
    expect((await simulate(transaction)).result.value.err).toBe('BlockhashNotFound')
    const { value } = (await simulate(transaction, { replaceRecentBlockhash: true })).result
    expect(value).toMatchObject({ err: null, replacementBlockhash: { blockhash: expect.any(String) } })
    expect(value.replacementBlockhash.lastValidBlockHeight).toBe(node.ledger.chain.height + 150)
  })

  it('checks signatures only when asked', async () => {
    const transaction = new Transaction({
      feePayer: payer.publicKey,
      recentBlockhash: (await node.connect().getLatestBlockhash()).blockhash,
    }).add(transfer(1))
    const bytes = transaction.serialize({ requireAllSignatures: false, verifySignatures: false })
    const call = (config: object) =>
      node.rpc('simulateTransaction', bytes.toString('base64'), { encoding: 'base64', ...config })
    expect((await call({})).result.value.err).toBeNull()
    expect((await call({ sigVerify: true })).error?.code).toBe(-32003)
    expect((await call({ sigVerify: true, replaceRecentBlockhash: true })).error).toMatchObject({
      code: -32602,
      message: 'sigVerify may not be used with replaceRecentBlockhash',
    })
  })

  it('works through web3.js for a versioned transaction', async () => {
    const { blockhash } = await node.connect().getLatestBlockhash()
    const message = new TransactionMessage({
      payerKey: payer.publicKey,
      recentBlockhash: blockhash,
      instructions: [memo('hello')],
    }).compileToV0Message()
    const { value } = await node.connect().simulateTransaction(new VersionedTransaction(message))
    expect(value.err).toBeNull()
    expect(value.logs?.join()).toContain('hello')
  })
})

describe('fees', () => {
  it('getFeeForMessage gives what is charged, compute price included', async () => {
    const connection = node.connect()
    const priced = [ComputeBudgetProgram.setComputeUnitPrice({ microLamports: 2_000_001 })]
    const limited = [...priced, ComputeBudgetProgram.setComputeUnitLimit({ units: 50_001 })]
    for (const budget of [[], priced, limited]) {
      const transaction = await signed([...budget, transfer(1)])
      const { value } = await connection.getFeeForMessage(transaction.compileMessage())
      const before = await connection.getBalance(payer.publicKey)
      await connection.confirmTransaction({
        signature: await connection.sendRawTransaction(transaction.serialize()),
        ...(await connection.getLatestBlockhash()),
      })
      expect(before - (await connection.getBalance(payer.publicKey))).toBe(value)
    }
  })

  it('getFeeForMessage gives null for an unknown blockhash', async () => {
    const transaction = await signed([transfer(1)], Keypair.generate().publicKey.toBase58())
    expect((await node.connect().getFeeForMessage(transaction.compileMessage())).value).toBeNull()
  })

  it('getRecentPrioritizationFees are 0: nobody waits for a place', async () => {
    const fees = await node.connect().getRecentPrioritizationFees()
    expect(fees.length).toBeGreaterThan(0)
    expect(fees.every(({ prioritizationFee }) => prioritizationFee === 0)).toBe(true)
  })
})

describe('blockhashes', () => {
  it('getLatestBlockhash ends 150 blocks ahead, isBlockhashValid agrees', async () => {
    const connection = node.connect('processed')
    const { blockhash, lastValidBlockHeight } = await connection.getLatestBlockhash()
    expect(lastValidBlockHeight).toBe(node.ledger.chain.height + 150)
    expect((await connection.isBlockhashValid(blockhash)).value).toBe(true)
    const unknown = Keypair.generate().publicKey.toBase58()
    expect((await connection.isBlockhashValid(unknown)).value).toBe(false)
    await node.passSlots(151)
    expect((await connection.isBlockhashValid(blockhash)).value).toBe(false)
  })

  it('a finalized blockhash is older', async () => {
    await node.passSlots(1)
    const finalized = await node.connect('finalized').getLatestBlockhash()
    expect(finalized.lastValidBlockHeight).toBe(node.ledger.chain.height + 150 - 32)
  })
})

describe('reading transactions', () => {
  const sender = Keypair.generate()
  const signatures: string[] = []
  beforeAll(async () => {
    const connection = node.connect()
    await sendAndConfirmTransaction(connection, new Transaction().add(transfer(1e9, sender.publicKey)), [payer])
    for (const text of ['one', 'two', 'three', 'four']) {
      const transaction = new Transaction().add(
        memo(text),
        SystemProgram.transfer({ fromPubkey: sender.publicKey, toPubkey: sender.publicKey, lamports: 1 }),
      )
      signatures.unshift(await sendAndConfirmTransaction(connection, transaction, [sender]))
      await node.passSlots(1)
    }
  })

  it('getSignaturesForAddress: newest first, paged by before, until and limit', async () => {
    const connection = node.connect()
    const page = async (options: object) =>
      (await connection.getSignaturesForAddress(sender.publicKey, options)).map(({ signature }) => signature)
    const all = await page({})
    expect(all.slice(0, 4)).toEqual(signatures)
    expect(all).toHaveLength(5)
    expect(await page({ limit: 2 })).toEqual(signatures.slice(0, 2))
    expect(await page({ before: signatures[1], limit: 2 })).toEqual(signatures.slice(2, 4))
    expect(await page({ until: signatures[2] })).toEqual(signatures.slice(0, 2))
    expect(await page({ before: signatures[0], until: signatures[3] })).toEqual(signatures.slice(1, 3))
  })

  it('getSignaturesForAddress tells slot, time, memo and status', async () => {
    const [newest] = await node.connect().getSignaturesForAddress(sender.publicKey, { limit: 1 })
    expect(newest).toMatchObject({ err: null, memo: '[4] four', confirmationStatus: 'confirmed' })
    expect(newest?.blockTime).toBeGreaterThan(1_700_000_000)
  })

  it('getSignaturesForAddress refuses bad limits and processed', async () => {
    const key = sender.publicKey.toBase58()
    expect((await node.rpc('getSignaturesForAddress', key, { limit: 1_001 })).error?.message).toBe(
      'Invalid limit; max 1000',
    )
    expect((await node.rpc('getSignaturesForAddress', key, { commitment: 'processed' })).error).toMatchObject({
      code: -32602,
      message: 'Method does not support commitment below `confirmed`',
    })
  })

  it('getTransaction gives balances, fee, logs, units; null when unknown', async () => {
    const connection = node.connect()
    const found = await connection.getTransaction(signatures[0] ?? '', { maxSupportedTransactionVersion: 0 })
    expect(found).toMatchObject({ version: 'legacy', meta: { err: null, fee: 5_000 } })
    expect(found?.meta?.computeUnitsConsumed).toBeGreaterThan(150)
    const [pre = 0] = found?.meta?.preBalances ?? []
    expect(found?.meta?.postBalances[0]).toBe(pre - 5_000)
    expect(found?.transaction.signatures).toEqual([signatures[0]])
    const unknown = await connection.getTransaction('1'.repeat(64), { maxSupportedTransactionVersion: 0 })
    expect(unknown).toBeNull()
  })

  it('getTransaction in base64 is what was sent', async () => {
    const transaction = await signed([transfer(77)])
    const { result: signature } = await send(transaction)
    const { result } = await node.rpc('getTransaction', signature, { encoding: 'base64', commitment: 'confirmed' })
    expect(result.transaction).toEqual([base64(transaction), 'base64'])
  })

  it('getParsedTransaction reads transfers and memos', async () => {
    const found = await node.connect().getParsedTransaction(signatures[0] ?? '', { maxSupportedTransactionVersion: 0 })
    expect(found?.transaction.message.instructions).toMatchObject([
      { program: 'spl-memo', parsed: 'four' },
      { program: 'system', parsed: { type: 'transfer', info: { lamports: 1, source: sender.publicKey.toBase58() } } },
    ])
    expect(found?.transaction.message.accountKeys[0]).toMatchObject({ signer: true, writable: true })
  })

  it('getSignatureStatuses counts confirmations and ends at finalized', async () => {
    const connection = node.connect()
    const { result: signature } = await send(await signed([transfer(99)]))
    const slot = node.ledger.chain.slot
    await node.ledger.durable()
    const status = async () => (await connection.getSignatureStatuses([signature, '1'.repeat(64)])).value
    expect(await status()).toEqual([
      {
        slot,
        confirmations: node.ledger.chain.slot - slot,
        status: { Ok: null },
        err: null,
        confirmationStatus: 'confirmed',
      },
      null,
    ])
    await node.passSlots(33)
    expect((await status())[0]).toMatchObject({ confirmations: null, confirmationStatus: 'finalized' })
    await node.passSlots(301)
    expect(await status()).toEqual([null, null])
    const searched = await connection.getSignatureStatuses([signature], { searchTransactionHistory: true })
    expect(searched.value[0]).toMatchObject({ slot, confirmationStatus: 'finalized' })
  })

  it('getSignatureStatuses refuses more than 256', async () => {
    const many = Array.from({ length: 257 }, () => signatures[0])
    expect((await node.rpc('getSignatureStatuses', many)).error?.message).toBe('Too many inputs provided; max 256')
  })

  it('getTransactionCount counts', async () => {
    const before = await node.connect().getTransactionCount()
    await send(await signed([transfer(100)]))
    expect(await node.connect().getTransactionCount()).toBe(before + 1)
  })
})

describe('versioned transactions', () => {
  it('load addresses from a table made on this chain; −32015 for a client that cannot read them', async () => {
    const connection = node.connect()
    await node.passSlots(1)
    const [create, table] = AddressLookupTableProgram.createLookupTable({
      authority: payer.publicKey,
      payer: payer.publicKey,
      recentSlot: node.ledger.chain.slot - 1,
    })
    const to = Keypair.generate().publicKey
    const extend = AddressLookupTableProgram.extendLookupTable({
      lookupTable: table,
      authority: payer.publicKey,
      payer: payer.publicKey,
      addresses: [to, Keypair.generate().publicKey],
    })
    await sendAndConfirmTransaction(connection, new Transaction().add(create, extend), [payer])
    await node.passSlots(1)
    const { value: lookupTable } = await connection.getAddressLookupTable(table)
    expect(lookupTable?.state.addresses[0]).toEqual(to)

    const { blockhash, lastValidBlockHeight } = await connection.getLatestBlockhash()
    const message = new TransactionMessage({
      payerKey: payer.publicKey,
      recentBlockhash: blockhash,
      instructions: [transfer(4_000_000, to)],
    }).compileToV0Message(lookupTable === null ? [] : [lookupTable])
    expect(message.addressTableLookups).toHaveLength(1)
    const transaction = new VersionedTransaction(message)
    transaction.sign([payer])
    const signature = await connection.sendTransaction(transaction)
    await connection.confirmTransaction({ signature, blockhash, lastValidBlockHeight })
    expect(await connection.getBalance(to)).toBe(4_000_000)

    const found = await connection.getTransaction(signature, { maxSupportedTransactionVersion: 0 })
    expect(found?.version).toBe(0)
    expect(found?.meta?.loadedAddresses).toEqual({ writable: [to], readonly: [] })
    const parsed = await connection.getParsedTransaction(signature, { maxSupportedTransactionVersion: 0 })
    expect(parsed?.transaction.message.accountKeys.at(-1)).toMatchObject({ source: 'lookupTable', writable: true })
    const [inAddressIndex] = await connection.getSignaturesForAddress(to)
    expect(inAddressIndex?.signature).toBe(signature)

    const { error } = await node.rpc('getTransaction', signature, { commitment: 'confirmed' })
    expect(error).toMatchObject({ code: -32015, message: expect.stringContaining('maxSupportedTransactionVersion') })
  })
})

describe('durable nonces', () => {
  it('a transaction with a stored nonce lands long after, once, and advances it even when it fails', async () => {
    const connection = node.connect()
    const nonceKey = Keypair.generate()
    const lamports = await connection.getMinimumBalanceForRentExemption(NONCE_ACCOUNT_LENGTH)
    const create = SystemProgram.createNonceAccount({
      fromPubkey: payer.publicKey,
      noncePubkey: nonceKey.publicKey,
      authorizedPubkey: payer.publicKey,
      lamports,
    })
    await sendAndConfirmTransaction(connection, new Transaction().add(create), [payer, nonceKey])
    const nonce = async (): Promise<string> => {
      const account = await connection.getAccountInfo(nonceKey.publicKey)
      return NonceAccount.fromAccountData(account?.data ?? Buffer.alloc(0)).nonce
    }
    const advance = SystemProgram.nonceAdvance({ noncePubkey: nonceKey.publicKey, authorizedPubkey: payer.publicKey })

    const first = await nonce()
    const to = Keypair.generate().publicKey
    const transaction = await signed([advance, transfer(6_000_000, to)], first)
    await node.passSlots(200)
    expect((await send(transaction)).error).toBeUndefined()
    expect(await connection.getBalance(to)).toBe(6_000_000)
    const second = await nonce()
    expect(second).not.toBe(first)
    expect((await send(await signed([advance, transfer(1)], first))).error?.data.err).toBe('BlockhashNotFound')

    await send(await signed([advance, transfer(1e15)], second), { skipPreflight: true })
    const third = await nonce()
    expect(third).not.toBe(second)
    expect((await send(await signed([advance, transfer(1)], third))).error).toBeUndefined()
  })
})

it('requestAirdrop gives SOL, each time another transaction', async () => {
  const connection = node.connect()
  const { publicKey } = Keypair.generate()
  const signatures = await Promise.all([1, 2].map(() => connection.requestAirdrop(publicKey, 1_000_000_000)))
  expect(new Set(signatures).size).toBe(2)
  expect(await connection.getBalance(publicKey)).toBe(2_000_000_000)
  expect((await node.rpc('requestAirdrop', publicKey.toBase58(), 2e15)).error?.code).toBe(-32602)
})
