import { zstdDecompressSync } from 'node:zlib'
import { Keypair, LAMPORTS_PER_SOL, type PublicKey, SYSVAR_CLOCK_PUBKEY, SystemProgram } from '@solana/web3.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LOCALNET_USDC_MINT, localnetKeypair } from '#client/localnet-keys.ts'
import { TOKEN_PROGRAM } from '../programs.ts'
import { startTestNode, type TestNode } from '../testing.ts'

let node: TestNode
beforeAll(async () => {
  node = await startTestNode()
})
afterAll(() => node.stop())

const program = Keypair.generate().publicKey

/** An account of `program` whose data is `bytes`. */
async function write(bytes: Uint8Array, lamports = 5_000_000): Promise<PublicKey> {
  const { publicKey } = Keypair.generate()
  const data = Buffer.from(bytes).toString('hex')
  const { error } = await node.rpc('surfnet_setAccount', publicKey.toBase58(), {
    lamports,
    data,
    owner: program.toBase58(),
  })
  expect(error).toBeUndefined()
  return publicKey
}

describe('getAccountInfo', () => {
  it('gives lamports, owner, data and space', async () => {
    const key = await write(Buffer.from([1, 2, 3]))
    const account = await node.connect().getAccountInfo(key)
    expect(account).toMatchObject({ lamports: 5_000_000, executable: false, data: Buffer.from([1, 2, 3]) })
    expect(account?.owner).toEqual(program)
  })

  it('gives null for an account that is not there', async () => {
    expect(await node.connect().getAccountInfo(Keypair.generate().publicKey)).toBeNull()
  })

  it('carries u64::MAX as rent epoch exactly', async () => {
    const key = await write(Buffer.from([1]))
    const response = await fetch(node.url, {
      method: 'POST',
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'getAccountInfo',
        params: [key.toBase58(), { commitment: 'confirmed', encoding: 'base64' }],
      }),
    })
    expect(await response.text()).toContain('"rentEpoch":18446744073709551615')
  })

  it('slices data', async () => {
    const key = await write(Buffer.from([0, 1, 2, 3, 4, 5]))
    const dataSlice = { offset: 2, length: 3 }
    const account = await node.connect().getAccountInfo(key, { commitment: 'confirmed', dataSlice })
    expect(account?.data).toEqual(Buffer.from([2, 3, 4]))
  })

  it('encodes in every encoding of a validator', async () => {
    const bytes = Buffer.from('hello localnet')
    const key = (await write(bytes)).toBase58()
    const data = async (encoding?: string) =>
      (await node.rpc('getAccountInfo', key, { commitment: 'confirmed', encoding })).result.value.data
    expect(await data('base64')).toEqual([bytes.toString('base64'), 'base64'])
    expect((await data('base58'))[1]).toBe('base58')
    expect(typeof (await data())).toBe('string')
    const [zstd, name] = await data('base64+zstd')
    expect(name).toBe('base64+zstd')
    expect(zstdDecompressSync(Buffer.from(zstd, 'base64'))).toEqual(bytes)
    // No parser for this program: base64, as a validator falls back.
    expect(await data('jsonParsed')).toEqual([bytes.toString('base64'), 'base64'])
  })

  it('refuses base58 of more than 128 bytes', async () => {
    const key = (await write(Buffer.alloc(129))).toBase58()
    const { error } = await node.rpc('getAccountInfo', key, { commitment: 'confirmed', encoding: 'base58' })
    expect(error).toMatchObject({ code: -32600, message: expect.stringContaining('less than 128 bytes') })
  })

  it('reads sysvars and programs that the runtime brings along', async () => {
    const connection = node.connect()
    const clock = await connection.getParsedAccountInfo(SYSVAR_CLOCK_PUBKEY)
    expect(clock.value?.data).toMatchObject({ program: 'sysvar', parsed: { type: 'clock' } })
    expect(await connection.getAccountInfo(SystemProgram.programId)).toMatchObject({ executable: true })
  })

  it.each([
    ['O0Il', 'Invalid param: Invalid'],
    ['abc', 'Invalid param: WrongSize'],
  ])('refuses the key %s', async (key, message) => {
    expect((await node.rpc('getAccountInfo', key)).error).toMatchObject({ code: -32602, message })
  })

  it('answers −32016 below minContextSlot', async () => {
    const minContextSlot = node.ledger.chain.slot + 1_000
    const { error } = await node.rpc('getAccountInfo', program.toBase58(), { minContextSlot, commitment: 'processed' })
    expect(error).toMatchObject({ code: -32016, message: 'Minimum context slot has not been reached' })
    expect(error?.data.contextSlot).toBeGreaterThan(0)
  })
})

describe('commitment of reads', () => {
  it('shows the finalized state 32 slots late, and the rest at once', async () => {
    const key = await write(Buffer.from([7]), 1_000_000)
    const at = async (commitment: 'processed' | 'confirmed' | 'finalized') =>
      (await node.connect().getAccountInfoAndContext(key, commitment)).value?.lamports
    expect(await at('processed')).toBe(1_000_000)
    expect(await at('confirmed')).toBe(1_000_000)
    expect(await at('finalized')).toBeUndefined()
    await node.rpc('surfnet_setAccount', key.toBase58(), { lamports: 2_000_000 })
    await node.passSlots(20)
    await node.rpc('surfnet_setAccount', key.toBase58(), { lamports: 3_000_000 })
    expect(await at('finalized')).toBeUndefined()
    await node.passSlots(14)
    expect(await at('finalized')).toBe(2_000_000)
    expect(await at('confirmed')).toBe(3_000_000)
  })
})

