import { BorshInstructionCoder, type Idl } from '@coral-xyz/anchor'
import {
  ComputeBudgetProgram,
  Keypair,
  PACKET_DATA_SIZE,
  PublicKey,
  type TransactionInstruction,
} from '@solana/web3.js'
import { afterEach, describe, expect, it } from 'vitest'
import { FEEDS } from '#client/feeds.ts'
import { compileTransaction } from '#client/lookup-table.ts'
import { encodePriceUpdate } from '#client/price-update.ts'
import type { SendOptions, SendOutcome, TransactionSender } from '#server/chain/index.ts'
import { silentLog } from '#server/platform/log.ts'
import { type AccumulatorMessage, readAccumulator } from '../pyth/accumulator.ts'
import { createHermes } from '../pyth/hermes.ts'
import { configAddress, guardianSetAddress, programsFor, treasuryAddress } from '../pyth/receiver.ts'
import { fixtureMessage, fixtureText } from '../pyth/testing.ts'
import { loopback } from '../testing.ts'
import { orElse } from './open-publisher.ts'
import { atomicStep, type PostingStep, receiverPublisher, verifiedSteps } from './receiver.ts'

/** The instructions used here, in the form of the receiver's and the verifier's public IDLs (0.2.1 and 0.0.1-alpha.5). */
const discriminator = (...bytes: number[]) => bytes
const IDL: Idl = {
  address: 'rec5EKMGg6MxZYaMdyBfgwp4d5rB9T1VQH5pJv5LtFJ',
  metadata: { name: 'receiver', version: '0.2.1', spec: '0.1.0' },
  instructions: [
    {
      name: 'post_update_atomic',
      discriminator: discriminator(49, 172, 84, 192, 175, 180, 52, 234),
      accounts: [],
      args: [{ name: 'params', type: { defined: { name: 'PostUpdateAtomicParams' } } }],
    },
    {
      name: 'post_update',
      discriminator: discriminator(133, 95, 207, 175, 11, 79, 118, 44),
      accounts: [],
      args: [{ name: 'params', type: { defined: { name: 'PostUpdateParams' } } }],
    },
    {
      name: 'write_encoded_vaa',
      discriminator: discriminator(199, 208, 110, 177, 150, 76, 118, 42),
      accounts: [],
      args: [{ name: 'args', type: { defined: { name: 'WriteEncodedVaaArgs' } } }],
    },
    {
      name: 'init_encoded_vaa',
      discriminator: discriminator(209, 193, 173, 25, 91, 202, 181, 218),
      accounts: [],
      args: [],
    },
    {
      name: 'verify_encoded_vaa_v1',
      discriminator: discriminator(103, 56, 177, 229, 240, 103, 68, 73),
      accounts: [],
      args: [],
    },
    {
      name: 'close_encoded_vaa',
      discriminator: discriminator(48, 221, 174, 198, 231, 7, 152, 38),
      accounts: [],
      args: [],
    },
  ],
  types: [
    {
      name: 'MerklePriceUpdate',
      type: {
        kind: 'struct',
        fields: [
          { name: 'message', type: 'bytes' },
          { name: 'proof', type: { vec: { array: ['u8', 20] } } },
        ],
      },
    },
    {
      name: 'PostUpdateAtomicParams',
      type: {
        kind: 'struct',
        fields: [
          { name: 'vaa', type: 'bytes' },
          { name: 'merkle_price_update', type: { defined: { name: 'MerklePriceUpdate' } } },
          { name: 'treasury_id', type: 'u8' },
        ],
      },
    },
    {
      name: 'PostUpdateParams',
      type: {
        kind: 'struct',
        fields: [
          { name: 'merkle_price_update', type: { defined: { name: 'MerklePriceUpdate' } } },
          { name: 'treasury_id', type: 'u8' },
        ],
      },
    },
    {
      name: 'WriteEncodedVaaArgs',
      type: {
        kind: 'struct',
        fields: [
          { name: 'index', type: 'u32' },
          { name: 'data', type: 'bytes' },
        ],
      },
    },
  ],
}
const coder = new BorshInstructionCoder(IDL)

