import { TransactionError } from './transaction-error.ts'

const ANCHOR_ERROR = /Error Code: (\w+)\. Error Number: \d+\. Error Message: (.+?)\.?$/

/** The runtime's own refusals that a trader can meet, with what to do. */
const RUNTIME: Record<string, string> = {
  AccountNotFound: 'This wallet has no SOL for the network fee. Add some SOL and try again.',
  InsufficientFundsForFee: 'This wallet has not enough SOL for the network fee. Add some SOL and try again.',
  InsufficientFundsForRent: 'This wallet has not enough SOL to open the account. Add some SOL and try again.',
  BlockhashNotFound: 'The transaction was too old when the chain saw it. Nothing changed: send it again.',
  AlreadyProcessed: 'The chain has already taken this transaction. Look at your orders before sending another.',
}

/** What a failed simulation or a failed transaction means, as a sentence. `err` and `logs` are the RPC's. */
export function translateFailure(err: unknown, logs: readonly string[], signature?: string): TransactionError {
  for (const line of logs) {
    const match = ANCHOR_ERROR.exec(line)
    if (match !== null) {
      return new TransactionError('rejected', { message: `${match[2]}.`, code: match[1], signature, cause: err })
    }
  }
  const name = typeof err === 'string' ? err : Object.keys(err ?? {})[0]
  const message = name === undefined ? undefined : RUNTIME[name]
  return new TransactionError('rejected', {
    message: message ?? `The chain refused the transaction: ${JSON.stringify(err)}. Nothing changed.`,
    code: name,
    signature,
    cause: err,
  })
}
