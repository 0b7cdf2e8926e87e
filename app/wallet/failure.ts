import { t } from '#app/i18n/t.ts'
import { explainFailure } from '#client/errors.ts'
import { TransactionError } from './transaction-error.ts'

/** What a failed simulation or a failed transaction means, and what to do. `err` and `logs` are the RPC's. */
export function translateFailure(err: unknown, logs: readonly string[], signature?: string): TransactionError {
  const { code, message, pattern, action } = explainFailure(err, logs)
  const said = pattern === undefined ? t(message) : t(pattern.text, pattern.values)
  return new TransactionError('rejected', {
    message: action === null ? said : `${said} ${t(action)}`,
    code,
    signature,
    cause: err,
  })
}
