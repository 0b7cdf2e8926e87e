import { type Connection, PublicKey, VersionedTransaction } from '@solana/web3.js'
import bs58 from 'bs58'
import { type SignedTransaction, settleTransaction, wakeable } from '#server/chain/index.ts'
import { recordAudit } from '#server/platform/audit.ts'
import type { Clock } from '#server/platform/clock.ts'
import type { Db } from '#server/platform/db/index.ts'
import { type AppError, toAppError } from '#server/platform/errors.ts'
import type { Seal } from '#server/platform/seal/index.ts'
import {
  type Desk,
  type Draft,
  draftCancel,
  draftCancelAll,
  draftClose,
  draftModify,
  draftPlace,
  prepareTransaction,
} from '#server/trading/index.ts'
import { secretPlace, signWithHeld } from './held-key.ts'
import { acceptIntent, dropIntent, endIntent, keepSigned, markUnknown, type OpenIntent } from './intent-repo.ts'
import { findKey, sealedSecret } from './key-repo.ts'
import { refusalOf } from './limits.ts'
import { INTENTS, type IntentDto } from './schema.ts'

export type SigningParts = { db: Db; clock: Clock; connection: Connection; seal: Seal }

export type IntentEnd = 'confirmed' | 'failed' | 'refused' | 'expired'

/**
 * Brings an intent to its end from wherever it stands: judged, signed, stored, sent. What is stored decides, so this may
 * begin again after a crash at any point: the bytes that were stored are sent again, and no others are ever signed.
 * @returns how it ended; `unknown` when nobody answers, or `signal` ended the wait.
 * @throws AppError of an outage; the intent is as it was, and this may be tried again.
 */
export async function carryOut(
  parts: SigningParts,
  intent: OpenIntent,
  signal: AbortSignal,
): Promise<IntentEnd | 'unknown'> {
  const signed = intent.signed ?? (await signIntent(parts, intent))
  return signed === 'refused' || signed === 'expired' ? signed : settleIntent(parts, intent, signed, signal)
}

async function signIntent(parts: SigningParts, intent: OpenIntent): Promise<SignedTransaction | 'refused' | 'expired'> {
  const { db, clock } = parts
  const drop = async <State extends 'refused' | 'expired'>(state: State, error: Failure): Promise<State> => {
    await dropIntent(db, intent.id, state, error)
    return state
  }
  const refuse = (error: Failure) => drop('refused', error)
  const expire = () => drop('expired', TOO_LATE)
  if (clock.now() >= intent.goodUntil) return expire()
  try {
    const key = await findKey(db, { userId: intent.key.userId, id: intent.key.id })
    if (key === undefined || key.publicKey === null) throw new TypeError(`intent ${intent.id} has no key`)
    if (key.revokedAt !== null) return await refuse(refusalOf('revoked', key.limits, null))
    const draft = await draftOf(parts, intent, key.publicKey)
    if (!intent.isAccepted) {
      const decision = await acceptIntent(db, intent.id, draft.exposure)
      if (decision === 'late') return await expire()
      if (decision !== null) return await refuse(refusalOf(decision, key.limits, draft.exposure))
    }
    const signed = await signOnce(parts, intent, draft)
    if (signed !== null) return signed
    // Revoked or too late by now: the bytes are forgotten, and nobody else has them.
    return await (clock.now() >= intent.goodUntil ? expire() : refuse(refusalOf('revoked', key.limits, null)))
  } catch (thrown) {
    const error = toAppError(thrown)
    if (isOutage(error)) throw error
    if (error.code === 'INTERNAL') {
      await refuse(BROKEN)
      throw error
    }
    const { code, message, details } = error
    return refuse({ code: typeof details.error === 'string' ? details.error : code, message, action: null })
  }
}

type Failure = NonNullable<IntentDto['error']>
const TOO_LATE = {
  code: 'TooLate',
  message: 'It was not signed in time, and is not signed any more.',
  action: 'Ask again.',
}
const BROKEN = { code: 'INTERNAL', message: 'The service could not sign this.', action: 'Sign with your wallet.' }

