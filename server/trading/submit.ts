import { createPublicKey, verify } from 'node:crypto'
import { ComputeBudgetProgram, type Connection, type PublicKey, VersionedTransaction } from '@solana/web3.js'
import bs58 from 'bs58'
import { isInstruction } from '#client/instruction.ts'
import { PROGRAM_ID } from '#client/pda.ts'
import { type SendOutcome, settleTransaction } from '#server/chain/index.ts'
import { listSubAccounts } from '#server/exchange/index.ts'
import type { Db } from '#server/platform/db/index.ts'
import { AppError } from '#server/platform/errors.ts'
import type { OutcomeDto } from './schema.ts'

const BAD = (message: string) => new AppError('BAD_INPUT', { message })
/** A blockhash is good for so many blocks: its own height is not in the transaction, so this is counted from now on. */
const BLOCKHASH_BLOCKS = 150
/** An answer comes in this time; what is still open then is `unknown`, and the same bytes may be submitted again. */
const ANSWER_WITHIN_MS = 25_000

export type SignedBytes = { transaction: VersionedTransaction; bytes: Uint8Array; signature: string; signer: PublicKey }

/**
 * A transaction that was signed elsewhere.
 * @throws AppError BAD_INPUT unless it calls our program alone, is signed by one key, and that signature is right.
 */
export function readSigned(base64: string): SignedBytes {
  const bytes = Buffer.from(base64, 'base64')
  const transaction = parse(bytes)
  const { header, staticAccountKeys, compiledInstructions, addressTableLookups } = transaction.message
  const [signer] = staticAccountKeys
  const [signature] = transaction.signatures
  if (signer === undefined || signature === undefined || header.numRequiredSignatures !== 1) {
    throw BAD('the transaction must be signed by one key, which also pays for it')
  }
  if (addressTableLookups.length > 0) throw BAD('the transaction must name its accounts itself, without lookup tables')
  const programs = compiledInstructions.map(({ programIdIndex }) => staticAccountKeys[programIdIndex])
  if (!programs.some((program) => program?.equals(PROGRAM_ID))) {
    throw BAD(`the transaction must call the exchange's program ${PROGRAM_ID.toBase58()}`)
  }
  const foreign = programs.find((id) => !id?.equals(PROGRAM_ID) && !id?.equals(ComputeBudgetProgram.programId))
  if (foreign !== undefined)
    throw BAD(`the transaction may call the exchange alone, and calls ${foreign.toBase58()} too`)
  if (!isSignedBy(signer, transaction.message.serialize(), signature)) {
    throw BAD(`the signature is not that of ${signer.toBase58()}`)
  }
  return { transaction, bytes, signature: bs58.encode(signature), signer }
}

function parse(bytes: Uint8Array): VersionedTransaction {
  try {
    return VersionedTransaction.deserialize(bytes)
  } catch {
    throw BAD('this is no serialised transaction')
  }
}

/** What Node's crypto wants before the 32 bytes of an Ed25519 key. */
const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex')

function isSignedBy(signer: PublicKey, message: Uint8Array, signature: Uint8Array): boolean {
  const key = createPublicKey({ key: Buffer.concat([ED25519_SPKI, signer.toBytes()]), format: 'der', type: 'spki' })
  return verify(null, message, key, signature)
}

/** Takes orders off and does nothing else. */
export function isCancelOnly({ transaction }: SignedBytes): boolean {
  const { compiledInstructions, staticAccountKeys } = transaction.message
  return compiledInstructions
    .filter(({ programIdIndex }) => staticAccountKeys[programIdIndex]?.equals(PROGRAM_ID))
    .every(({ data }) => isInstruction('cancelOrder', data))
}

/** @throws AppError FORBIDDEN unless the signer is the caller's wallet, or may trade for one of its sub-accounts. */
export async function requireOwnSigner(db: Db, authority: string, { signer }: SignedBytes): Promise<void> {
  const key = signer.toBase58()
  if (key === authority) return
  const owned = await listSubAccounts(db, { authority })
  if (owned.some(({ subAccount }) => subAccount.delegate === key)) return
  throw new AppError('FORBIDDEN', {
    message: `${key} is neither your wallet nor a delegate of one of its sub-accounts`,
  })
}

/** Sends it, again and again, until its fate is known or the answer is due. */
export async function submitSigned(connection: Connection, { bytes, signature }: SignedBytes): Promise<OutcomeDto> {
  const height = await connection.getBlockHeight('confirmed')
  const signed = { bytes, signature, lastValidBlockHeight: height + BLOCKHASH_BLOCKS }
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS)
  return toOutcome(await settleTransaction(connection, signed, { preflight: true, signal }))
}

function toOutcome(outcome: SendOutcome): OutcomeDto {
  const { signature } = outcome
  switch (outcome.kind) {
    case 'landed-ok':
      return { outcome: 'confirmed', signature, slot: outcome.slot }
    case 'landed-failed':
      return { outcome: 'failed', signature, slot: outcome.slot, error: worded(outcome.error) }
    case 'refused':
      return { outcome: 'refused', signature, error: worded(outcome.error) }
    case 'expired':
      return { outcome: 'expired', signature }
    case 'unknown':
      return { outcome: 'unknown', signature, reason: outcome.reason }
  }
}

const worded = ({ code, message, action }: { code: string; message: string; action: string | null }) => ({
  code,
  message,
  action,
})
