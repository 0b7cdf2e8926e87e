import { AppError } from '#server/platform/errors.ts'
import type { SendOutcome, TransactionFailure } from './sender.ts'

/** The slot a transaction landed in. @throws AppError when it did not land, failed, or nobody knows. */
export function requireLanded(outcome: SendOutcome, what: string): number {
  const details = { signature: outcome.signature }
  switch (outcome.kind) {
    case 'landed-ok':
      return outcome.slot
    case 'landed-failed':
    case 'refused':
      throw new AppError('CONFLICT', {
        message: `${what}: ${describeFailure(outcome.error)}`,
        details: { ...details, logs: outcome.error.logs },
      })
    case 'expired':
      throw new AppError('CHAIN_UNAVAILABLE', {
        message: `${what}: the transaction expired without landing; send it again`,
        details,
      })
    case 'unknown':
      throw new AppError('CHAIN_UNAVAILABLE', {
        message: `${what}: it is not known yet whether it landed: ${outcome.reason}`,
        details,
      })
  }
}

/** The sentence of the failure, and what to do about it. */
export function describeFailure({ message, action }: TransactionFailure): string {
  return action === null ? message : `${message} ${action}`
}