const RECORDED = '18-vaa-gs4-btc-2025-08-05-1754408230.hex'
const payer = Keypair.fromSeed(new Uint8Array(32).fill(1))
const priceAccount = Keypair.fromSeed(new Uint8Array(32).fill(2))
const vaaAccount = Keypair.fromSeed(new Uint8Array(32).fill(3))

function signed(bytes: Uint8Array) {
  const verdict = readAccumulator(bytes)
  if (!verdict.ok) throw new Error(verdict.reason)
  const [update] = verdict.message.updates
  return { message: verdict.message, update: update! }
}

/**
 * Constructed from a recording: the VAA as Pyth's routers sign since August 2026, with their emitter and, by
 * default, three signatures.
 * Only its form matters here; the signatures do not verify.
 */
function routerMessage(kept = 3): Uint8Array {
  const bytes = Buffer.from(fixtureMessage(RECORDED))
  const vaaLength = bytes.readUInt16BE(8)
  const vaa = bytes.subarray(10, 10 + vaaLength)
  const signatures = vaa.readUInt8(5)
  const body = Buffer.from(vaa.subarray(6 + signatures * 66))
  Buffer.from('PythnetPythnetPythnetPythnetPyth').copy(body, 10)
  const shorter = Buffer.concat([vaa.subarray(0, 5), Uint8Array.of(kept), vaa.subarray(6, 6 + kept * 66), body])
  shorter.writeUInt32BE(0, 1)
  const length = Buffer.alloc(2)
  length.writeUInt16BE(shorter.length)
  return Buffer.concat([bytes.subarray(0, 8), length, shorter, bytes.subarray(10 + vaaLength)])
}

const sizeOf = (instructions: readonly TransactionInstruction[], signers: readonly Keypair[]) => {
  const transaction = compileTransaction({
    payer: payer.publicKey,
    recentBlockhash: PublicKey.default.toBase58(),
    instructions,
    lookupTables: [],
  })
  transaction.sign([payer, ...signers])
  return transaction.serialize().length
}
/** With what the sender puts in front: limit and price of compute units. */
const withBudget = ({ instructions, computeUnitLimit }: PostingStep) => [
  ComputeBudgetProgram.setComputeUnitLimit({ units: computeUnitLimit }),
  ComputeBudgetProgram.setComputeUnitPrice({ microLamports: 1_000 }),
  ...instructions,
]
const shape = ({ keys }: TransactionInstruction) =>
  keys.map(({ pubkey, isSigner, isWritable }) => [pubkey.toBase58(), isSigner, isWritable])