describe('getBalance', () => {
  it('gives lamports, 0 for nobody', async () => {
    const wallet = await node.wallet(3)
    expect(await node.connect().getBalance(wallet.publicKey)).toBe(3 * LAMPORTS_PER_SOL)
    expect(await node.connect().getBalance(Keypair.generate().publicKey)).toBe(0)
  })

  it('finds the genesis wallets funded', async () => {
    const balance = await node.connect().getBalance(localnetKeypair('admin').publicKey, 'processed')
    expect(balance).toBe(10_000 * LAMPORTS_PER_SOL)
  })
})

describe('getMultipleAccounts', () => {
  it('keeps the order and fills gaps with null', async () => {
    const [first, second] = [await write(Buffer.from([1])), await write(Buffer.from([2]))]
    const accounts = await node
      .connect()
      .getMultipleAccountsInfo([second, Keypair.generate().publicKey, first], 'confirmed')
    expect(accounts.map((account) => account?.data[0])).toEqual([2, undefined, 1])
  })

  it('refuses more than 100 keys', async () => {
    const keys = Array.from({ length: 101 }, () => Keypair.generate().publicKey.toBase58())
    expect((await node.rpc('getMultipleAccounts', keys)).error).toMatchObject({
      code: -32602,
      message: 'Too many inputs provided; max 100',
    })
  })
})

describe('getProgramAccounts', () => {
  const owner = Keypair.generate().publicKey
  const keys: PublicKey[] = []
  beforeAll(async () => {
    for (const bytes of [
      [1, 10, 0],
      [1, 20, 0],
      [2, 20],
    ]) {
      const { publicKey } = Keypair.generate()
      const data = Buffer.from(bytes).toString('hex')
      await node.rpc('surfnet_setAccount', publicKey.toBase58(), { data, owner: owner.toBase58() })
      keys.push(publicKey)
    }
  })
  const found = async (config: object) =>
    (await node.connect().getProgramAccounts(owner, config))
      .map(({ account }) => [...account.data])
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))

  it('finds all, by size, by bytes, and by both', async () => {
    expect(await found({})).toHaveLength(3)
    expect(await found({ filters: [{ dataSize: 3 }] })).toEqual([
      [1, 10, 0],
      [1, 20, 0],
    ])
    // base58 of the byte 20 is M.
    expect(await found({ filters: [{ memcmp: { offset: 1, bytes: 'M' } }] })).toEqual([
      [1, 20, 0],
      [2, 20],
    ])
    const bytes = Buffer.from([1, 20]).toString('base64')
    expect(await found({ filters: [{ memcmp: { offset: 0, bytes, encoding: 'base64' } }, { dataSize: 3 }] })).toEqual([
      [1, 20, 0],
    ])
  })

  it('tells token accounts from mints', async () => {
    const holder = Keypair.generate().publicKey.toBase58()
    await node.rpc('surfnet_setTokenAccount', holder, LOCALNET_USDC_MINT.toBase58(), { amount: 1 })
    const config = { filters: ['tokenAccountState'], encoding: 'base64', commitment: 'processed' }
    const { result } = await node.rpc('getProgramAccounts', TOKEN_PROGRAM, config)
    expect(result.map(({ account }: { account: { space: number } }) => account.space)).toEqual([165])
  })

  it('gives only the slice and the context when asked', async () => {
    const dataSlice = { offset: 0, length: 0 }
    const { context, value } = await node.connect().getProgramAccounts(owner, { withContext: true, dataSlice })
    expect(context.slot).toBeGreaterThan(0)
    expect(value.map(({ account }) => account.data.length)).toEqual([0, 0, 0])
    expect(value.map(({ pubkey }) => pubkey.toBase58()).sort()).toEqual(keys.map((key) => key.toBase58()).sort())
  })

  it('forgets an account that went to another owner', async () => {
    const [first] = keys
    await node.rpc('surfnet_setAccount', first?.toBase58(), { owner: SystemProgram.programId.toBase58() })
    expect(await found({})).toHaveLength(2)
  })

  it('refuses filters that cannot be read', async () => {
    const many = Array.from({ length: 5 }, () => ({ dataSize: 1 }))
    expect((await node.rpc('getProgramAccounts', owner.toBase58(), { filters: many })).error).toMatchObject({
      code: -32602,
      message: 'Too many filters provided; max 4',
    })
    const filters = [{ memcmp: { offset: 0, bytes: 'O0Il' } }]
    expect((await node.rpc('getProgramAccounts', owner.toBase58(), { filters })).error?.code).toBe(-32602)
  })
})

it('getMinimumBalanceForRentExemption gives a validator’s figures', async () => {
  const connection = node.connect()
  expect(await connection.getMinimumBalanceForRentExemption(0)).toBe(890_880)
  expect(await connection.getMinimumBalanceForRentExemption(165)).toBe(2_039_280)
})

it('getLargestAccounts begins with the faucet', async () => {
  const { value } = await node.connect().getLargestAccounts({})
  expect(value).toHaveLength(Math.min(20, value.length))
  expect(value[0]?.lamports).toBeGreaterThan(value[1]?.lamports ?? 0)
})

it('has the test USDC of the localnet in its genesis', async () => {
  const fresh = await startTestNode()
  const { value } = await fresh.connect('processed').getParsedAccountInfo(LOCALNET_USDC_MINT)
  expect(value?.data).toMatchObject({
    program: 'spl-token',
    parsed: {
      type: 'mint',
      info: { decimals: 6, supply: '0', mintAuthority: localnetKeypair('usdc-authority').publicKey.toBase58() },
    },
  })
  await fresh.stop()
})