/** The next try may go otherwise. A lost lease is one too: the next leader tries. */
export const isOutage = ({ code, details }: AppError): boolean =>
  code === 'CHAIN_UNAVAILABLE' || code === 'DATABASE_UNAVAILABLE' || details.lease !== undefined

/** By the schema again: what stands in the table is not believed because somebody wrote it there. */
function draftOf(parts: SigningParts, { action, input, key }: OpenIntent, signer: string): Promise<Draft> {
  const desk: Desk = { ...parts, authority: key.wallet }
  const by = { signer, subAccountId: key.subAccountId }
  switch (action) {
    case 'place':
      return draftPlace(desk, { ...INTENTS.place.parse(input), ...by })
    case 'modify':
      return draftModify(desk, { ...INTENTS.modify.parse(input), ...by })
    case 'close':
      return draftClose(desk, { ...INTENTS.close.parse(input), ...by })
    case 'cancel':
      return draftCancel(desk, { ...INTENTS.cancel.parse(input), ...by })
    case 'cancel_all':
      return draftCancelAll(desk, { ...INTENTS.cancel_all.parse(input), ...by })
  }
}

/** A slot has passed, so there is another blockhash. */
const NEXT_BLOCKHASH_MS = 500

/** Signs it and stores the bytes; null when it may not be sent any more. */
async function signOnce(parts: SigningParts, intent: OpenIntent, draft: Draft): Promise<SignedTransaction | null> {
  for (;;) {
    const signed = await signDraft(parts, intent, draft)
    const kept = await parts.db.transaction().execute(async (trx) => {
      const outcome = await keepSigned(trx, intent.id, signed)
      if (outcome !== 'kept') return outcome
      await recordAudit(trx, {
        stream: 'signer',
        actor: intent.key.userId,
        action: 'intent.signed',
        subject: intent.id,
        details: { key: intent.key.id, action: intent.action, signature: signed.signature },
      })
      return outcome
    })
    if (kept !== 'twin') return kept === 'kept' ? signed : null
    await wakeable().orAfter(NEXT_BLOCKHASH_MS)
  }
}

async function signDraft({ db, connection, seal }: SigningParts, { key }: OpenIntent, draft: Draft) {
  const prepared = await prepareTransaction(connection, draft)
  const transaction = VersionedTransaction.deserialize(Buffer.from(prepared.transaction, 'base64'))
  const sealed = await sealedSecret(db, key.id)
  if (sealed === undefined) throw new TypeError(`key ${key.id} has no secret`)
  await signWithHeld(transaction, new PublicKey(prepared.signer), seal, sealed, secretPlace(key.userId, key.id))
  const [signature] = transaction.signatures
  if (signature === undefined) throw new TypeError('a transaction needs a signer')
  return {
    signature: bs58.encode(signature),
    bytes: transaction.serialize(),
    lastValidBlockHeight: prepared.lastValidBlockHeight,
  }
}

async function settleIntent(
  { db, connection }: SigningParts,
  { id, isUnknown }: OpenIntent,
  signed: SignedTransaction,
  signal: AbortSignal,
): Promise<IntentEnd | 'unknown'> {
  // Without another trial: it was tried before it was signed, and after a restart it may have landed.
  const outcome = await settleTransaction(connection, signed, { signal })
  switch (outcome.kind) {
    case 'landed-ok':
      await endIntent(db, id, { state: 'confirmed', slot: outcome.slot })
      return 'confirmed'
    case 'landed-failed':
    case 'refused': {
      const { code, message, action } = outcome.error
      const landed = outcome.kind === 'landed-failed' ? { slot: outcome.slot } : {}
      await endIntent(db, id, { state: 'failed', ...landed, error: { code, message, action } })
      return 'failed'
    }
    case 'expired':
      await endIntent(db, id, { state: 'expired' })
      return 'expired'
    case 'unknown':
      if (!isUnknown && !signal.aborted) await markUnknown(db, id)
      return 'unknown'
  }
}
