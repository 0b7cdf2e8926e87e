import { PROGRAM_ERRORS } from '#client/generated/errors.ts'
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
  const { code, sentence } = programError(err, logs) ?? runtimeError(err)
  return new TransactionError('rejected', { message: `${sentence.replace(/\.$/, '')}.`, code, signature, cause: err })
}

type Known = { code: string | undefined; sentence: string }

/** The error's number is the truth; logs help where a node cut it short or another program refused. */
function programError(err: unknown, logs: readonly string[]): Known | null {
  const number = customNumber(err)
  const errors: Record<number, { code: string; message: string } | undefined> = PROGRAM_ERRORS
  const known = number === null ? undefined : errors[number]
  if (known !== undefined) return { code: known.code, sentence: known.message }
  for (const line of logs) {
    const [, code, sentence] = ANCHOR_ERROR.exec(line) ?? []
    if (sentence !== undefined) return { code, sentence }
  }
  return null
}

/** `{ InstructionError: [index, { Custom: number }] }` */
function customNumber(err: unknown): number | null {
  if (typeof err !== 'object' || err === null || !('InstructionError' in err)) return null
  const detail: unknown = Array.isArray(err.InstructionError) ? err.InstructionError[1] : null
  if (typeof detail !== 'object' || detail === null || !('Custom' in detail)) return null
  return typeof detail.Custom === 'number' ? detail.Custom : null
}

function runtimeError(err: unknown): Known {
  const code = typeof err === 'string' ? err : Object.keys(err ?? {})[0]
  const sentence = code === undefined ? undefined : RUNTIME[code]
  return { code, sentence: sentence ?? `The chain refused the transaction: ${JSON.stringify(err)}. Nothing changed` }
}
