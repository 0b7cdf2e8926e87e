import { z } from 'zod'

/**
 * What the exchange's projection looks like on the wire (tRPC, REST, SSE).
 * Money and sizes are exact decimal strings without exponent; times are ms since 1970.
 */

export const decimal = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/)
  .meta({ description: 'Exact decimal number, no exponent', examples: ['143.27'] })
export const at = z
  .number()
  .int()
  .meta({ description: 'Milliseconds since 1970-01-01 UTC', examples: [1_790_000_000_000] })
export const address = z
  .string()
  .regex(/^[1-9A-HJ-NP-Za-km-z]{32,44}$/, 'must be a Solana address in base58')
  .meta({ description: 'Solana address, base58', examples: ['7YttLkHDoNj9wyDur5pM1ejNaAvT9X4eqaYcHQqtj2G5'] })
export const signature = z.string().describe('Transaction signature, base58')

export const marketId = z
  .string()
  .regex(/^[A-Z0-9]{1,12}-PERP$/, 'must look like SOL-PERP')
  .meta({ description: 'Market symbol', examples: ['SOL-PERP'] })
export type MarketId = z.infer<typeof marketId>

export const side = z.enum(['buy', 'sell'])
export const orderType = z.enum(['market', 'limit'])
export const timeInForce = z.enum(['gtc', 'ioc', 'fok', 'gtt'])
export const orderStage = z.enum(['active', 'awaitingTrigger', 'awaitingParent'])
export const tradeCause = z.enum(['order', 'liquidation', 'deleverage', 'settlement'])
export const orderStatus = z.enum(['open', 'filled', 'canceled', 'expired'])
export const marketStatus = z.enum(['active', 'reduceOnly', 'settling', 'paused'])
export type Side = z.infer<typeof side>
export type OrderType = z.infer<typeof orderType>
export type OrderStatus = z.infer<typeof orderStatus>
export type OrderStage = z.infer<typeof orderStage>
export type MarketStatus = z.infer<typeof marketStatus>

/** Everything `client/math` needs to quote the pool, mark, margin and funding for this market. */
export const marketParamsDto = z
  .object({
    feedId: z.string().describe('Pyth feed id, 64 hex digits'),
    initialMarginBps: z.number().int(),
    maintenanceMarginBps: z.number().int(),
    liquidationFeeBps: z.number().int(),
    insuranceFeeBps: z.number().int(),
    liquidationBufferBps: z.number().int(),
    takerFeePpm: z.number().int(),
    makerFeePpm: z.number().int().describe('Negative = rebate to the maker'),
    stepSize: decimal.describe('Smallest order size and its increment, base'),
    tickSize: decimal.describe('Price increment, quote per base'),
    minNotional: decimal.describe('Smallest order value, quote'),
    spreadPpm: z.number().int().describe('Half spread floor s0 of the pool curve, ppm of price'),
    confMultiplier: decimal.describe('c: how much of the oracle confidence is added to the half spread'),
    depthK: decimal.describe('K of the pool curve, base'),
    maxConfidenceBps: z.number().int().describe('A fill is refused above this confidence'),
    fundingClampDivisor: z.number().int().describe('Premium is clamped to ± oracle / divisor'),
    maxOpenInterest: decimal.describe("Cap on each side's open interest, base; 0 = only the pool's own cap"),
    maxLeverage: z.number().describe('1 / initial margin'),
    fillDelayS: z.number().int().describe('Seconds before the first price that may fill a market order'),
    defaultSlippageBps: z.number().int(),
    unitExponent: z.number().int().describe('A base unit is 10^this tokens: 0, or 3 or 6 for micro-priced assets'),
    keeperRewardFlat: decimal.describe(
      'Quote paid to the keeper of a fill, and reserved in initial margin per open order',
    ),
    keeperRewardPpm: z.number().int().describe('Part of the notional paid to the keeper of a fill'),
    marginScaleFrom: decimal.describe(
      'Open interest of the larger side, quote, from which orders that add risk need more initial margin',
    ),
    marginScaleTo: decimal.describe('Where they need all of it; not above marginScaleFrom: no scaling'),
  })
  .meta({ id: 'MarketParams' })

export const marketStateDto = z
  .object({
    openInterestLong: decimal.describe('Base'),
    openInterestShort: decimal.describe('Base'),
    userNetBase: decimal.describe("d: users' net base, signed"),
    poolAllocation: decimal.describe('Quote'),
    poolQuoteCash: decimal.describe('Quote, signed'),
    poolBase: decimal.describe('Base, signed; -d'),
    fundingIndexLong: decimal.describe('Cumulative, quote per base'),
    fundingIndexShort: decimal.describe('Cumulative, quote per base'),
    fundingRateHourly: decimal.describe('Signed ratio of notional; positive = longs pay'),
    nextFundingAt: at.nullable().describe('Null: funding accrues continuously'),
    sequence: z.string(),
    updatedAt: at,
  })
  .meta({ id: 'MarketState' })
