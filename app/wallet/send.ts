import type { Connection, PublicKey, TransactionInstruction, VersionedTransaction } from '@solana/web3.js'
import { t } from '#app/i18n/t.ts'
import { type FeeOffer, priceWithin } from './priority-fee.ts'
import { reachable, TransactionError } from './transaction-error.ts'

/** Where a transaction is on its way. Times are ms since `send` began signing. */
export type SendStage =
  | { stage: 'signing' }
  | { stage: 'sent'; signature: string }
  | { stage: 'confirmed'; signature: string; slot: number; confirmedInMs: number }

export type Confirmed = { signature: string; slot: number; confirmedInMs: number }

/** How the chain is asked what became of a transaction: by its signature, which can no longer land above this height. */
export type Landing = { signature: string; lastValidBlockHeight: number }

export type SendContext = {
  connection: Connection
  payer: PublicKey
  sign: (transaction: VersionedTransaction) => Promise<VersionedTransaction>
  onStage?: (stage: SendStage) => void
  /** Called before anything leaves: with this the chain can be asked later what became of it. */
  onSigned?: (landing: Landing) => void
  /** What is offered for haste; nothing without it. */
  fee?: FeeOffer
}

const MAX_COMPUTE_UNITS = 1_400_000
const RESEND_MS = 2_000
const POLL_MS = 400
const GIVE_UP_MS = 120_000

/**
 * Simulates, asks the wallet, sends, and sends the same bytes again until they are confirmed or can no longer land.
 *
 * @throws TransactionError `rejected` when the chain would refuse or did refuse it (nothing changed), `expired` when its
 * block height passed without it (nothing changed, safe to try again), `unknown` when the chain cannot be asked any more.
 * @throws WalletError when the trader or the wallet refuses.
 */
export async function send(instructions: readonly TransactionInstruction[], context: SendContext): Promise<Confirmed> {
  const { connection, onStage } = context
  const { blockhash, lastValidBlockHeight } = await reachable(() => connection.getLatestBlockhash('confirmed'))
  const units = await simulate(instructions, blockhash, context)
  const transaction = await compile(instructions, blockhash, context, units)

  onStage?.({ stage: 'signing' })
  const signed = await context.sign(transaction)
  const { default: bs58 } = await import('bs58')
  const signature = bs58.encode(signed.signatures[0] ?? new Uint8Array(64))
  const sentAt = performance.now()
  const bytes = signed.serialize()
  context.onSigned?.({ signature, lastValidBlockHeight })
  const landing = watchSignature(connection, signature)
  await broadcast(connection, bytes)
  onStage?.({ stage: 'sent', signature })
  const slot = await confirm(connection, { bytes, signature, lastValidBlockHeight }, landing.landed).finally(
    landing.stop,
  )
  const confirmed = { signature, slot, confirmedInMs: Math.round(performance.now() - sentAt) }
  onStage?.({ stage: 'confirmed', ...confirmed })
  return confirmed
}

/** @returns the compute-unit limit to ask for: what the simulation used, and a quarter more for prices that move. */
async function simulate(
  instructions: readonly TransactionInstruction[],
  blockhash: string,
  context: SendContext,
): Promise<number> {
  const trial = await compile(instructions, blockhash, context, MAX_COMPUTE_UNITS)
  const { value } = await reachable(() =>
    context.connection.simulateTransaction(trial, { sigVerify: false, replaceRecentBlockhash: true }),
  )
  if (value.err !== null) throw await translated(value.err, value.logs ?? [])
  return Math.min(MAX_COMPUTE_UNITS, Math.ceil((value.unitsConsumed ?? MAX_COMPUTE_UNITS) * 1.25) + 1_000)
}

async function compile(
  instructions: readonly TransactionInstruction[],
  blockhash: string,
  { payer, fee }: SendContext,
  units: number,
): Promise<VersionedTransaction> {
  const { ComputeBudgetProgram, TransactionMessage, VersionedTransaction } = await import('@solana/web3.js')
  const budget = [ComputeBudgetProgram.setComputeUnitLimit({ units })]
  const microLamports = fee === undefined ? 0 : priceWithin(fee, units)
  if (microLamports > 0) budget.push(ComputeBudgetProgram.setComputeUnitPrice({ microLamports }))
  return new VersionedTransaction(
    new TransactionMessage({
      payerKey: payer,
      recentBlockhash: blockhash,
      instructions: [...budget, ...instructions],
    }).compileToV0Message(),
  )
}

