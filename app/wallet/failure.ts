import { explainFailure } from '#client/errors.ts'
import { TransactionError } from './transaction-error.ts'

/** What a failed simulation or a failed transaction means, and what to do. `err` and `logs` are the RPC's. */
export function translateFailure(err: unknown, logs: readonly string[], signature?: string): TransactionError {
  const { code, message, action } = explainFailure(err, logs)
  return new TransactionError('rejected', {
    message: action === null ? message : `${message} ${action}`,
    code,
    signature,
    cause: err,
  })
}