export type MarketStateDto = z.infer<typeof marketStateDto>

export const marketStatsDto = z
  .object({
    volume24h: decimal.describe('Quote'),
    change24h: decimal.nullable().describe('Ratio, e.g. 0.0123 = +1.23 %'),
    high24h: decimal.nullable(),
    low24h: decimal.nullable(),
    open24h: decimal.nullable(),
  })
  .meta({ id: 'MarketStats' })

export const marketDto = z
  .object({
    market: marketId,
    index: z.number().int(),
    address,
    baseSymbol: z.string(),
    status: marketStatus,
    settlementPrice: decimal.nullable().describe('The one price at which positions of a market being wound down close'),
    params: marketParamsDto,
    state: marketStateDto,
    stats: marketStatsDto,
  })
  .meta({ id: 'Market' })
export type MarketDto = z.infer<typeof marketDto>

export const tradeDto = z
  .object({
    id: z.string(),
    market: marketId,
    side: side.describe("The taker's side"),
    price: decimal,
    size: decimal.describe('Base'),
    quote: decimal.describe('Quote, unsigned'),
    at,
    signature,
    liquidation: z.boolean(),
  })
  .meta({ id: 'Trade' })
export type TradeDto = z.infer<typeof tradeDto>

export const fillDto = tradeDto
  .extend({
    orderId: z.string().nullable().describe('Null where no order of the account caused it'),
    side: side.describe("The account's own side"),
    taker: z.boolean().describe('False: a resting order of the account was filled'),
    cause: tradeCause,
    authority: address,
    subAccount: address,
    fee: decimal.describe('Quote; negative = rebate'),
    realisedPnl: decimal,
    fundingPayment: decimal.describe('Quote settled with this fill; negative = paid by the trader'),
    oraclePrice: decimal,
    positionBaseAfter: decimal,
  })
  .meta({ id: 'Fill' })
export type FillDto = z.infer<typeof fillDto>

export const positionDto = z
  .object({
    market: marketId,
    base: decimal.describe('Signed; positive = long'),
    quoteEntry: decimal.describe('Signed cost of the position, quote; negative for a long'),
    quoteBreakEven: decimal.describe('Like quoteEntry, with fees and funding'),
    lastFundingIndex: decimal,
    realisedPnl: decimal.describe('Since the position was opened, before fees and funding'),
    fundingPaid: decimal.describe('Cumulative; positive = paid by the trader'),
    feesPaid: decimal,
    openedAt: at,
    updatedAt: at,
  })
  .meta({ id: 'Position' })
export type PositionDto = z.infer<typeof positionDto>

export const heldPositionDto = positionDto
  .extend({ subAccount: address, subAccountId: z.number().int() })
  .meta({ id: 'HeldPosition' })
export type HeldPositionDto = z.infer<typeof heldPositionDto>

export const orderDto = z
  .object({
    orderId: z.string(),
    clientId: z.string().nullable(),
    authority: address,
    subAccount: address,
    market: marketId,
    side,
    type: orderType,
    size: decimal,
    filled: decimal,
    limitPrice: decimal.nullable().describe('For a market order: its worst acceptable price'),
    stage: orderStage.describe(
      'awaitingTrigger: sleeps until the trigger price; awaitingParent: until its parent fills',
    ),
    triggerPrice: decimal.nullable(),
    triggerDirection: z.enum(['above', 'below']).nullable().describe('Side of the trigger price that sets it off'),
    trailingDistance: decimal
      .nullable()
      .describe('A trailing stop: its trigger follows the best price at this distance'),
    trailingExtreme: decimal.nullable().describe('Best oracle price since a trailing stop woke'),
    pegOffset: decimal.nullable().describe('Signed; the limit price follows the oracle at this distance'),
    expiresAt: at.nullable(),
    groupId: z.number().int().nullable().describe('Chosen by the client: brackets, one-cancels-other, scaled orders'),
    parentId: z.string().nullable().describe('Order that a take-profit or stop-loss belongs to'),
    oneCancelsOther: z.boolean().describe('What fills of one order of the group is taken off the others'),
    byDelegate: z.boolean(),
    reduceOnly: z.boolean(),
    postOnly: z.boolean(),
    timeInForce,
    status: orderStatus,
    reason: z.string().nullable().describe('Why it was cancelled or expired'),
    eligibleAt: at.describe('Filled by the first price published at or after this time'),
    placedAt: at,
    updatedAt: at,
    signature: signature.describe('Transaction that placed it'),
  })
  .meta({ id: 'Order' })
