/** Why the chain refused a transaction, in a trader's words, with what to do about it. */
import { PROGRAM_ERRORS } from './generated/errors.ts'
import { PROGRAM_ADDRESS } from './generated/program.ts'

export type ProgramErrorCode = (typeof PROGRAM_ERRORS)[keyof typeof PROGRAM_ERRORS]['code']

export type Failure = {
  /** Name of the program's, the token program's or the runtime's error, for code and logs. */
  readonly code: ProgramErrorCode | (string & {})
  /** What happened, a whole sentence. */
  readonly message: string
  /** Where the message holds values: the sentence with their places in braces, to be said in another language. */
  readonly pattern?: { readonly text: string; readonly values: Readonly<Record<string, string | number>> }
  /** What to do, a whole sentence; null where the message says it all. */
  readonly action: string | null
}

const SYSTEM_PROGRAM = '11111111111111111111111111111111'
const TOKEN_PROGRAM = 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA'

const ADD_SOL = 'Add some SOL to the wallet and try again.'
const TRY_AGAIN = 'Nothing changed: try again.'
const REPORT = 'Nothing changed. Please report it: this should not happen.'
const UNCHANGED = 'Nothing changed.'
const NO_ACCOUNT: Omit<Failure, 'code'> = {
  message: 'An account that this needs does not exist yet.',
  action: 'Deposit first to open your account.',
}
const ACCOUNT_REFUSED = 'The exchange refused an account of the transaction ({reason}).'
const OTHER_PROGRAM = 'The program {program} refused the transaction (error {number}).'
const REFUSED = 'The chain refused the transaction: {reason}.'

/** Advice where the program's own sentence does not hold it. */
const ADVICE: Partial<Record<ProgramErrorCode, string>> = {
  MathOverflow: 'Use a smaller size.',
  DepositCap: 'Deposit less.',
  ZeroAmount: 'Enter an amount.',
  InsufficientBalance: 'Use a smaller amount.',
  InsufficientMargin: 'Deposit more collateral, use a smaller size, or a price limit nearer to the market.',
  OrderSize: 'Use a size that is a multiple of the step.',
  OrderPrice: 'Use a price that is a multiple of the tick.',
  OrderTooSmall: 'Use a larger size.',
  PriceMissing: 'Wait for the first price.',
  PriceVolatile: 'Close, or wait until the price has settled.',
  MarketReduceOnly: 'Turn on reduce-only to close what you hold.',
  PositionSlotsFull: 'Close a position in another market first.',
  CollateralSlotsFull: 'Withdraw another token first.',
  ReduceOnlyWithoutPosition: 'Turn off reduce-only, or choose the other side.',
  PostOnlyWouldCross: 'Move the price away from the market, or turn off post-only.',
  ClientIdInUse: 'Use another client id, or cancel that order.',
  OrderNotFound: 'It may have filled or been canceled already.',
  OrderInFlight: 'Wait a few seconds: it fills or lapses by itself.',
  PriceLimit: 'Allow more slippage, or wait for a better price.',
  PoolCapacity: 'Use a smaller size, or a limit order that waits.',
  OpenInterestCap: 'Use a smaller size, or trade the other side.',
  NoPosition: 'It may have been closed already.',
  SubAccountNotEmpty: 'Close positions, cancel orders and withdraw first.',
  SubAccountId: TRY_AGAIN,
  MarginAccountMissing: TRY_AGAIN,
  OrderTrigger: 'Put a stop on the losing side of the price, and a take-profit on the winning side.',
  OrderNotActive: 'It fills by itself once it is set off.',
  DelegateBudgetUsed:
    'Use a smaller size or a nearer price limit, or wait: the budget comes back evenly over a day. The owner has none.',
  IsolatedMarket: 'Trade that market, or use another sub-account.',
  IsolatedLock: 'Close positions and cancel orders first.',
  WithdrawLevel: 'Your funds are safe.',
  ProfitWarmingUp: 'Withdraw less, or wait ten minutes.',
  MarketSettling: 'Your position closes by itself.',
  PoolShares: 'Redeem fewer shares.',
  PoolCooldown: 'It is paid by itself once the cooldown is over.',
  PoolDeficit: 'Try again when it has been covered.',
  PoolExitsPaused: 'Try again later.',
  WithdrawalsPaused: 'Your funds are safe: try again later.',
  PoolDepositsPaused: 'Try again later.',
  NotOwner: 'Connect the wallet that owns this sub-account.',
  NotTrader: 'Connect the wallet that owns this sub-account, or its delegate.',
}

/** Errors of Anchor's account checks: a client that builds instructions right never meets them. */
const ANCHOR: Record<number, string> = {
  2001: 'ConstraintHasOne',
  2006: 'ConstraintSeeds',
  2012: 'ConstraintAddress',
  3002: 'AccountDiscriminatorMismatch',
  3007: 'AccountOwnedByWrongProgram',
  3012: 'AccountNotInitialized',
}

const TOKEN: Record<number, Failure> = {
  1: {
    code: 'TokenInsufficientFunds',
    message: 'The wallet holds fewer tokens than this.',
    action: 'Use a smaller amount.',
  },
  4: {
    code: 'TokenOwnerMismatch',
    message: 'The token account belongs to another wallet.',
    action: 'Connect that wallet.',
  },
  17: { code: 'TokenAccountFrozen', message: 'The token account is frozen by its issuer.', action: null },
}