/** The simulation has passed, so preflight would only cost a round trip; we retry ourselves, so the node need not. */
async function broadcast(connection: Connection, bytes: Uint8Array): Promise<void> {
  try {
    await connection.sendRawTransaction(bytes, { skipPreflight: true, maxRetries: 0 })
  } catch {
    // Its fate is unknown until its block height has passed: `confirm` sends it again and finds out.
  }
}

type InFlight = Landing & { bytes: Uint8Array }
type Landed = { slot: number; err: unknown }

/**
 * @returns the slot it landed in. The WebSocket tells first; polling catches what a lost socket would miss, and while
 * the chain does not answer the fate stays open instead of being guessed.
 */
async function confirm(connection: Connection, inFlight: InFlight, notified: Promise<Landed>): Promise<number> {
  let answeredAt = performance.now()
  let sentAt = performance.now()
  for (let round = 1; ; round += 1) {
    const wait = delay(Math.min(POLL_MS, 100 * round)).then(() => null)
    const landed = (await Promise.race([notified, wait])) ?? (await poll(connection, inFlight))
    const now = performance.now()
    if (landed === 'expired') {
      throw new TransactionError('expired', {
        message: t('The network did not take the transaction in time. Nothing changed: send it again.'),
        signature: inFlight.signature,
      })
    }
    if (landed === 'unanswered' && now - answeredAt > GIVE_UP_MS) {
      throw new TransactionError('unknown', {
        message: t(
          'The chain has not answered for two minutes, so it is unknown whether the transaction landed. Look at your orders and positions before you send it again.',
        ),
        signature: inFlight.signature,
      })
    }
    if (landed !== 'unanswered') answeredAt = now
    if (typeof landed === 'object') {
      if (landed.err === null) return landed.slot
      throw await landedFailure(connection, inFlight.signature, landed.err)
    }
    if (now - sentAt > RESEND_MS) {
      sentAt = now
      await broadcast(connection, inFlight.bytes)
    }
  }
}

/** web3.js ends the subscription by itself once it has told. */
function watchSignature(connection: Connection, signature: string): { landed: Promise<Landed>; stop: () => void } {
  const landed = Promise.withResolvers<Landed>()
  let told = false
  const subscription = connection.onSignature(
    signature,
    ({ err }, { slot }) => {
      told = true
      landed.resolve({ slot, err })
    },
    'confirmed',
  )
  const stop = (): void => {
    if (!told) void connection.removeSignatureListener(subscription).catch(() => undefined)
  }
  return { landed: landed.promise, stop }
}

/** What has become of it so far. `expired`: it never landed and never will. */
export async function poll(
  connection: Connection,
  { signature, lastValidBlockHeight }: Landing,
): Promise<Landed | 'pending' | 'expired' | 'unanswered'> {
  try {
    let status = (await connection.getSignatureStatuses([signature])).value[0] ?? null
    if (status === null) {
      if ((await connection.getBlockHeight('confirmed')) <= lastValidBlockHeight) return 'pending'
      // It may have landed between the two questions; only history can say that it never will.
      const { value } = await connection.getSignatureStatuses([signature], { searchTransactionHistory: true })
      status = value[0] ?? null
      if (status === null) return 'expired'
    }
    if (status.err !== null) return { slot: status.slot, err: status.err }
    return status.confirmationStatus === 'processed' ? 'pending' : { slot: status.slot, err: null }
  } catch {
    return 'unanswered'
  }
}

/** Why the chain refused one that landed. */
export async function landedFailure(
  connection: Connection,
  signature: string,
  err: unknown,
): Promise<TransactionError> {
  const transaction = await connection
    .getTransaction(signature, { commitment: 'confirmed', maxSupportedTransactionVersion: 0 })
    .catch(() => null)
  return translated(err, transaction?.meta?.logMessages ?? [], signature)
}

/** The table of errors is loaded when there is one to explain. */
async function translated(err: unknown, logs: readonly string[], signature?: string): Promise<TransactionError> {
  const { translateFailure } = await import('./failure.ts')
  return translateFailure(err, logs, signature)
}

const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
