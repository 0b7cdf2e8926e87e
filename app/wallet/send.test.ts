import { type Connection, Keypair, SystemProgram, type VersionedTransaction } from '@solana/web3.js'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { WalletError } from './errors.ts'
import { type SendContext, type SendStage, send } from './send.ts'
import { TransactionError } from './transaction-error.ts'

type Status = { slot: number; err: unknown; confirmationStatus: string } | null

/** An RPC that answers as scripted; what it was sent is kept. */
function scripted(script: {
  simulation?: { err: unknown; logs: string[]; unitsConsumed?: number }
  statuses?: (round: number) => Status
  height?: (round: number) => number
  push?: { slot: number; err: unknown }
  broken?: () => boolean
}) {
  const sent: Uint8Array[] = []
  let asked = 0
  const fail = (): void => {
    if (script.broken?.() === true) throw new Error('fetch failed')
  }
  const connection = {
    getLatestBlockhash: async () => {
      fail()
      return { blockhash: Keypair.generate().publicKey.toBase58(), lastValidBlockHeight: 150 }
    },
    simulateTransaction: async () => ({ value: script.simulation ?? { err: null, logs: [], unitsConsumed: 30_000 } }),
    sendRawTransaction: async (bytes: Uint8Array) => {
      fail()
      sent.push(bytes)
      return ''
    },
    onSignature: (_: string, callback: (result: { err: unknown }, context: { slot: number }) => void) => {
      const { push } = script
      if (push !== undefined) queueMicrotask(() => callback({ err: push.err }, { slot: push.slot }))
      return 1
    },
    removeSignatureListener: async () => undefined,
    getSignatureStatuses: async () => {
      fail()
      asked += 1
      return { value: [script.statuses?.(asked) ?? null] }
    },
    getBlockHeight: async () => script.height?.(asked) ?? 1,
    getTransaction: async () => null,
  }
  return { connection: connection as unknown as Connection, sent }
}

const wallet = Keypair.generate()
const instruction = SystemProgram.transfer({ fromPubkey: wallet.publicKey, toPubkey: wallet.publicKey, lamports: 1 })

function context(connection: Connection, change: Partial<SendContext> = {}): SendContext {
  return {
    connection,
    payer: wallet.publicKey,
    sign: async (transaction: VersionedTransaction) => {
      transaction.sign([wallet])
      return transaction
    },
    ...change,
  }
}

const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error: unknown) => error,
  )

describe('send', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] }))
  afterEach(() => void vi.useRealTimers())

  it('tells its stages in order and asks for a quarter more compute than the simulation used', async () => {
    const { connection, sent } = scripted({ push: { slot: 7, err: null } })
    const stages: SendStage['stage'][] = []
    const confirmed = await send([instruction], context(connection, { onStage: ({ stage }) => stages.push(stage) }))
    expect(confirmed.slot).toBe(7)
    expect(stages).toEqual(['signing', 'sent', 'confirmed'])
    expect(sent).toHaveLength(1)
    // SetComputeUnitLimit is byte 2, then u32 little-endian: 30 000 × 1.25 + 1 000.
    expect(Buffer.from(sent[0]!).includes(Buffer.from([2, ...new Uint8Array(new Uint32Array([38_500]).buffer)]))).toBe(
      true,
    )
  })

  it('never asks the wallet for what the chain would refuse', async () => {
    const logs = [
      'Program log: AnchorError occurred. Error Code: InsufficientMargin. Error Number: 6032. Error Message: The margin is too small.',
    ]
    const { connection, sent } = scripted({ simulation: { err: { InstructionError: [1, { Custom: 6032 }] }, logs } })
    const sign = vi.fn()
    const error = await failure(send([instruction], context(connection, { sign })))
    expect(error).toMatchObject({ kind: 'rejected', code: 'InsufficientMargin' })
    expect(sign).not.toHaveBeenCalled()
    expect(sent).toHaveLength(0)
  })

  it('sends nothing when the wallet refuses', async () => {
    const { connection, sent } = scripted({})
    const sign = async () => Promise.reject(new WalletError('refused', 'no'))
    expect(await failure(send([instruction], context(connection, { sign })))).toBeInstanceOf(WalletError)
    expect(sent).toHaveLength(0)
  })

  it('sends the same bytes again until they are confirmed', async () => {
    const { connection, sent } = scripted({
      statuses: (round) => (round < 12 ? null : { slot: 9, err: null, confirmationStatus: 'confirmed' }),
    })
    const result = send([instruction], context(connection))
    await vi.advanceTimersByTimeAsync(10_000)
    expect((await result).slot).toBe(9)
    expect(sent.length).toBeGreaterThan(1)
    expect(new Set(sent.map((bytes) => Buffer.from(bytes).toString('hex'))).size).toBe(1)
  })

  it('gives up only when the block height has passed without it', async () => {
    const { connection } = scripted({ height: (round) => 145 + round })
    const error = failure(send([instruction], context(connection)))
    await vi.advanceTimersByTimeAsync(20_000)
    expect(await error).toMatchObject({ kind: 'expired' })
  })

  it('reports a refusal on chain with the signature', async () => {
    const { connection } = scripted({ push: { slot: 7, err: { InstructionError: [1, { Custom: 6053 }] } } })
    const error = await failure(send([instruction], context(connection)))
    expect(error).toMatchObject({ kind: 'rejected', code: 'PriceLimit' })
    expect((error as TransactionError).signature).not.toBeNull()
  })

  it('never guesses: a chain that stops answering leaves the fate unknown', async () => {
    let broken = false
    const { connection } = scripted({ broken: () => broken })
    const onStage = ({ stage }: SendStage): void => {
      if (stage === 'sent') broken = true
    }
    const error = failure(send([instruction], context(connection, { onStage })))
    await vi.advanceTimersByTimeAsync(130_000)
    expect(await error).toMatchObject({ kind: 'unknown' })
  })

  it('says that nothing was sent when the chain is away from the start', async () => {
    const { connection } = scripted({ broken: () => true })
    expect(await failure(send([instruction], context(connection)))).toMatchObject({
      kind: 'unreachable',
      signature: null,
    })
    expect(await failure(send([instruction], context(connection)))).toBeInstanceOf(TransactionError)
  })
})
