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
  instruction: TransactionInstruction | readonly TransactionInstruction[]
  preflight?: boolean
}

/** Sends what anyone may send, and says what became of it. The program decides; a simulated refusal costs nothing. */
export async function crank(
  ctx: KeeperContext,
  { loop, failure, subject, instruction, preflight = true }: Crank,
): Promise<Result> {
  const { transact, accounts, metrics, log } = ctx
  const outcome = await transact(loop, [instruction].flat(), { preflight })
  switch (outcome.kind) {
    case 'landed-ok':
      return 'done'
    case 'dry-run':
      log.info(
        { loop, ...subject, dryRun: true },
        `would have been sent: ${outcome.error === null ? 'the program takes it' : describeFailure(outcome.error)}`,
      )
      return 'waits'
    case 'late':
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
      if (meaning === 'stale') await accounts.refresh().catch(() => undefined)
      return meaning
    }
  }
}
