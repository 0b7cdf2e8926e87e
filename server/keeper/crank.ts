import type { TransactionInstruction } from '@solana/web3.js'
import { describeFailure } from '#server/chain/index.ts'
import type { KeeperContext } from './context.ts'

type Crank = {
  /** The loop it belongs to, for metrics. */
  loop: string
  /** What did not happen if it fails: "an order was not executed". */
  failure: string
  /** What it was about, for the log. */
  subject: Readonly<Record<string, unknown>>
  instruction: TransactionInstruction
  /** Refusals that mean somebody was faster. */
  gone?: readonly string[]
  /** Refusals that time lifts: no news. */
  waits?: readonly string[]
  preflight?: boolean
}

/** Sends what anyone may send. The program decides; a refusal costs nothing where it is simulated first. */
export async function crank(
  { sender, lookupTables, metrics, log, signal }: KeeperContext,
  { loop, failure, subject, instruction, gone = [], waits = [], preflight = true }: Crank,
): Promise<'done' | 'failed'> {
  const outcome = await sender.send([instruction], { lookupTables, preflight, signal })
  metrics.sent(loop, outcome)
  if (outcome.kind === 'landed-ok') return 'done'
  const refusal = outcome.kind === 'landed-failed' || outcome.kind === 'refused' ? outcome.error : null
  if (refusal !== null && gone.includes(refusal.code)) return 'done'
  if (refusal === null || !waits.includes(refusal.code)) {
    const reason = refusal === null ? outcome.kind : describeFailure(refusal)
    log.warn({ ...subject, signature: outcome.signature }, `${failure}: ${reason}`)
  }
  return 'failed'
}
