import { t } from '#app/i18n/t.ts'

/**
 * `rejected`: the program or the runtime refused it · `expired`: its block height passed without it ·
 * `unknown`: it was sent and the chain stopped answering · `unreachable`: nothing was sent.
 */
export type TransactionErrorKind = 'rejected' | 'expired' | 'unknown' | 'unreachable'

/** Why a transaction did not do what the trader wanted. The message says what to do next. */
export class TransactionError extends Error {
  readonly kind: TransactionErrorKind
  readonly signature: string | null
  /** Name of the program's error, for code that reacts to one of them. */
  readonly code: string | null

  constructor(
    kind: TransactionErrorKind,
    detail: { message: string; signature?: string | undefined; code?: string | undefined; cause?: unknown },
  ) {
    super(detail.message, { cause: detail.cause })
    this.name = 'TransactionError'
    this.kind = kind
    this.signature = detail.signature ?? null
    this.code = detail.code ?? null
  }
}

/** Asks the chain before anything is sent. @throws TransactionError `unreachable` instead of the transport's own error. */
export async function reachable<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (cause) {
    throw new TransactionError('unreachable', {
      message: t('The chain cannot be reached. Nothing was sent and your input is kept: try again in a moment.'),
      cause,
    })
  }
}
