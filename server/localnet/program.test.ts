import { fileURLToPath } from 'node:url'
import { AnchorProvider, Wallet } from '@coral-xyz/anchor'
import { Keypair, PublicKey, SystemProgram, Transaction, TransactionInstruction } from '@solana/web3.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { localnetKeypair } from '#client/localnet-keys.ts'
import { type ProgramBuild, programDataAddress } from './genesis.ts'
import { readProgram } from './node.ts'
import { startTestNode, type TestNode, temporaryDirectory } from './testing.ts'

const ID = 'HsSzXVuSwiqGQvocT2zMX8zc86KQ9TYfZFZcfmmejzso'
const PATH = fileURLToPath(new URL('../../programs/artifacts/perps.so', import.meta.url))

function build(): ProgramBuild {
  const program = readProgram(ID, PATH)
  if (program === undefined) throw new Error(`${PATH} is missing: run npm run program:build.`)
  return program
}

/** Anchor's answer to an instruction that the program does not have. */
const FALLBACK_NOT_FOUND = 101
const unknownInstruction = () =>
  new TransactionInstruction({ programId: new PublicKey(ID), keys: [], data: Buffer.alloc(8, 0xff) })

let node: TestNode
let provider: AnchorProvider
beforeAll(async () => {
  node = await startTestNode({ program: build() })
  provider = new AnchorProvider(node.connect(), new Wallet(await node.wallet()), { commitment: 'confirmed' })
})
afterAll(() => node.stop())

async function callUnknown(on: TestNode): Promise<unknown> {
  const { blockhash } = await on.connect().getLatestBlockhash()
  const transaction = new Transaction({ feePayer: localnetKeypair('admin').publicKey, recentBlockhash: blockhash })
  const { value } = await on.connect().simulateTransaction(transaction.add(unknownInstruction()))
  return value.err
}

describe('the exchange program at genesis', () => {
  it('runs from the first slot on', async () => {
    const fresh = await startTestNode({ program: build() })
    expect(await callUnknown(fresh)).toEqual({ InstructionError: [0, { Custom: FALLBACK_NOT_FOUND }] })
    await fresh.stop()
  })

  it('belongs to the upgradeable loader, with the admin key as upgrade authority', async () => {
    const { value } = await node.connect('processed').getParsedAccountInfo(new PublicKey(ID))
    expect(value).toMatchObject({
      executable: true,
      data: {
        program: 'bpf-upgradeable-loader',
        parsed: { type: 'program', info: { programData: programDataAddress(ID) } },
      },
    })
    const data = await node.connect('processed').getParsedAccountInfo(new PublicKey(programDataAddress(ID)))
    expect(data.value?.data).toMatchObject({
      parsed: { type: 'programData', info: { authority: localnetKeypair('admin').publicKey.toBase58() } },
    })
  })

  it('is upgraded in place when the build differs, and stays what it is when not', async () => {
    const directory = temporaryDirectory()
    const first = await startTestNode({ directory, program: build() })
    const wallet = await first.wallet()
    await first.stop()
    // The same program with bytes behind its ELF: another build by every measure that counts here.
    const newer = { id: ID, elf: Buffer.concat([build().elf, Buffer.alloc(16)]) }
    const second = await startTestNode({ directory, program: newer })
    const data = second.ledger.accounts.get(programDataAddress(ID))?.data
    expect(Buffer.from(data?.subarray(45) ?? []).equals(newer.elf)).toBe(true)
    expect(await callUnknown(second)).toEqual({ InstructionError: [0, { Custom: FALLBACK_NOT_FOUND }] })
    expect(await second.connect('processed').getBalance(wallet.publicKey)).toBeGreaterThan(0)
    await second.stop()
    const third = await startTestNode({ directory, program: newer })
    const kept = third.ledger.accounts.get(programDataAddress(ID))?.data ?? []
    expect(Buffer.from(kept).equals(Buffer.from(data ?? []))).toBe(true)
    await third.stop()
  })
})

it('starts again after a program was closed', async () => {
  const directory = temporaryDirectory()
  const first = await startTestNode({ directory, program: build() })
  await first.passSlots(1)
  const admin = localnetKeypair('admin')
  const close = new TransactionInstruction({
    programId: new PublicKey('BPFLoaderUpgradeab1e11111111111111111111111'),
    data: Buffer.from([5, 0, 0, 0]),
    keys: [
      { pubkey: new PublicKey(programDataAddress(ID)), isSigner: false, isWritable: true },
      { pubkey: admin.publicKey, isSigner: false, isWritable: true },
      { pubkey: admin.publicKey, isSigner: true, isWritable: false },
      { pubkey: new PublicKey(ID), isSigner: false, isWritable: true },
    ],
  })
  const { blockhash } = await first.connect().getLatestBlockhash()
  const transaction = new Transaction({ feePayer: admin.publicKey, recentBlockhash: blockhash }).add(close)
  transaction.sign(admin)
  const sent = await first.rpc('sendTransaction', transaction.serialize().toString('base64'), { encoding: 'base64' })
  expect(sent.error).toBeUndefined()
  await first.stop()
  const second = await startTestNode({ directory })
  expect(await callUnknown(second)).not.toBeNull()
  await second.stop()
})

describe('Anchor’s provider', () => {
  const transfer = (lamports: number, toPubkey = Keypair.generate().publicKey) =>
    new Transaction().add(SystemProgram.transfer({ fromPubkey: provider.publicKey, toPubkey, lamports }))

  it('sendAndConfirm', async () => {
    const to = Keypair.generate().publicKey
    const signature = await provider.sendAndConfirm(transfer(2_000_000, to))
    expect(await provider.connection.getBalance(to)).toBe(2_000_000)
    expect((await provider.connection.getSignatureStatus(signature)).value?.confirmationStatus).toBe('confirmed')
  })

  it('sendAll', async () => {
    const signatures = await provider.sendAll([{ tx: transfer(1_000_000) }, { tx: transfer(1_000_001) }])
    const { value } = await provider.connection.getSignatureStatuses(signatures)
    expect(value.map((status) => status?.err)).toEqual([null, null])
  })

  it('simulate', async () => {
    expect((await provider.simulate(transfer(1_000_000))).unitsConsumed).toBe(150)
  })

  it('throws with the program’s logs when it fails', async () => {
    const sending = provider.sendAndConfirm(new Transaction().add(unknownInstruction()))
    await expect(sending).rejects.toMatchObject({
      logs: expect.arrayContaining([expect.stringContaining('InstructionFallbackNotFound')]),
    })
  })
})
