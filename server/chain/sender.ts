import {
  type AddressLookupTableAccount,
  ComputeBudgetProgram,
  type Connection,
  type Keypair,
  SendTransactionError,
  type TransactionError,
  type TransactionInstruction,
  VersionedTransaction,
} from '@solana/web3.js'
import bs58 from 'bs58'
import { explainFailure, type Failure } from '#client/errors.ts'
import { compileTransaction } from '#client/lookup-table.ts'
import { errorMessage } from '#server/platform/errors.ts'
import { sharedFor } from '#server/platform/shared-for.ts'
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

/** Why, in a trader's words, and the logs as far as known. */
export type TransactionFailure = Failure & { readonly logs: readonly string[] }

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

export type Simulation = { signature: string; units: number; error: TransactionFailure | null }

export type TransactionSender = {
  payer: Keypair
  sign(instructions: readonly TransactionInstruction[], options?: SendOptions): Promise<SignedTransaction>
  send(instructions: readonly TransactionInstruction[], options?: SendOptions): Promise<SendOutcome>
  /** Runs it without sending it. `signature` is that of the bytes that were simulated. @throws AppError */
  simulate(
    instructions: readonly TransactionInstruction[],
    options?: Pick<SendOptions, 'signers' | 'lookupTables'>,
  ): Promise<Simulation>
  /** Sends the same bytes until the transaction has landed or its block height has passed. */
  settle(signed: SignedTransaction, options?: Pick<SendOptions, 'preflight' | 'signal'>): Promise<SendOutcome>
}

/** Between two sends of the same bytes; also how long the push of a signature may be late before we ask. */
const RESEND_MS = 2_000
/** An RPC that is away this long leaves the fate `unknown`; the caller settles again when it is back. */
const UNREACHABLE_MS = 20_000
/** What landed a while ago is not among the recent ones any more: this look and later ones search the history too. */
const HISTORY_FROM_LOOK = 3
/** What the chain lets one transaction use. */
const MOST_COMPUTE_UNITS = 1_400_000
/** Sends within one slot share a blockhash. */
const BLOCKHASH_AGE_MS = 400

export function createSender({ connection, payer }: { connection: Connection; payer: Keypair }): TransactionSender {
  const blockhash = sharedFor(BLOCKHASH_AGE_MS, () => connection.getLatestBlockhash('confirmed'))

  const sign: TransactionSender['sign'] = async (instructions, options = {}) => {
    const { blockhash: recentBlockhash, lastValidBlockHeight } = await blockhash()
    const transaction = compileTransaction({
      payer: payer.publicKey,
      recentBlockhash,
      instructions: [...computeBudget(options), ...instructions],
      lookupTables: options.lookupTables ?? [],
    })
    transaction.sign([payer, ...(options.signers ?? [])])
    const [signature] = transaction.signatures
    if (signature === undefined) throw new TypeError('a transaction needs a signer')
    return { signature: bs58.encode(signature), bytes: transaction.serialize(), lastValidBlockHeight }
  }

  const settle: TransactionSender['settle'] = (signed, options) => settleTransaction(connection, signed, options)

  const send: TransactionSender['send'] = async (instructions, options = {}) => {
    const signed = await sign(instructions, options)
    await options.remember?.(signed)
    return settle(signed, {
      preflight: options.preflight ?? true,
      ...(options.signal ? { signal: options.signal } : {}),
    })
  }

  const simulate: TransactionSender['simulate'] = async (instructions, options = {}) => {
    const { signature, bytes } = await sign(instructions, { ...options, computeUnitLimit: MOST_COMPUTE_UNITS })
    const { value } = await connection.simulateTransaction(VersionedTransaction.deserialize(bytes), {
      commitment: 'confirmed',
    })
    const error = value.err === null ? null : failure(value.err, value.logs ?? [])
    return { signature, units: value.unitsConsumed ?? 0, error }
  }

  return { payer, sign, send, settle, simulate }
}

/**
 * Sends signed bytes until the transaction has landed or its block height has passed, whoever signed it. A caller who
 * stops waiting (`signal`) is told `unknown`.
 */
