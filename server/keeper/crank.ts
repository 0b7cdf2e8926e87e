import type { TransactionInstruction } from '@solana/web3.js'
import { describeFailure } from '#server/chain/index.ts'
import type { Result } from './attempts.ts'
import type { KeeperContext } from './context.ts'
import { meaningOf } from './refusals.ts'

type Crank = {
  /** The loop it belongs to, for metrics. */
  loop: string
  /** What did not happen if it fails: "an order was not executed". */
  failure: string
  /** What it was about, for the log. */
  subject: Readonly<Record<string, unknown>>
  instruction: TransactionInstruction
  preflight?: boolean
}

/** Sends what anyone may send. The program decides; a refusal costs nothing where it is simulated first. */
export async function crank(
  { sender, lookupTables, metrics, log, signal }: KeeperContext,
  { loop, failure, subject, instruction, preflight = true }: Crank,
): Promise<Result> {
  const outcome = await sender.send([instruction], { lookupTables, preflight, signal })
  metrics.sent(loop, outcome)
  switch (outcome.kind) {
    case 'landed-ok':
      return 'done'
    case 'expired':
    case 'unknown':
      log.warn({ ...subject, signature: outcome.signature }, `${failure}: ${outcome.kind}`)
      return 'waits'
    case 'landed-failed':
    case 'refused': {
      const meaning = meaningOf(outcome.error.code)
      metrics.refused(loop, outcome.error.code, meaning)
      if (meaning === 'fatal')
        log.warn({ ...subject, signature: outcome.signature }, `${failure}: ${describeFailure(outcome.error)}`)
      return meaning
    }
  }
}
