import {
  createAssociatedTokenAccountInstruction,
  createMintToInstruction,
  createTransferCheckedInstruction,
  getAssociatedTokenAddressSync,
  NATIVE_MINT,
  TOKEN_PROGRAM_ID,
} from '@solana/spl-token'
import { Keypair, type PublicKey, sendAndConfirmTransaction, type TokenBalance, Transaction } from '@solana/web3.js'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { LOCALNET_USDC_MINT, localnetKeypair } from '#client/localnet-keys.ts'
import { startTestNode, type TestNode } from '../testing.ts'

let node: TestNode
let alice: Keypair
let bob: Keypair
let aliceUsdc: PublicKey
let bobUsdc: PublicKey
let transferSignature: string

beforeAll(async () => {
  node = await startTestNode()
  const connection = node.connect()
  alice = await node.wallet()
  bob = await node.wallet()
  aliceUsdc = getAssociatedTokenAddressSync(LOCALNET_USDC_MINT, alice.publicKey)
  bobUsdc = getAssociatedTokenAddressSync(LOCALNET_USDC_MINT, bob.publicKey)
  const minter = localnetKeypair('usdc-authority')
  await sendAndConfirmTransaction(
    connection,
    new Transaction().add(
      createAssociatedTokenAccountInstruction(alice.publicKey, aliceUsdc, alice.publicKey, LOCALNET_USDC_MINT),
      createAssociatedTokenAccountInstruction(alice.publicKey, bobUsdc, bob.publicKey, LOCALNET_USDC_MINT),
      createMintToInstruction(LOCALNET_USDC_MINT, aliceUsdc, minter.publicKey, 1_500_000n),
    ),
    [alice, minter],
  )
  transferSignature = await sendAndConfirmTransaction(
    connection,
    new Transaction().add(
      createTransferCheckedInstruction(aliceUsdc, LOCALNET_USDC_MINT, bobUsdc, alice.publicKey, 500_000n, 6),
    ),
    [alice],
  )
})
afterAll(() => node.stop())

it('getTokenAccountBalance gives amount and decimals', async () => {
  const { value } = await node.connect().getTokenAccountBalance(bobUsdc)
  expect(value).toEqual({ amount: '500000', decimals: 6, uiAmount: 0.5, uiAmountString: '0.5' })
})

it('getTokenAccountBalance refuses what is no token account', async () => {
  const missing = Keypair.generate().publicKey.toBase58()
  expect((await node.rpc('getTokenAccountBalance', missing)).error).toMatchObject({
    code: -32602,
    message: 'Invalid param: could not find account',
  })
  const wallet = alice.publicKey.toBase58()
  expect((await node.rpc('getTokenAccountBalance', wallet, { commitment: 'confirmed' })).error).toMatchObject({
    code: -32602,
    message: 'Invalid param: not a Token account',
  })
})

it('getTokenSupply gives what was minted', async () => {
  const { value } = await node.connect().getTokenSupply(LOCALNET_USDC_MINT)
  expect(value.amount).toBe('1500000')
})

it('getTokenLargestAccounts sorts by amount', async () => {
  const { value } = await node.connect().getTokenLargestAccounts(LOCALNET_USDC_MINT)
  expect(value.map(({ address, amount }) => [address.toBase58(), amount])).toEqual([
    [aliceUsdc.toBase58(), '1000000'],
    [bobUsdc.toBase58(), '500000'],
  ])
})

it('getTokenAccountsByOwner finds by mint and by program, parsed or not', async () => {
  const connection = node.connect()
  const byMint = await connection.getTokenAccountsByOwner(alice.publicKey, { mint: LOCALNET_USDC_MINT })
  expect(byMint.value.map(({ pubkey }) => pubkey)).toEqual([aliceUsdc])
  const parsed = await connection.getParsedTokenAccountsByOwner(alice.publicKey, { programId: TOKEN_PROGRAM_ID })
  expect(parsed.value[0]?.account.data).toMatchObject({
    program: 'spl-token',
    space: 165,
    parsed: {
      type: 'account',
      info: {
        isNative: false,
        mint: LOCALNET_USDC_MINT.toBase58(),
        owner: alice.publicKey.toBase58(),
        state: 'initialized',
        tokenAmount: { amount: '1000000', decimals: 6, uiAmount: 1, uiAmountString: '1' },
      },
    },
  })
})

it('getTokenAccountsByOwner refuses a mint that does not exist', async () => {
  const mint = Keypair.generate().publicKey.toBase58()
  const { error } = await node.rpc('getTokenAccountsByOwner', alice.publicKey.toBase58(), { mint })
  expect(error).toMatchObject({ code: -32602, message: 'Invalid param: could not find mint' })
})

it('getTokenAccountsByDelegate finds the delegate’s accounts', async () => {
  const owner = Keypair.generate().publicKey.toBase58()
  const delegate = Keypair.generate().publicKey.toBase58()
  await node.rpc('surfnet_setTokenAccount', owner, LOCALNET_USDC_MINT.toBase58(), { delegate, delegatedAmount: 5 })
  const { result } = await node.rpc(
    'getTokenAccountsByDelegate',
    delegate,
    { programId: TOKEN_PROGRAM_ID.toBase58() },
    { encoding: 'jsonParsed', commitment: 'confirmed' },
  )
  expect(result.value).toHaveLength(1)
  expect(result.value[0].account.data.parsed.info).toMatchObject({ owner, delegate, delegatedAmount: { amount: '5' } })
})