export async function settleTransaction(
  connection: Connection,
  signed: SignedTransaction,
  { preflight = false, signal }: Pick<SendOptions, 'preflight' | 'signal'> = {},
): Promise<SendOutcome> {
  const { signature } = signed
  const landing = watchSignature(connection, signature, signal)
  let unreachableSince: number | null = null
  let reason = 'the RPC has not answered yet'
  let simulate = preflight
  try {
    for (let look = 1; signal?.aborted !== true; look += 1) {
      try {
        const refusal = await broadcast(connection, signed, simulate)
        if (refusal !== null) return { kind: 'refused', signature, error: refusal }
        simulate = false
        const { landed } = await statusOf(connection, signature, look >= HISTORY_FROM_LOOK)
        if (landed !== null) return landed
        const settled = await afterItsHeight(connection, signed)
        if (settled !== null) return settled
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

function computeBudget({ computeUnitLimit, computeUnitPrice }: SendOptions): TransactionInstruction[] {
  const instructions: TransactionInstruction[] = []
  if (computeUnitLimit !== undefined)
    instructions.push(ComputeBudgetProgram.setComputeUnitLimit({ units: computeUnitLimit }))
  if (computeUnitPrice !== undefined)
    instructions.push(ComputeBudgetProgram.setComputeUnitPrice({ microLamports: computeUnitPrice }))
  return instructions
}

/** Null when the bytes are out (or had landed before); the failure when simulation refused them. */
async function broadcast(
  connection: Connection,
  { bytes }: SignedTransaction,
  simulate: boolean,
): Promise<TransactionFailure | null> {
  if (simulate) {
    const { value } = await connection.simulateTransaction(VersionedTransaction.deserialize(bytes), {
      commitment: 'confirmed',
    })
    // Landed before, perhaps by our own earlier send: its status tells the rest.
    if (value.err === 'AlreadyProcessed') return null
    if (value.err !== null) return failure(value.err, value.logs ?? [])
  }
  try {
    await connection.sendRawTransaction(bytes, { skipPreflight: true, maxRetries: 0 })
  } catch (error) {
    // A node refuses what has landed already or is too old: whether it landed is for the status to say.
    if (!(error instanceof SendTransactionError)) throw error
  }
  return null
}

/**
 * What is certain once its block height has passed; null before. Nodes differ: one that is behind says "never seen" of
 * what landed, so a signature has expired only by the word of a node that has seen the slot in which its height passed.
 */
async function afterItsHeight(
  connection: Connection,
  { signature, lastValidBlockHeight }: SignedTransaction,
): Promise<SendOutcome | null> {
  const { absoluteSlot, blockHeight } = await connection.getEpochInfo('confirmed')
  if (blockHeight === undefined || blockHeight <= lastValidBlockHeight) return null
  const { landed, isKnown, asOfSlot } = await statusOf(connection, signature, true)
  if (landed !== null) return landed
  return isKnown || asOfSlot < absoluteSlot ? null : { kind: 'expired', signature }
}

type Status = {
  /** Null unless it is confirmed. */
  landed: SendOutcome | null
  /** In a block, perhaps of a fork that will not stay. */
  isKnown: boolean
  /** Of the node that says so. */
  asOfSlot: number
}

async function statusOf(connection: Connection, signature: string, searchTransactionHistory: boolean): Promise<Status> {
  const { context, value } = await connection.getSignatureStatuses([signature], { searchTransactionHistory })
  const [status] = value
  const told = { isKnown: status !== null && status !== undefined, asOfSlot: context.slot }
  if (!status || (status.confirmationStatus !== 'confirmed' && status.confirmationStatus !== 'finalized')) {
    return { ...told, landed: null }
  }
  const { slot, err } = status
  if (err === null) return { ...told, landed: { kind: 'landed-ok', signature, slot } }
  return { ...told, landed: { kind: 'landed-failed', signature, slot, error: failure(err, []) } }
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

function failure(error: TransactionError, logs: readonly string[]): TransactionFailure {
  return { ...explainFailure(error, logs), logs }
}