describe('the instructions of the receiver', () => {
  const { message, update } = signed(fixtureMessage(RECORDED))
  const merkle = { message: Buffer.from(update.message), proof: update.proof.map((node) => [...node]) }

  it('have the bytes that the public IDL gives them', () => {
    const steps = verifiedSteps({ message, update }, payer, priceAccount, vaaAccount, 1)
    const [[, init, first], [second, verify], [post, close]] = steps.map(({ instructions }) => instructions) as [
      TransactionInstruction[],
      TransactionInstruction[],
      TransactionInstruction[],
    ]
    const vaa = Buffer.from(message.vaa)
    const part = (index: number, data: Buffer) => coder.encode('write_encoded_vaa', { args: { index, data } })
    expect([init, first, second, verify, post, close].map((each) => each!.data)).toEqual([
      coder.encode('init_encoded_vaa', {}),
      part(0, vaa.subarray(0, 755)),
      part(755, vaa.subarray(755)),
      coder.encode('verify_encoded_vaa_v1', {}),
      coder.encode('post_update', { params: { merkle_price_update: merkle, treasury_id: 0 } }),
      coder.encode('close_encoded_vaa', {}),
    ])
    const router = signed(routerMessage())
    const [atomic] = atomicStep(router, payer, priceAccount).instructions
    expect(atomic!.data).toEqual(
      coder.encode('post_update_atomic', {
        params: { vaa: Buffer.from(router.message.vaa), merkle_price_update: merkle, treasury_id: 0 },
      }),
    )
  })

  it('name their accounts in the order of the IDL, with who signs and what is written', () => {
    const programs = programsFor(message)
    const [post] = verifiedSteps({ message, update }, payer, priceAccount, vaaAccount, 1)[2]!.instructions
    const payerKey = payer.publicKey.toBase58()
    const system = PublicKey.default.toBase58()
    expect(post!.programId.toBase58()).toBe('rec5EKMGg6MxZYaMdyBfgwp4d5rB9T1VQH5pJv5LtFJ')
    expect(shape(post!)).toEqual([
      [payerKey, true, true],
      [vaaAccount.publicKey.toBase58(), false, false],
      [configAddress(programs).toBase58(), false, false],
      [treasuryAddress(programs).toBase58(), false, true],
      [priceAccount.publicKey.toBase58(), true, true],
      [system, false, false],
      [payerKey, true, false],
    ])
    const [atomic] = atomicStep({ message, update }, payer, priceAccount).instructions
    expect(shape(atomic!)[1]).toEqual([guardianSetAddress(programs, 4).toBase58(), false, false])
  })

  it("go to the newer programs for what Pyth's routers signed, whose config account is the known one", () => {
    const router = signed(routerMessage())
    const programs = programsFor(router.message)
    expect([programs.receiver.toBase58(), programs.verifier.toBase58(), configAddress(programs).toBase58()]).toEqual([
      'rec2HHDDnjLfj4kE7VyEtFA1HPGQLK33259532cRyHp',
      'HDw2E7P8X1SkCyjvoGsfBGAVUutKcj874bXjHrpVYrVL',
      'H3R4M45f2gyqp6geVUruapzZdyxpgGZ96UnWkDM3ndye',
    ])
  })

  it('fit into their transactions: thirteen signatures in three, up to five in one', () => {
    const bySignatures = (given: { message: AccumulatorMessage; update: typeof update }) =>
      verifiedSteps(given, payer, priceAccount, vaaAccount, 1).map((step) => sizeOf(withBudget(step), step.signers))
    const router = signed(routerMessage())
    for (const size of [...bySignatures({ message, update }), ...bySignatures(router)]) {
      expect(size).toBeLessThanOrEqual(PACKET_DATA_SIZE)
    }
    for (const signatures of [3, 4, 5]) {
      const atomic = atomicStep(signed(routerMessage(signatures)), payer, priceAccount)
      expect(sizeOf(withBudget(atomic), atomic.signers)).toBeLessThanOrEqual(PACKET_DATA_SIZE)
    }
  })
})