export type OrderDto = z.infer<typeof orderDto>

export const balanceDto = z.object({ mint: address, symbol: z.string(), amount: decimal }).meta({ id: 'Balance' })
export type BalanceDto = z.infer<typeof balanceDto>

export const subAccountDto = z
  .object({
    address,
    id: z.number().int(),
    delegate: address.nullable(),
    delegateExpiresAt: at.nullable(),
    delegateBudget: decimal.nullable().describe('What the delegate may lose against the oracle in 24 hours, quote'),
    isolatedMarket: marketId.nullable().describe('The only market it may trade; null: all'),
    sequence: z.string(),
    balances: balanceDto.array(),
    positions: positionDto.array(),
    orders: orderDto.array().describe('Open orders only'),
  })
  .meta({ id: 'SubAccount' })
export type SubAccountDto = z.infer<typeof subAccountDto>

export const accountDto = z.object({ authority: address, subAccounts: subAccountDto.array() }).meta({ id: 'Account' })
export type AccountDto = z.infer<typeof accountDto>

export const transferDto = z
  .object({
    id: z.string(),
    authority: address,
    subAccount: address,
    kind: z.enum([
      'deposit',
      'withdrawal',
      'transferIn',
      'transferOut',
      'insuranceRefill',
      'referralReward',
      'treasuryFees',
    ]),
    mint: address,
    symbol: z.string(),
    amount: decimal,
    at,
    signature,
  })
  .meta({ id: 'Transfer' })
export type TransferDto = z.infer<typeof transferDto>

export const fundingPaymentDto = z
  .object({
    id: z.string(),
    authority: address,
    subAccount: address,
    market: marketId,
    amount: decimal.describe('Quote; negative = paid by the trader'),
    positionBase: decimal.describe('Signed base the payment was for'),
    at,
    signature,
  })
  .meta({ id: 'FundingPayment' })
export type FundingPaymentDto = z.infer<typeof fundingPaymentDto>

export const fundingRateDto = z
  .object({
    market: marketId,
    rateHourly: decimal.describe('Signed ratio; positive = longs pay'),
    indexLong: decimal,
    indexShort: decimal,
    oraclePrice: decimal,
    markPrice: decimal,
    at,
  })
  .meta({ id: 'FundingRate' })
export type FundingRateDto = z.infer<typeof fundingRateDto>

export const fundingStepDto = z
  .object({
    t: at.describe('Where the step begins, ms since 1970-01-01 UTC'),
    rateHourly: decimal.describe('Signed ratio as it last accrued within the step; positive = longs pay'),
  })
  .meta({ id: 'FundingStep' })
export type FundingStepDto = z.infer<typeof fundingStepDto>

export const liquidationDto = z
  .object({
    id: z.string(),
    market: marketId,
    authority: address,
    subAccount: address,
    liquidator: address.nullable().describe('Sub-account that was rewarded for it'),
    side: side.describe('The side of the closing fill'),
    size: decimal,
    price: decimal,
    quote: decimal,
    liquidationFee: decimal,
    insuranceFee: decimal,
    loss: decimal.describe('What a bankrupt account could not pay; 0 otherwise'),
    realisedPnl: decimal,
    positionBaseAfter: decimal,
    oraclePrice: decimal,
    at,
    signature,
  })
  .meta({ id: 'Liquidation' })
export type LiquidationDto = z.infer<typeof liquidationDto>

export const currentFundingDto = z
  .object({
    market: marketId,
    rateHourly: decimal.describe('Signed ratio of notional; positive = longs pay'),
    openInterestLong: decimal.describe('Base'),
    openInterestShort: decimal.describe('Base'),
    indexLong: decimal.describe('Cumulative, quote per base'),
    indexShort: decimal.describe('Cumulative, quote per base'),
    accruedAt: at.describe('Funding accrues continuously; these are the figures of then'),
  })
  .meta({ id: 'CurrentFunding' })
export type CurrentFundingDto = z.infer<typeof currentFundingDto>

export const coveredLossDto = z
  .object({
    id: z.string(),
    market: marketId,
    subAccount: address.nullable().describe('Null: the pool of a market that was wound down'),
    loss: decimal.describe('What could not be paid, quote; the rest says who bore it'),
    insurance: decimal,
    pool: decimal,
    socialised: decimal,
    deficit: decimal.describe('Borne by nobody yet'),
    at,
    signature,
  })
  .meta({ id: 'CoveredLoss' })

