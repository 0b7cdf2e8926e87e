import {
  type AddressLookupTableAccount,
  ComputeBudgetProgram,
  type Connection,
  type Keypair,
  SendTransactionError,
  type TransactionError,
  type TransactionInstruction,
  TransactionMessage,
  VersionedTransaction,
} from '@solana/web3.js'
import bs58 from 'bs58'
import { errorMessage } from '#server/platform/errors.ts'
import { wakeable } from './wake.ts'

/** A transaction whose fate can be settled later, also by another process: keep it before the first send. */
export type SignedTransaction = { signature: string; bytes: Uint8Array; lastValidBlockHeight: number }

/**
 * What became of a transaction. `unknown` is never guessed away: it may still land until its block height has passed,
 * so settle it again before acting on it.
 */
export type SendOutcome =
  | { kind: 'landed-ok'; signature: string; slot: number }
  | { kind: 'landed-failed'; signature: string; slot: number; error: TransactionFailure }
  /** Simulation refused it; nothing was broadcast. */
  | { kind: 'refused'; signature: string; error: TransactionFailure }
  | { kind: 'expired'; signature: string }
  | { kind: 'unknown'; signature: string; reason: string }

/** `code` is the program's error number (or null); `reason` the runtime's error as JSON; logs as far as known. */
export type TransactionFailure = { code: number | null; reason: string; logs: readonly string[] }

export type SendOptions = {
  signers?: readonly Keypair[]
  lookupTables?: readonly AddressLookupTableAccount[]
  computeUnitLimit?: number
  /** Micro-lamports per compute unit. */
  computeUnitPrice?: number
  /** Simulate first (default): a transaction that must fail then costs nothing and is `refused`. */
  preflight?: boolean
  /** Called with the signed bytes before they leave, so that a crash after sending loses nothing. */
  remember?: (signed: SignedTransaction) => Promise<void>
  signal?: AbortSignal
}

export type TransactionSender = {
  payer: Keypair
  sign(instructions: readonly TransactionInstruction[], options?: SendOptions): Promise<SignedTransaction>
  send(instructions: readonly TransactionInstruction[], options?: SendOptions): Promise<SendOutcome>
  /** Sends the same bytes until the transaction has landed or its block height has passed. */
  settle(signed: SignedTransaction, options?: Pick<SendOptions, 'preflight' | 'signal'>): Promise<SendOutcome>
}

/** Between two sends of the same bytes; also how long the push of a signature may be late before we ask. */
const RESEND_MS = 2_000
/** An RPC that is away this long leaves the fate `unknown`; the caller settles again when it is back. */
const UNREACHABLE_MS = 20_000
/** Sends within one slot share a blockhash. */
const BLOCKHASH_AGE_MS = 400

export function createSender({ connection, payer }: { connection: Connection; payer: Keypair }): TransactionSender {
  const blockhash = sharedFor(BLOCKHASH_AGE_MS, () => connection.getLatestBlockhash('confirmed'))

  const sign: TransactionSender['sign'] = async (instructions, options = {}) => {
    const { blockhash: recentBlockhash, lastValidBlockHeight } = await blockhash()
    const message = new TransactionMessage({
      payerKey: payer.publicKey,
      recentBlockhash,
      instructions: [...computeBudget(options), ...instructions],
    }).compileToV0Message([...(options.lookupTables ?? [])])
    const transaction = new VersionedTransaction(message)
    transaction.sign([payer, ...(options.signers ?? [])])
    const [signature] = transaction.signatures
    if (signature === undefined) throw new TypeError('a transaction needs a signer')
    return { signature: bs58.encode(signature), bytes: transaction.serialize(), lastValidBlockHeight }
  }

  const settle: TransactionSender['settle'] = async (signed, { preflight = false, signal } = {}) => {
    const { signature } = signed
    const landing = watchSignature(connection, signature, signal)
    let unreachableSince: number | null = null
    let reason = 'the RPC has not answered yet'
    let simulate = preflight
    try {
      while (signal?.aborted !== true) {
        try {
          const refusal = await broadcast(connection, signed, simulate)
          if (refusal !== null) return { kind: 'refused', signature, error: refusal }
          simulate = false
          const status = await landedStatus(connection, signature, false)
          if (status !== null) return status
          if ((await connection.getBlockHeight('confirmed')) > signed.lastValidBlockHeight) {
            return (await landedStatus(connection, signature, true)) ?? { kind: 'expired', signature }
          }
          unreachableSince = null
        } catch (error) {
          reason = errorMessage(error)
          unreachableSince ??= performance.now()
          if (performance.now() - unreachableSince > UNREACHABLE_MS) break
        }
        await landing.orAfter(RESEND_MS)
      }
    } finally {
      landing.close()
    }
    return { kind: 'unknown', signature, reason: signal?.aborted === true ? 'stopped while waiting' : reason }
  }

  const send: TransactionSender['send'] = async (instructions, options = {}) => {
    const signed = await sign(instructions, options)
    await options.remember?.(signed)
    return settle(signed, { preflight: options.preflight ?? true, ...(options.signal ? { signal: options.signal } : {}) })
  }

  return { payer, sign, send, settle }
}