describe('posting', () => {
  let service: Awaited<ReturnType<typeof loopback>>
  afterEach(() => service.close())

  /** There is no receiver program here: the chain is what the test says it holds after each transaction. */
  const scene = async (answer: string, verification: 'full' | 'partial' = 'full') => {
    service = await loopback((_request, response) => response.end(answer))
    const sent: { instructions: readonly TransactionInstruction[]; options: SendOptions }[] = []
    const sender = {
      payer,
      send: async (
        instructions: readonly TransactionInstruction[],
        options: SendOptions = {},
      ): Promise<SendOutcome> => {
        sent.push({ instructions, options })
        return { kind: 'landed-ok', signature: 'signature', slot: 1 }
      },
    } as TransactionSender
    const { update } = signed(Uint8Array.from(Buffer.from(JSON.parse(answer).binary.data[0], 'hex')))
    const full = encodePriceUpdate({
      ...update,
      writeAuthority: payer.publicKey.toBase58(),
      postedSlot: 1n,
    })
    const partial = Buffer.concat([full.subarray(0, 40), Uint8Array.of(0, 3), full.subarray(41, 133)])
    const connection = {
      getMinimumBalanceForRentExemption: async () => 1_000,
      getAccountInfo: async () => ({
        data: Buffer.from(verification === 'partial' && sent.length === 1 ? partial : full),
        owner: PublicKey.default,
        lamports: 1,
        executable: false,
      }),
    }
    const hermes = createHermes({ url: service.url, key: 'key' })
    const publisher = receiverPublisher({ connection, sender, hermes, signal: new AbortController().signal })
    return { publisher, sent, update }
  }
  const asAnswer = (bytes: Uint8Array) =>
    JSON.stringify({ binary: { encoding: 'hex', data: [Buffer.from(bytes).toString('hex')] } })
  const price = {
    market: 'BTC-PERP',
    price: 112_816_455_604n,
    confidence: 1n,
    emaPrice: 112_816_455_604n,
    publishedAt: 1_754_408_230_000,
  }

  it('verifies thirteen signatures in an account and posts from there, to the same account after a restart', async () => {
    const first = await scene(asAnswer(fixtureMessage(RECORDED)))
    const posted = await first.publisher.publish(price)
    expect(posted).toMatchObject({ market: 'BTC-PERP', publishTime: 1_754_408_230, prevPublishTime: 1_754_408_229 })
    expect(first.sent.map(({ instructions }) => instructions.length)).toEqual([3, 2, 2])
    expect(service.asked[0]?.path).toContain(FEEDS['BTC/USD'].id)
    service.close()
    const again = await scene(asAnswer(fixtureMessage(RECORDED)))
    expect((await again.publisher.publish(price))?.account).toEqual(posted?.account)
  })

  it('posts no second twice, and not at every tick', async () => {
    const { publisher, sent } = await scene(asAnswer(fixtureMessage(RECORDED)))
    await publisher.publish(price)
    expect(await publisher.publish(price)).toBeUndefined()
    expect(await publisher.publish({ ...price, price: price.price * 2n })).toBeUndefined()
    expect(sent.length).toBe(3)
  })

  it("posts three signatures at once, and by way of an account if that is not the chain's full verification", async () => {
    const enough = await scene(asAnswer(routerMessage()))
    await enough.publisher.publish(price)
    expect(enough.sent.length).toBe(1)
    service.close()
    const short = await scene(asAnswer(routerMessage()), 'partial')
    expect(await short.publisher.publish(price)).toMatchObject({ publishTime: 1_754_408_230 })
    expect(short.sent.length).toBe(4)
  })

  it('finds the one price of an order in the history of Hermes', async () => {
    const { publisher, sent } = await scene(asAnswer(fixtureMessage(RECORDED)))
    expect(await publisher.postTheOne('BTC-PERP', 1_754_408_230)).toMatchObject({ publishTime: 1_754_408_230 })
    expect(service.asked[0]?.path).toMatch(/price\/1754408230\?/)
    const before = sent.length
    expect(await publisher.postTheOne('BTC-PERP', 1_754_408_229)).toBeUndefined()
    expect(await publisher.postTheOne('BTC-PERP', 1_754_408_231)).toBeUndefined()
    expect(sent.length).toBe(before)
  })

  it('posts nothing of a forged message, or of a market without a feed', async () => {
    const { publisher, sent } = await scene(fixtureText('30-hermes-latest-rest.json'))
    service.close()
    const forged = await loopback((_request, response) =>
      response.end(asAnswer(fixtureMessage('03-vaa-gs3-2feeds-2024-03-18-1710723231-BADPROOF.hex'))),
    )
    service = forged
    await expect(publisher.publish({ ...price, market: 'DOGE-PERP' })).rejects.toThrow(/no price feed is published/)
    const other = receiverPublisher({
      connection: {} as never,
      sender: { payer } as TransactionSender,
      hermes: createHermes({ url: forged.url, key: 'key' }),
      signal: new AbortController().signal,
    })
    expect(await other.publish({ ...price, market: 'ETH-PERP' })).toBeUndefined()
    expect(sent.length).toBe(0)
  })

  it('gives way to the sponsored accounts while Hermes refuses the key, without asking it again', async () => {
    service = await loopback((_request, response) => response.writeHead(401).end())
    const hermes = createHermes({ url: service.url, key: 'key' })
    const failing = receiverPublisher({
      connection: {} as never,
      sender: { payer } as TransactionSender,
      hermes,
      signal: new AbortController().signal,
    })
    const found = { market: 'BTC-PERP', account: payer.publicKey, publishTime: 5, prevPublishTime: 4 }
    const both = orElse(failing, { publish: async () => found, postTheOne: async () => found }, silentLog)
    expect(await both.publish(price)).toEqual(found)
    expect(await both.postTheOne('BTC-PERP', 5)).toEqual(found)
    expect(service.asked.length).toBe(1)
  })
})
