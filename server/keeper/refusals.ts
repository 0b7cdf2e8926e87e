import type { ProgramErrorCode } from '#client/errors.ts'

/**
 * What a refusal means to a keeper.
 * `gone`: the work is done, by somebody faster or by itself. `waits`: time, a price or a deposit lifts it; no news.
 * `stale`: we decided on what is not true any more; look again, then retry. `fatal`: trying again changes nothing: a
 * person should read it.
 */
export type Meaning = 'gone' | 'waits' | 'stale' | 'fatal'

/** Names the runtime gives. */
type RuntimeError =
  | 'AccountInUse'
  | 'AccountNotFound'
  | 'AccountNotInitialized'
  | 'AddressLookupTableNotFound'
  | 'AlreadyProcessed'
  | 'BlockhashNotFound'
  | 'ComputationalBudgetExceeded'
  | 'InsufficientFundsForFee'
  | 'InvalidAddressLookupTableIndex'
  | 'ProgramFailedToComplete'
  | 'WouldExceedMaxAccountCostLimit'
  | 'WouldExceedMaxBlockCostLimit'

/** Every refusal a keeper's instruction can meet on a good day; what is not here is fatal. */
const MEANINGS: Partial<Record<ProgramErrorCode | RuntimeError, Meaning>> = {
  // The order, position, debt or request is not there any more.
  OrderNotFound: 'gone',
  OrderNotActive: 'gone',
  NotWaitingForTrigger: 'gone',
  NothingExpired: 'gone',
  NotLiquidatable: 'gone',
  NoPosition: 'gone',
  NotBankrupt: 'gone',
  NoDebtInMarket: 'gone',
  DebtWithinCaps: 'gone',
  MeetsInitialMargin: 'gone',
  MarketSound: 'gone',
  MarketNotSettling: 'gone',
  NothingToCollect: 'gone',
  PriceNotNewer: 'gone',
  AccountNotInitialized: 'gone',
  AlreadyProcessed: 'gone',

  // Its price, its time, or room for it comes later.
  OrderNotEligible: 'waits',
  TriggerNotReached: 'waits',
  RatchetTooSmall: 'waits',
  PriceLimit: 'waits',
  PriceMissing: 'waits',
  PriceNotTheOne: 'waits',
  PriceStale: 'waits',
  PriceUncertain: 'waits',
  PriceVolatile: 'waits',
  PoolCapacity: 'waits',
  PoolCooldown: 'waits',
  PoolDeficit: 'waits',
  PoolExitsPaused: 'waits',
  PoolDepositsPaused: 'waits',
  PoolIdle: 'waits',
  PoolPriceTooOld: 'waits',
  OrderInFlight: 'waits',
  WindDownNotice: 'waits',
  AccountInUse: 'waits',
  WouldExceedMaxAccountCostLimit: 'waits',
  WouldExceedMaxBlockCostLimit: 'waits',
  // An order rests on while its account, its market or the exchange lets it take nothing.
  ReduceWorsensMargin: 'waits',
  AccountBankrupt: 'waits',
  OpensPaused: 'waits',
  PoolFillsPaused: 'waits',
  OpenInterestCap: 'waits',
  MarketReduceOnly: 'waits',

  // Accounts changed between our decision and its execution.
  MarginAccountMissing: 'stale',
  MakerAccounts: 'stale',
  NotDeleverageable: 'stale',
  DeleverageTooEarly: 'stale',
  PoolCanTakeOver: 'stale',
  InsufficientBalance: 'stale',
  MarketSettling: 'stale',
  LiquidatorMargin: 'stale',
  AddressLookupTableNotFound: 'stale',
  InvalidAddressLookupTableIndex: 'stale',
  BlockhashNotFound: 'stale',
  // A limit learnt from other accounts was too small; it is learnt anew.
  ComputationalBudgetExceeded: 'stale',
  ProgramFailedToComplete: 'stale',
}

export function meaningOf(code: string): Meaning {
  const table: Readonly<Record<string, Meaning | undefined>> = MEANINGS
  return table[code] ?? 'fatal'
}