function computeBudget({ computeUnitLimit, computeUnitPrice }: SendOptions): TransactionInstruction[] {
  const instructions: TransactionInstruction[] = []
  if (computeUnitLimit !== undefined) instructions.push(ComputeBudgetProgram.setComputeUnitLimit({ units: computeUnitLimit }))
  if (computeUnitPrice !== undefined) instructions.push(ComputeBudgetProgram.setComputeUnitPrice({ microLamports: computeUnitPrice }))
  return instructions
}

/** Null when the bytes are out (or had landed before); the failure when simulation refused them. */
async function broadcast(connection: Connection, signed: SignedTransaction, simulate: boolean): Promise<TransactionFailure | null> {
  try {
    await connection.sendRawTransaction(signed.bytes, {
      skipPreflight: !simulate,
      preflightCommitment: 'confirmed',
      maxRetries: 0,
    })
    return null
  } catch (error) {
    if (!(error instanceof SendTransactionError)) throw error
    // Landed before, perhaps by our own earlier send: its status tells the rest.
    if (/already been processed|AlreadyProcessed/.test(error.message)) return null
    // A resend of an old blockhash is refused by nodes; whether the first send landed is for the status to say.
    if (!simulate) return null
    return failureFromLogs(error)
  }
}

async function landedStatus(connection: Connection, signature: string, searchTransactionHistory: boolean): Promise<SendOutcome | null> {
  const { value } = await connection.getSignatureStatuses([signature], { searchTransactionHistory })
  const status = value[0]
  if (!status || (status.confirmationStatus !== 'confirmed' && status.confirmationStatus !== 'finalized')) return null
  if (status.err === null) return { kind: 'landed-ok', signature, slot: status.slot }
  return { kind: 'landed-failed', signature, slot: status.slot, error: failureFromStatus(status.err) }
}

/** The signature's push, as a wake-up only: the status that follows is the truth. Subscribes at the first wait. */
function watchSignature(connection: Connection, signature: string, signal: AbortSignal | undefined) {
  const sleeper = wakeable(signal)
  let subscription: number | undefined
  let pushed = false
  const onPush = () => {
    pushed = true
    sleeper.wake()
  }
  return {
    orAfter: (ms: number): Promise<void> => {
      subscription ??= connection.onSignature(signature, onPush, 'confirmed')
      return sleeper.orAfter(ms)
    },
    close: () => {
      // A signature subscription ends by itself with its push.
      if (subscription !== undefined && !pushed) connection.removeSignatureListener(subscription).catch(() => undefined)
    },
  }
}

function failureFromStatus(error: TransactionError): TransactionFailure {
  const instructionError = typeof error === 'object' && 'InstructionError' in error ? error.InstructionError : undefined
  const detail = Array.isArray(instructionError) ? instructionError[1] : undefined
  const custom = typeof detail === 'object' && detail !== null && 'Custom' in detail ? detail.Custom : undefined
  return { code: typeof custom === 'number' ? custom : null, reason: JSON.stringify(error), logs: [] }
}

function failureFromLogs(error: SendTransactionError): TransactionFailure {
  const logs = error.logs ?? []
  const custom = /custom program error: 0x([0-9a-f]+)/i.exec([...logs, error.message].join('\n'))?.[1]
  return { code: custom === undefined ? null : Number.parseInt(custom, 16), reason: error.message, logs }
}

/** One value shared by all callers for a while; a failure is shared only by those who waited for it. */
function sharedFor<T>(ms: number, load: () => Promise<T>): () => Promise<T> {
  let current: { at: number; value: Promise<T> } | undefined
  return () => {
    if (current !== undefined && performance.now() - current.at < ms) return current.value
    const entry = { at: performance.now(), value: load() }
    current = entry
    entry.value.catch(() => {
      if (current === entry) current = undefined
    })
    return entry.value
  }
}