it('getTransaction tells token balances before and after', async () => {
  const transaction = await node.connect().getTransaction(transferSignature, { maxSupportedTransactionVersion: 0 })
  const amounts = (balances: TokenBalance[] | null | undefined) =>
    new Set(balances?.map(({ uiTokenAmount }) => uiTokenAmount.amount))
  expect(amounts(transaction?.meta?.preTokenBalances)).toEqual(new Set(['0', '1500000']))
  expect(amounts(transaction?.meta?.postTokenBalances)).toEqual(new Set(['1000000', '500000']))
  expect(transaction?.meta?.postTokenBalances?.[0]).toMatchObject({
    mint: LOCALNET_USDC_MINT.toBase58(),
    programId: TOKEN_PROGRAM_ID.toBase58(),
  })
})

it('jsonParsed reads token instructions', async () => {
  const transaction = await node
    .connect()
    .getParsedTransaction(transferSignature, { maxSupportedTransactionVersion: 0 })
  expect(transaction?.transaction.message.instructions).toMatchObject([
    {
      program: 'spl-token',
      parsed: {
        type: 'transferChecked',
        info: {
          source: aliceUsdc.toBase58(),
          tokenAmount: { amount: '500000' },
          authority: alice.publicKey.toBase58(),
        },
      },
    },
  ])
})

it('getTransaction and simulateTransaction tell inner instructions with their stack height', async () => {
  const connection = node.connect()
  const wallet = Keypair.generate().publicKey
  const token = getAssociatedTokenAddressSync(LOCALNET_USDC_MINT, wallet)
  const create = new Transaction().add(
    createAssociatedTokenAccountInstruction(alice.publicKey, token, wallet, LOCALNET_USDC_MINT),
  )
  const signature = await sendAndConfirmTransaction(connection, create, [alice])
  const raw = await connection.getTransaction(signature, { maxSupportedTransactionVersion: 0 })
  const [calls] = raw?.meta?.innerInstructions ?? []
  expect(calls?.index).toBe(0)
  expect(calls?.instructions.length).toBeGreaterThanOrEqual(3)
  const parsed = await connection.getParsedTransaction(signature, { maxSupportedTransactionVersion: 0 })
  expect(parsed?.meta?.innerInstructions?.[0]?.instructions).toMatchObject(
    expect.arrayContaining([
      expect.objectContaining({ program: 'system', parsed: expect.objectContaining({ type: 'createAccount' }) }),
      expect.objectContaining({
        program: 'spl-token',
        parsed: expect.objectContaining({ type: 'initializeAccount3' }),
      }),
    ]),
  )
  const { result } = await node.rpc('getTransaction', signature, { encoding: 'json', commitment: 'confirmed' })
  expect(result.meta.innerInstructions[0].instructions[0]).toMatchObject({
    stackHeight: 2,
    accounts: expect.any(Array),
  })

  const wire = create.serialize().toString('base64')
  const config = { encoding: 'base64', innerInstructions: true, replaceRecentBlockhash: true }
  await node.rpc('surfnet_resetAccount', token.toBase58())
  const simulated = (await node.rpc('simulateTransaction', wire, config)).result.value
  expect(simulated).toMatchObject({ err: null, innerInstructions: [{ index: 0 }] })
  expect(simulated.innerInstructions[0].instructions[0]).toMatchObject({ program: 'spl-token', stackHeight: 2 })
})

it('surfnet_setTokenAccount keeps the mint’s supply the sum of its accounts', async () => {
  const connection = node.connect()
  const carol = Keypair.generate().publicKey
  const before = BigInt((await connection.getTokenSupply(LOCALNET_USDC_MINT)).value.amount)
  const set = (amount: number | string) =>
    node.rpc('surfnet_setTokenAccount', carol.toBase58(), LOCALNET_USDC_MINT.toBase58(), { amount })
  await set(70)
  await set(30)
  const supply = await connection.getTokenSupply(LOCALNET_USDC_MINT)
  expect(BigInt(supply.value.amount)).toBe(before + 30n)
  const balance = await connection.getTokenAccountBalance(getAssociatedTokenAddressSync(LOCALNET_USDC_MINT, carol))
  expect(balance.value.amount).toBe('30')
  // The sum of all accounts would not fit into a u64.
  expect((await set('18446744073709551615')).error?.code).toBe(-32602)
  expect((await connection.getTokenSupply(LOCALNET_USDC_MINT)).value).toEqual(supply.value)
})

it('surfnet_setTokenAccount backs wrapped SOL with lamports', async () => {
  const connection = node.connect()
  const owner = Keypair.generate().publicKey
  await node.rpc('surfnet_setTokenAccount', owner.toBase58(), NATIVE_MINT.toBase58(), { amount: 1_000 })
  const account = await connection.getParsedAccountInfo(getAssociatedTokenAddressSync(NATIVE_MINT, owner))
  expect(account.value?.lamports).toBe(2_039_280 + 1_000)
  expect(account.value?.data).toMatchObject({ parsed: { info: { isNative: true, tokenAmount: { amount: '1000' } } } })
})
