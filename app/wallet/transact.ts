import type { TransactionInstruction, VersionedTransaction } from '@solana/web3.js'
import type { ReactNode } from 'react'
import type { OwnAccount } from '#app/data/own-account.ts'
import { t } from '#app/i18n/t.ts'
import { openConnection, requireCluster } from './chain.ts'
import { WalletError } from './errors.ts'
import { partition } from './partition.ts'
import { feeOffer } from './priority-fee.ts'
import { type Confirmed, type SendContext, send } from './send.ts'
import { isForOwner, type Signer, tradingSigner, walletSigner } from './signer.ts'
import { type Progress, showProgress } from './TransactionToast.tsx'
import { TransactionError } from './transaction-error.ts'

export type Outcome =
  | { kind: 'confirmed'; confirmed: Confirmed }
  | { kind: 'failed'; error: WalletError | TransactionError }

/** What the trader learns after confirmation: the fill, or why there is none yet. */
export type FinalStage = { outcome: 'done' | 'failed'; label: string | null; note: ReactNode }

type Request = {
  /** What it does, in the trader's words: "Buy 4.00 SOL at 140.50". */
  title: string
  /** The sub-account it only trades for: a key that may do so signs instead of the wallet. */
  tradesFor?: OwnAccount
  /** `payer`: who will sign. */
  build: (payer: string) => Promise<TransactionInstruction[]>
  /** Signs as well, after the payer, who may still have changed something. */
  also?: (transaction: VersionedTransaction) => Promise<VersionedTransaction>
  /** Awaited after confirmation; its result is the toast's last stage. */
  finalStage?: (confirmed: Confirmed) => Promise<FinalStage>
}

let transactions = 0

/**
 * Sends what is built, in one transaction or, where it does not fit, in several one after the other, and tells the stages
 * in a toast. Never throws: failures are told too.
 */
export async function transact({ title, tradesFor, build, also, finalStage }: Request): Promise<Outcome> {
  transactions += 1
  const id = `transaction-${transactions}`
  let progress: Progress = {
    title,
    reached: [],
    total: finalStage === undefined ? 3 : 4,
    signature: null,
    outcome: 'running',
    note: t('Checking with the chain…'),
  }
  const show = (change: Partial<Progress>): void => {
    progress = { ...progress, ...change }
    showProgress(id, progress)
  }

  let landed = 0
  const sendOne: SendOne = async (part, context) => {
    const confirmed = await send(part, context)
    landed += 1
    return confirmed
  }
  const attempt = async (signer: Signer): Promise<Confirmed> => {
    const [{ PublicKey }, connection] = await Promise.all([import('@solana/web3.js'), openConnection()])
    const payer = new PublicKey(signer.address)
    const instructions = await build(signer.address)
    const parts = await partition(instructions, payer)
    const [first] = parts
    if (first === undefined) throw new Error('there is nothing to send')
    const sign: Signer['sign'] = async (transaction) => {
      const signed = await signer.sign(transaction)
      return (await also?.(signed)) ?? signed
    }
    const context = { connection, payer, sign, fee: await feeOffer(connection, instructions) }
    const byWhom = signer.isKey ? t('Signed by the trading key') : t('Signed')
    if (parts.length > 1) return sendParts(parts, context, sendOne, show)
    return sendOne(first, {
      ...context,
      onStage: (stage) => {
        if (stage.stage === 'signing') show({ note: signer.isKey ? null : t('Sign in your wallet…') })
        if (stage.stage === 'sent') show({ reached: [byWhom, t('Sent')], signature: stage.signature, note: null })
        if (stage.stage === 'confirmed') {
          show({
            reached: [byWhom, t('Sent'), t('Confirmed in {ms} ms', { ms: stage.confirmedInMs })],
            outcome: finalStage === undefined ? 'done' : 'running',
          })
        }
      },
    })
  }

  try {
    show({})
    const signer = tradesFor === undefined ? walletSigner() : tradingSigner(tradesFor)
    await requireCluster()
    const confirmed = await attempt(signer).catch((error: unknown) => {
      if (!signer.isKey || landed > 0 || !isForOwner(error)) throw error
      // Nothing has changed: it is sent anew, and the wallet asks its owner.
      show({ reached: [], signature: null, note: t('The trading key may not send this. Sign in your wallet…') })
      return attempt(walletSigner())
    })
    if (finalStage !== undefined) void finalStage(confirmed).then((last) => show(lastProgress(progress, last)))
    return { kind: 'confirmed', confirmed }
  } catch (cause) {
    const error = toTransactError(cause)
    show({
      outcome: error instanceof TransactionError && error.kind === 'unknown' ? 'unknown' : 'failed',
      note: error.message,
      signature: error instanceof TransactionError ? (error.signature ?? progress.signature) : progress.signature,
    })
    return { kind: 'failed', error }
  }
}

type SendOne = (part: readonly TransactionInstruction[], context: SendContext) => Promise<Confirmed>

/** One after the other, each confirmed before the next: what has landed stays, whatever becomes of the rest. */
async function sendParts(
  parts: readonly TransactionInstruction[][],
  context: SendContext,
  sendOne: SendOne,
  show: (change: Partial<Progress>) => void,
): Promise<Confirmed> {
  const reached: string[] = []
  let last: Confirmed | undefined
  for (const [index, part] of parts.entries()) {
    const place = { part: index + 1, parts: parts.length }
    show({ reached: [...reached], total: parts.length, note: t('Part {part} of {parts} is being signed…', place) })
    try {
      last = await sendOne(part, {
        ...context,
        onStage: (stage) => {
          if (stage.stage !== 'sent') return
          show({ signature: stage.signature, note: t('Part {part} of {parts} is sent…', place) })
        },
      })
    } catch (cause) {
      const error = toTransactError(cause)
      const done = { ...place, done: index }
      if (index > 0) error.message += ` ${t('The first {done} of {parts} parts went through and stand.', done)}`
      throw error
    }
    reached.push(t('Part {part} confirmed in {ms} ms', { ...place, ms: last.confirmedInMs }))
  }
  if (last === undefined) throw new Error('there is nothing to send')
  show({ reached, note: null, outcome: 'done' })
  return last
}

function lastProgress({ reached }: Progress, { outcome, label, note }: FinalStage): Partial<Progress> {
  return { outcome, note, reached: label === null ? reached : [...reached, label] }
}

/** Anything else thrown on the way is a fault of ours, told with what is known and without a guess about the chain. */
export function toTransactError(cause: unknown): WalletError | TransactionError {
  if (cause instanceof WalletError || cause instanceof TransactionError) return cause
  const detail = cause instanceof Error ? cause.message : String(cause)
  return new TransactionError('rejected', {
    message: t('The transaction could not be built: {detail}', { detail }),
    cause,
  })
}