const SYSTEM: Record<number, Failure> = {
  0: {
    code: 'AccountAlreadyInUse',
    message: 'The account exists already.',
    action: 'Reload the page: it may be done.',
  },
  1: { code: 'InsufficientLamports', message: 'This wallet has too little SOL for this.', action: ADD_SOL },
}

/** Refusals of the runtime itself, by the name in the transaction error. */
const RUNTIME: Record<string, Omit<Failure, 'code'>> = {
  AccountNotFound: { message: 'This wallet has no SOL to pay the network fee.', action: ADD_SOL },
  InsufficientFundsForFee: { message: 'This wallet has too little SOL to pay the network fee.', action: ADD_SOL },
  InsufficientFundsForRent: { message: 'This wallet has too little SOL to open the account.', action: ADD_SOL },
  BlockhashNotFound: { message: 'The transaction was too old when the chain saw it.', action: TRY_AGAIN },
  AlreadyProcessed: {
    message: 'The chain has already taken this transaction.',
    action: 'Look at your orders and balances before sending another.',
  },
  AccountInUse: { message: 'The chain is busy with the same accounts.', action: TRY_AGAIN },
  ProgramAccountNotFound: {
    message: 'The exchange is not deployed on this cluster.',
    action: 'Check which cluster the wallet and the exchange use.',
  },
  SignatureFailure: { message: 'A signature is missing or wrong.', action: 'Sign again with the connected wallet.' },
  TooManyAccountLocks: {
    message: 'The transaction touches too many accounts.',
    action: 'Close a position or withdraw a token first.',
  },
  ComputationalBudgetExceeded: { message: 'The transaction needs more computation than it asked for.', action: REPORT },
  MissingRequiredSignature: { message: 'A signature is missing.', action: 'Sign again with the connected wallet.' },
}

/** `number`: of the program's custom errors, 6000 and up. */
export function explainProgramError(number: number): Failure {
  const table: Readonly<Record<number, { code: ProgramErrorCode; message: string }>> = PROGRAM_ERRORS
  const known = table[number]
  if (known !== undefined) {
    return { code: known.code, message: `${known.message}.`, action: ADVICE[known.code] ?? null }
  }
  const code = ANCHOR[number] ?? `Custom${number}`
  if (number === 3012) return { code, ...NO_ACCOUNT }
  return { code, ...filled(ACCOUNT_REFUSED, { reason: ANCHOR[number] ?? number }), action: REPORT }
}

/** Every sentence a failure can say, with the places of its values, for whoever says them in another language. */
export function failureSentences(): string[] {
  const known = [NO_ACCOUNT, ...[TOKEN, SYSTEM, RUNTIME].flatMap((table) => Object.values(table))]
  const sentences = [
    ...Object.values(PROGRAM_ERRORS).map(({ message }) => `${message}.`),
    ...Object.values(ADVICE),
    ...known.flatMap(({ message, action }) => (action === null ? [message] : [message, action])),
    ...[ACCOUNT_REFUSED, OTHER_PROGRAM, REFUSED, REPORT, UNCHANGED],
  ]
  return [...new Set(sentences)]
}

const filled = (text: string, values: Readonly<Record<string, string | number>>) => ({
  message: text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name])),
  pattern: { text, values },
})

/**
 * Translates the `err` of a simulation or a confirmed transaction. `logs` tell which program failed; without them a
 * custom error is taken for the exchange's.
 */
export function explainFailure(err: unknown, logs: readonly string[] = []): Failure {
  const { name, detail } = tagOf(err)
  if (name !== 'InstructionError' || !Array.isArray(detail)) return explainRuntime(name, err)
  const inner = tagOf(detail[1])
  if (inner.name !== 'Custom' || typeof inner.detail !== 'number') return explainRuntime(inner.name, err)
  return explainCustom(inner.detail, failedProgram(logs) ?? PROGRAM_ADDRESS)
}

function explainCustom(number: number, program: string): Failure {
  if (program === TOKEN_PROGRAM && TOKEN[number] !== undefined) return TOKEN[number]
  if (program === SYSTEM_PROGRAM && SYSTEM[number] !== undefined) return SYSTEM[number]
  if (program === PROGRAM_ADDRESS) return explainProgramError(number)
  return { code: `Custom${number}`, ...filled(OTHER_PROGRAM, { program, number }), action: UNCHANGED }
}

function explainRuntime(name: string, err: unknown): Failure {
  const known = RUNTIME[name]
  if (known !== undefined) return { code: name, ...known }
  return { code: name, ...filled(REFUSED, { reason: JSON.stringify(err) }), action: UNCHANGED }
}

/** Rust enums arrive as "Name" or { Name: detail }. */
function tagOf(value: unknown): { name: string; detail: unknown } {
  if (typeof value === 'string') return { name: value, detail: undefined }
  const [entry] = typeof value === 'object' && value !== null ? Object.entries(value) : []
  return { name: entry?.[0] ?? 'Unknown', detail: entry?.[1] }
}

/** The innermost program that failed is logged first; those that called it fail after it with the same error. */
function failedProgram(logs: readonly string[]): string | undefined {
  return logs.map((line) => /^Program (\w+) failed: /.exec(line)?.[1]).find((program) => program !== undefined)
}