export const insuranceDto = z
  .object({
    balance: decimal.describe('Quote'),
    floor: decimal.describe('Quote kept for the largest losses'),
    losses: coveredLossDto.array().describe('Newest first'),
    updatedAt: at,
  })
  .meta({ id: 'Insurance' })
export type InsuranceDto = z.infer<typeof insuranceDto>

/** Resting limit orders of the exchange by price, best first; the browser adds the pool's curve. */
const bookLevel = z.tuple([decimal, decimal]).describe('[price, base size]')
export const bookDto = z.object({ bids: bookLevel.array(), asks: bookLevel.array() }).meta({ id: 'Book' })
export type BookDto = z.infer<typeof bookDto>

/** Deltas of the topic `user.{authority}`; its snapshot is AccountDto. */
export const userMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('subAccount'), subAccount: subAccountDto }),
  z.object({ type: z.literal('fill'), fill: fillDto }),
  z.object({ type: z.literal('order'), order: orderDto }),
  z.object({ type: z.literal('transfer'), transfer: transferDto }),
  z.object({ type: z.literal('liquidation'), liquidation: liquidationDto }),
])
export type UserMessage = z.infer<typeof userMessage>

/** Bus topic `system.indexer`. */
export type IndexerHeartbeat = {
  status: 'ok' | 'late' | 'down'
  lagMs: number | null
  slot: number
  openGaps: number
  error: string | null
  at: number
}
/** Bus topic `system.keeper`. */
export type KeeperHeartbeat = {
  status: 'ok' | 'late' | 'down'
  loops: Record<string, { status: 'ok' | 'late' | 'down'; lastOkAt: number | null; error: string | null }>
  /** It decides and simulates, and sends nothing. */
  isDryRun: boolean
  /** What it has cost (lamports) and earned (quote 1e6 as text) since it started; null before it works. */
  economics: { balanceLamports: number | null; spentLamports: number; earnedQuote: string } | null
  at: number
}

const page = {
  cursor: z.string().max(200).optional().describe('nextCursor of the page before'),
  limit: z.coerce.number().int().min(1).max(500).default(50),
}
export const marketInput = z.object({ market: marketId })
export const marketHistoryInput = z.object({
  market: marketId,
  limit: z.coerce.number().int().min(1).max(500).default(50),
})
const FUNDING_STEPS_MOST = 5_000
const MAX_TIME_MS = 8_640_000_000_000_000
const time = z.coerce.number().int().nonnegative().max(MAX_TIME_MS)
export const fundingStepsInput = z
  .object({
    market: marketId,
    stepMs: z.coerce.number().int().min(1_000).max(86_400_000).describe('Length of a step; steps begin with 1970 UTC'),
    from: time.describe('Begin of the first step, ms'),
    to: time.describe('End of the last step, ms'),
  })
  .refine(({ from, to, stepMs }) => to - from <= stepMs * FUNDING_STEPS_MOST, {
    message: `ask for at most ${FUNDING_STEPS_MOST} steps at once`,
  })
export type FundingStepsInput = z.infer<typeof fundingStepsInput>
export const authorityInput = z.object({ authority: address })
const period = {
  from: z.coerce.number().int().min(0).max(8.64e15).optional().describe('Milliseconds since 1970-01-01 UTC'),
  to: z.coerce.number().int().min(0).max(8.64e15).optional().describe('Exclusive'),
}
export const liquidationsInput = z.object({ market: marketId.optional(), ...period, ...page })
export const accountHistoryInput = z.object({ authority: address, market: marketId.optional(), ...period, ...page })
export const transferHistoryInput = z.object({ authority: address, ...period, ...page })
/** Of one account, or of all. */
export type LiquidationsInput = z.infer<typeof liquidationsInput> & { authority?: string }
export type AccountHistoryInput = z.infer<typeof accountHistoryInput>
export type TransferHistoryInput = z.infer<typeof transferHistoryInput>

const pageOf = <T extends z.ZodType>(item: T, id: string) =>
  z.object({ items: item.array(), nextCursor: z.string().nullable() }).meta({ id })
export const orderPage = pageOf(orderDto, 'OrderPage')
export const fillPage = pageOf(fillDto, 'FillPage')
export const fundingPage = pageOf(fundingPaymentDto, 'FundingPaymentPage')
export const transferPage = pageOf(transferDto, 'TransferPage')
export const liquidationPage = pageOf(liquidationDto, 'LiquidationPage')
export type Page<T> = { items: T[]; nextCursor: string | null }
