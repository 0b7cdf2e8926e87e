import type { TransactionInstruction } from '@solana/web3.js'
import type { ReactNode } from 'react'
import { chainConfig, checkCluster, openConnection } from './chain.ts'
import { WalletError } from './errors.ts'
import { partition } from './partition.ts'
import { type Confirmed, type SendContext, send } from './send.ts'
import { signWithWallet } from './session.ts'
import { useWallet } from './store.ts'
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
  build: () => Promise<TransactionInstruction[]>
  /** Awaited after confirmation; its result is the toast's last stage. */
  finalStage?: (confirmed: Confirmed) => Promise<FinalStage>
}

let transactions = 0

/**
 * Sends what is built, in one transaction or, where it does not fit, in several one after the other, and tells the stages
 * in a toast. Never throws: failures are told too.
 */
export async function transact({ title, build, finalStage }: Request): Promise<Outcome> {
  transactions += 1
  const id = `transaction-${transactions}`
  let progress: Progress = {
    title,
    reached: [],
    total: finalStage === undefined ? 3 : 4,
    signature: null,
    outcome: 'running',
    note: 'Checking with the chain…',
  }
  const show = (change: Partial<Progress>): void => {
    progress = { ...progress, ...change }
    showProgress(id, progress)
  }

  try {
    show({})
    const payer = await readyWallet()
    const [{ PublicKey }, connection] = await Promise.all([import('@solana/web3.js'), openConnection()])
    const context = { connection, payer: new PublicKey(payer), sign: signWithWallet }
    const parts = await partition(await build(), context.payer)
    const [first] = parts
    if (first === undefined) throw new Error('there is nothing to send')
    const confirmed =
      parts.length > 1
        ? await sendParts(parts, context, show)
        : await send(first, {
            ...context,
            onStage: (stage) => {
              if (stage.stage === 'signing') show({ note: 'Sign in your wallet…' })
              if (stage.stage === 'sent') show({ reached: ['Signed', 'Sent'], signature: stage.signature, note: null })
              if (stage.stage === 'confirmed') {
                show({
                  reached: ['Signed', 'Sent', `Confirmed in ${stage.confirmedInMs} ms`],
                  outcome: finalStage === undefined ? 'done' : 'running',
                })
              }
            },
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

/** One after the other, each confirmed before the next: what has landed stays, whatever becomes of the rest. */
async function sendParts(
  parts: readonly TransactionInstruction[][],
  context: SendContext,
  show: (change: Partial<Progress>) => void,
): Promise<Confirmed> {
  const reached: string[] = []
  let last: Confirmed | undefined
  for (const [index, part] of parts.entries()) {
    const name = `Part ${index + 1} of ${parts.length}`
    show({ reached: [...reached], total: parts.length, note: `${name}: sign in your wallet…` })
    try {
      last = await send(part, {
        ...context,
        onStage: (stage) => {
          if (stage.stage === 'sent') show({ signature: stage.signature, note: `${name} is sent…` })
        },
      })
    } catch (cause) {
      const error = toTransactError(cause)
      if (index > 0) error.message += ` The first ${index} of ${parts.length} parts went through and stand.`
      throw error
    }
    reached.push(`Part ${index + 1} confirmed in ${last.confirmedInMs} ms`)
  }
  if (last === undefined) throw new Error('there is nothing to send')
  show({ reached, note: null, outcome: 'done' })
  return last
}

function lastProgress({ reached }: Progress, { outcome, label, note }: FinalStage): Partial<Progress> {
  return { outcome, note, reached: label === null ? reached : [...reached, label] }
}

/** @returns the address that will pay and sign. @throws when there is none or the chain is not the one shown. */
async function readyWallet(): Promise<string> {
  const { address, cluster } = useWallet.getState()
  if (address === null) throw new WalletError('not-connected', 'No wallet is connected. Connect one and try again.')
  const check = cluster.status === 'ok' ? cluster : await checkCluster()
  if (check.status === 'wrong') {
    throw new TransactionError('unreachable', {
      message: `This page trades on ${chainConfig().cluster}, but its RPC answers for ${check.found}. Nothing was sent: the operator must mend RPC_URL.`,
    })
  }
  if (check.status === 'unreachable') {
    throw new TransactionError('unreachable', {
      message: 'The chain cannot be reached. Nothing was sent and your input is kept: try again in a moment.',
    })
  }
  return address
}

/** Anything else thrown on the way is a fault of ours, told with what is known and without a guess about the chain. */
function toTransactError(cause: unknown): WalletError | TransactionError {
  if (cause instanceof WalletError || cause instanceof TransactionError) return cause
  const detail = cause instanceof Error ? cause.message : String(cause)
  return new TransactionError('rejected', { message: `The transaction could not be built: ${detail}`, cause })
}
