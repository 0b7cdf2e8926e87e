/**
 * The one error family of the server. A throw names what happened, with which value, and what to do;
 * `message` is for the log, `userMessage` for the person, `details` for the log and (below 500) for the client.
 */
export type ErrorCode =
  /** The request is malformed or breaks a rule its sender can see: unknown market, wrong mint, size off the step. */
  | 'BAD_INPUT'
  /** The thing asked for does not exist: market, account, order, route. */
  | 'NOT_FOUND'
  /** The route exists, but not for this HTTP method. */
  | 'METHOD_NOT_ALLOWED'
  /** Nobody is signed in, or the session has ended, and the procedure needs somebody. */
  | 'UNAUTHENTICATED'
  /** Somebody is signed in but may not do this. */
  | 'FORBIDDEN'
  /** The caller may do this after showing a second factor, or a fresh signature of the wallet where there is none. */
  | 'STEP_UP_REQUIRED'
  /** The state has moved on since the caller looked: lost lease, used nonce, order already filled. */
  | 'CONFLICT'
  /** The caller sent more than its share; try again later. */
  | 'RATE_LIMITED'
  /** The Solana RPC does not answer or is behind; nothing was sent, or its fate is not known yet. */
  | 'CHAIN_UNAVAILABLE'
  /** The chain would refuse the transaction as things stand: margin, price, an order that has gone. Nothing was sent. */
  | 'CHAIN_REFUSED'
  /** PostgreSQL does not answer; nothing was written. */
  | 'DATABASE_UNAVAILABLE'
  /** The oracle price is older or less certain than the action allows. */
  | 'STALE_PRICE'
  /** Another outside service (oracle source, registry) failed or answered nonsense. */
  | 'UPSTREAM'
  /** A bug or a broken installation; the only code whose text never leaves the server. */
  | 'INTERNAL'

type ErrorClass = { status: number; title: string; userMessage: string }

/** HTTP status and the sentence a person reads when the thrower gave none. */
export const ERROR_CLASSES: Readonly<Record<ErrorCode, ErrorClass>> = {
  BAD_INPUT: { status: 400, title: 'Bad input', userMessage: 'Something in this request is not valid.' },
  NOT_FOUND: { status: 404, title: 'Not found', userMessage: 'This does not exist.' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'Method not allowed', userMessage: 'This cannot be done here.' },
  UNAUTHENTICATED: { status: 401, title: 'Sign in first', userMessage: 'Sign in with your wallet and try again.' },
  FORBIDDEN: { status: 403, title: 'Not allowed', userMessage: 'Your account may not do this.' },
  STEP_UP_REQUIRED: { status: 403, title: 'Confirm that it is you', userMessage: 'Confirm that it is you first.' },
  CONFLICT: { status: 409, title: 'Conflict', userMessage: 'This has changed meanwhile. Reload and try again.' },
  RATE_LIMITED: { status: 429, title: 'Too many requests', userMessage: 'Too many requests. Wait a moment.' },
  CHAIN_UNAVAILABLE: {
    status: 503,
    title: 'Chain unavailable',
    userMessage: 'The Solana network does not answer. Your funds are safe; try again in a moment.',
  },
  CHAIN_REFUSED: {
    status: 422,
    title: 'The chain would refuse this',
    userMessage: 'The exchange does not allow this now.',
  },
  DATABASE_UNAVAILABLE: {
    status: 503,
    title: 'Database unavailable',
    userMessage: 'The server is reconnecting to its database. Try again in a moment.',
  },
  STALE_PRICE: {
    status: 503,
    title: 'Price too old',
    userMessage: 'The price feed is late. Trading resumes with the next price.',
  },
  UPSTREAM: { status: 502, title: 'Upstream failed', userMessage: 'A service we rely on failed. Try again later.' },
  INTERNAL: { status: 500, title: 'Internal error', userMessage: 'Something went wrong on our side.' },
}

export const ERROR_CODES = Object.keys(ERROR_CLASSES) as [ErrorCode, ...ErrorCode[]]

export type ErrorText = {
  /** For the log and the developer: what happened, with which value, what to do. */
  message: string
  /** For the person; without it the sentence of the code's class is shown at 5xx and `message` below. */
  userMessage?: string
  details?: Record<string, unknown>
  cause?: unknown
}

export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly userMessage: string
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, text: ErrorText) {
    super(text.message, text.cause === undefined ? undefined : { cause: text.cause })
    const errorClass = ERROR_CLASSES[code]
    this.code = code
    this.userMessage = text.userMessage ?? (errorClass.status < 500 ? text.message : errorClass.userMessage)
    this.details = text.details ?? {}
  }

  get status(): number {
    return ERROR_CLASSES[this.code].status
  }
}

/** Any thrown value as an AppError; what is not one becomes INTERNAL with the original as cause. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  if (isConnectionFailure(thrown)) {
    return new AppError('DATABASE_UNAVAILABLE', {
      message: `PostgreSQL does not answer: ${errorMessage(thrown)}`,
      cause: thrown,
    })
  }
  return new AppError('INTERNAL', { message: errorMessage(thrown), cause: thrown })
}

/** What a thrown value says; an AggregateError (Node's answer to a refused dual-stack connection) lists its parts. */
export function errorMessage(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.message === '') return thrown.errors.map(errorMessage).join('; ')
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/**
 * True for what the pg driver throws when the server is away: SQLSTATE class 08 and 57P0x (shutdown, crash, starting
 * up), 53300 (too many connections), the driver's own sentences, and bare socket errors. RPC and HTTP clients wrap
 * theirs (`fetch failed`, FetchError), so a bare one comes from the driver.
 */
export function isConnectionFailure(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false
  const code = 'code' in thrown ? String(thrown.code) : ''
  if (/^(08...|57P0[1-3]|53300)$/.test(code)) return true
  if (/^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT)$/.test(code)) return /^(Aggregate)?Error$/.test(thrown.name)
  return /^Connection terminated|^timeout exceeded when trying to connect|^Client has encountered a connection error/.test(
    thrown.message,
  )
}

/** RFC 9457 problem document. */
export type Problem = {
  type: string
  title: string
  status: number
  detail: string
  code: ErrorCode
  requestId: string
  details?: Readonly<Record<string, unknown>>
}

/** The problem document of any thrown value. At 500 and above it holds no message and no details of ours. */
export function problem(thrown: unknown, requestId: string): Problem {
  const error = toAppError(thrown)
  const { status, title } = ERROR_CLASSES[error.code]
  return {
    type: `urn:quantdesk:error:${error.code.toLowerCase().replaceAll('_', '-')}`,
    title,
    status,
    detail: error.userMessage,
    code: error.code,
    requestId,
    ...(status < 500 && Object.keys(error.details).length > 0 ? { details: error.details } : {}),
  }
}
