// Written by programs/client/generate.ts from programs/artifacts/perps.json. Do not edit.
import {
  bool,
  choice,
  type Decoded,
  hex,
  i64,
  option,
  pubkey,
  reserved,
  struct,
  u16,
  u32,
  u64,
  u8,
  variants,
  vec,
} from '../layout.ts'

/** Why an order left the book without being filled whole. */
export const cancelReason = choice(
  'requested',
  'lapsed',
  'priceLimit',
  'nothingToReduce',
  'insufficientMargin',
  'poolCapacity',
  'liquidation',
  'riskRefused',
  'priceRefused',
  'expired',
  'groupFilled',
  'parentGone',
  'selfTrade',
  'delegateBudget',
  'belowInitialMargin',
  'marketSettled',
)
export type CancelReason = Decoded<typeof cancelReason>

export const cancelTarget = variants({
  orderId: u64,
  clientId: u64,
  market: u16,
  all: null,
})
export type CancelTarget = Decoded<typeof cancelTarget>

export const canceledOrder = struct({
  orderId: u64,
  clientId: u64,
  marketIndex: u16,
  filled: u64,
  reason: cancelReason,
})
export type CanceledOrder = Decoded<typeof canceledOrder>

/** What the admin chooses for the whole exchange. */
export const exchangeParams = struct({
  /** Cold key: everything. Roles are nested: admin ⊇ risk ⊇ pause. */
  admin: pubkey,
  riskAuthority: pubkey,
  pauseAuthority: pubkey,
  /** Whose sub-account receives the treasury's share of fees. */
  treasury: pubkey,
  /** Keeper reward per fill: flat part (quote 1e6), at most what Initial margin reserves per open order. */
  keeperRewardFlat: u64,
  /** Keeper reward per fill: part of the notional (1e6). */
  keeperRewardPpm: u32,
  timelockS: u32,
  /** Split of the trading fee (ratio 1e4); the rest is insurance's. */
  poolFeeShareBps: u32,
  treasuryFeeShareBps: u32,
  /** Off the taker fee of a trader somebody referred, and what of the fee the referrer earns (ratio 1e4). */
  refereeDiscountBps: u16,
  referrerShareBps: u16,
  /** From a request to leave the pool until it may be executed. */
  poolExitCooldownS: u32,
})
export type ExchangeParams = Decoded<typeof exchangeParams>

/** What a trader with at least `volume` in 30 days pays and gets. Tiers ascend; the first has volume 0. */
export const feeTier = struct({
  /** Quote 1e6. */
  volume: u64,
  /** Share of a market's taker fee, and of its maker rebate (ratio 1e4). */
  takerShareBps: u32,
  rebateShareBps: u32,
})
export type FeeTier = Decoded<typeof feeTier>

/** What the admin chooses for a market. */
export const marketParams = struct({
  feedId: hex(32),
  /** Sizes are multiples of this (base 1e9), prices of `tick_size` (price 1e6). */
  stepSize: u64,
  tickSize: u64,
  /** Smallest notional of an order that adds risk (quote 1e6). */
  minNotional: u64,
  /** K of the pool's curve (base 1e9): mark = oracle × (1 + d/K). */
  depthK: u64,
  /** Highest open interest of one side (base 1e9). */
  openInterestCap: u64,
  /** Open interest of the larger side (notional, quote 1e6) from which orders that add risk need more initial margin, and at which they need all of it; equal values switch the scaling off. */
  marginScaleFrom: u64,
  marginScaleTo: u64,
  /** Waterfall: highest loss this market may put on insurance, cumulative, and on its pool allocation (quote 1e6). */
  insuranceCap: u64,
  poolLossCap: u64,
  /** Least half-spread of the pool (1e6). */
  spreadPpm: u32,
  /** c of the half-spread max(s0, c·conf/P) (ratio 1e4). */
  confMultiplierBps: u32,
  /** Fees on notional (1e6). */
  takerFeePpm: u32,
  makerRebatePpm: u32,
  /** Funding premium is clamped to ± oracle / this: 33, 20 or 10. */
  fundingClampDivisor: u32,
  fillDelayS: u32,
  /** Ratios (1e4). */
  initialMarginBps: u16,
  maintenanceMarginBps: u16,
  liquidationFeeBps: u16,
  insuranceFeeBps: u16,
  liquidationBufferBps: u16,
  /** Highest confidence / price of a price that fills (1e4). */
  maxConfBps: u16,
  /** Price limit of a market order placed without one (1e4). */
  defaultSlippageBps: u16,
  /** Base unit = 10^this tokens: 0, 3 or 6 for micro-priced assets. */
  unitExponent: u16,
})
export type MarketParams = Decoded<typeof marketParams>

export const marketChange = struct({
  index: u16,
  /** `MarketStatus`: a new market waits as reduce-only until a change activates it; settling winds it down. */
  status: u8,
  params: marketParams,
})
export type MarketChange = Decoded<typeof marketChange>

/** How a token counts as collateral. */
export const tokenVaultParams = struct({
  /** Pyth feed; all zero for the quote token, which is worth 1 by definition. */
  feedId: hex(32),
  /** Highest ledger total a deposit may reach (native units). */
  depositCap: u64,
  /** Share of the value that counts (ratio 1e4). */
  initialWeightBps: u32,
  maintenanceWeightBps: u32,
})
export type TokenVaultParams = Decoded<typeof tokenVaultParams>

export const tokenVaultChange = struct({
  index: u16,
  params: tokenVaultParams,
})
export type TokenVaultChange = Decoded<typeof tokenVaultChange>

/** Everything an admin may change, whole. */
export const changePayload = variants({
  exchange: exchangeParams,
  feeTiers: vec(feeTier),
  market: marketChange,
  tokenVault: tokenVaultChange,
  insuranceFloor: u64,
})
export type ChangePayload = Decoded<typeof changePayload>

export const closePositionArgs = struct({
  /** Share of the position (1e4 = all of it), rounded up to the step. */
  fractionBps: u16,
  limitPrice: u64,
  clientId: u64,
})
export type ClosePositionArgs = Decoded<typeof closePositionArgs>

export const collateral = struct({
  /** Native units of the mint. Only the quote balance may be negative. */
  amount: i64,
  vaultIndex: u16,
  inUse: u8,
  _padding: reserved(5),
})
export type Collateral = Decoded<typeof collateral>

/** A loss that an account could not pay, and who bore it (quote 1e6). */
export const coveredLoss = struct({
  loss: u64,
  insurance: u64,
  pool: u64,
  socialised: u64,
  deficit: u64,
})
export type CoveredLoss = Decoded<typeof coveredLoss>

export const orderStatus = choice(
  'open',
  'filled',
  'canceled',
)
export type OrderStatus = Decoded<typeof orderStatus>

export const orderKind = choice(
  'market',
  'limit',
)
export type OrderKind = Decoded<typeof orderKind>

export const side = choice(
  'buy',
  'sell',
)
export type Side = Decoded<typeof side>

export const timeInForce = choice(
  'goodTillCancel',
  'immediateOrCancel',
  'fillOrKill',
  'goodTillTime',
)
export type TimeInForce = Decoded<typeof timeInForce>

/** Where an order stands between being placed and being filled. */
export const orderStage = choice(
  'active',
  'awaitingTrigger',
  'awaitingParent',
)
export type OrderStage = Decoded<typeof orderStage>

/** Which side of the trigger price sets an order off: a sell below or a buy above is a stop-loss, the others take profit. */
export const triggerDirection = choice(
  'none',
  'above',
  'below',
)
export type TriggerDirection = Decoded<typeof triggerDirection>

/** An order as it stands after an instruction wrote it. */
export const orderRecord = struct({
  orderId: u64,
  clientId: u64,
  kind: orderKind,
  side: side,
  timeInForce: timeInForce,
  /** Bits of `order_flags`. */
  flags: u8,
  stage: orderStage,
  size: u64,
  filled: u64,
  limitPrice: u64,
  triggerPrice: u64,
  triggerDirection: triggerDirection,
  trailingDistance: u64,
  trailingExtreme: u64,
  pegOffset: i64,
  eligibleFrom: i64,
  expiresAt: i64,
  groupId: u32,
  parentId: u64,
})
export type OrderRecord = Decoded<typeof orderRecord>

/** One side of a fill after it: order, position, balance. */
export const fillParty = struct({
  subAccount: pubkey,
  sequence: u64,
  orderId: u64,
  clientId: u64,
  realisedPnl: i64,
  /** Paid (+) or received (−) on the position before the fill. */
  fundingPayment: i64,
  /** Charged on a negative balance before the fill. */
  interest: u64,
  orderFilled: u64,
  orderStatus: orderStatus,
  cancelReason: option(cancelReason),
  positionBase: i64,
  positionQuoteEntry: i64,
  positionQuoteBreakEven: i64,
  quoteBalance: i64,
  /** Other orders of the account that the fill took off, and those it woke or resized; its own where that goes on with a new clock, waits for its trigger again or sleeps. */
  canceled: vec(canceledOrder),
  changed: vec(orderRecord),
})
export type FillParty = Decoded<typeof fillParty>

/** A resting order's part of a fill. Size 0: it could not fill and was taken off. */
export const makerFill = struct({
  size: u64,
  quote: u64,
  rebate: u64,
  party: fillParty,
})
export type MakerFill = Decoded<typeof makerFill>

export const marketFunding = struct({
  /** Cumulative funding per base unit, by side (1e9); longs pay when it rises. */
  indexLong: i64,
  indexShort: i64,
  /** Numerator left over from the last accrual, below 86 400. */
  remainder: i64,
  /** Unix seconds up to which funding has accrued. */
  updatedAt: i64,
  /** Premium of the last accrual: what longs pay per base unit and day (price 1e6). */
  rateDaily: i64,
})
export type MarketFunding = Decoded<typeof marketFunding>

/** Every base and quote the market holds. One block, so that a refused fill is undone by one copy. */
export const marketLedger = struct({
  /** Users only (base 1e9). */
  openInterestLong: u64,
  openInterestShort: u64,
  /** The pool is an ordinary party: −Σ users' base (base 1e9) and the quote cash of its fills and funding (1e6). */
  poolBase: i64,
  poolQuote: i64,
  /** The pool's USDC put aside for this market (quote 1e6); the most it can lose. */
  poolAllocation: u64,
  /** Fees collected and not yet moved on (quote 1e6). */
  insuranceFees: u64,
  treasuryFees: u64,
  /** Funding paid minus received so far (quote 1e6); negative while payers have not settled yet. */
  fundingPot: i64,
  /** Loss nobody has covered (quote 1e6); repaid before any fee leaves. */
  deficit: u64,
})
export type MarketLedger = Decoded<typeof marketLedger>

/** A market after an instruction moved its ledger. */
export const marketRecord = struct({
  market: pubkey,
  sequence: u64,
  index: u16,
  status: u8,
  openInterestLong: u64,
  openInterestShort: u64,
  poolBase: i64,
  poolQuote: i64,
  poolAllocation: u64,
  fundingIndexLong: i64,
  fundingIndexShort: i64,
  deficit: u64,
})
export type MarketRecord = Decoded<typeof marketRecord>

/** The order as it shall be. The size counts what has filled; zero prices as in `PlaceOrderArgs`. */
export const modifyOrderArgs = struct({
  orderId: u64,
  size: u64,
  limitPrice: u64,
  /** The trigger of an order that has been set off cannot change. */
  triggerPrice: u64,
  trailingDistance: u64,
  pegOffset: option(i64),
  expiresAt: i64,
})
export type ModifyOrderArgs = Decoded<typeof modifyOrderArgs>

export const openPositionArgs = struct({
  side: side,
  size: u64,
  /** No fill is worse than this; must be named. */
  limitPrice: u64,
  clientId: u64,
})
export type OpenPositionArgs = Decoded<typeof openPositionArgs>

/** Cached, validated oracle price. Prices in quote (1e6) per base unit. */
export const oraclePrice = struct({
  /** 0 until the first update. */
  price: u64,
  confidence: u64,
  emaPrice: u64,
  /** Unix seconds, by Pyth. */
  publishTime: i64,
  prevPublishTime: i64,
  postedSlot: u64,
  /** `PriceQuality` at the time of the update, before any age is taken into account. */
  quality: u8,
  _padding: reserved(7),
})
export type OraclePrice = Decoded<typeof oraclePrice>

/** One order slot; free when `in_use` is 0. */
export const order = struct({
  /** Rises by one with every order of the sub-account. */
  orderId: u64,
  /** Chosen by the client; 0 is none. */
  clientId: u64,
  /** Base 1e9. */
  size: u64,
  filled: u64,
  /** Quote paid or received so far (1e6). */
  quoteFilled: u64,
  /** Price 1e6: no fill is worse for the owner. 0 where a pegged order has no bound, or a triggered market order takes the market's default distance from the oracle. */
  limitPrice: u64,
  /** Price 1e6; follows `trailing_extreme` at `trailing_distance` for a trailing stop. */
  triggerPrice: u64,
  /** Price 1e6; 0 for orders that do not trail. */
  trailingDistance: u64,
  /** Best oracle price seen since the order woke (1e6). */
  trailingExtreme: u64,
  /** Price 1e6, signed, from the oracle. */
  pegOffset: i64,
  /** Unix seconds. Only prices published from `eligible_from` on may fill it. */
  placedAt: i64,
  eligibleFrom: i64,
  /** 0 is never. */
  expiresAt: i64,
  /** Chosen by the client: brackets, one-cancels-other, scaled and sliced orders. 0 is none. */
  groupId: u32,
  marketIndex: u16,
  inUse: u8,
  /** `OrderKind`, `Side`, `TimeInForce`, bits of `order_flags`. */
  kind: u8,
  side: u8,
  timeInForce: u8,
  flags: u8,
  /** `TriggerDirection`, `OrderStage`. */
  triggerDirection: u8,
  stage: u8,
  _padding: reserved(3),
  /** Order that a bracket's child belongs to. */
  parentId: u64,
})
export type Order = Decoded<typeof order>

export const placeOrderArgs = struct({
  kind: orderKind,
  side: side,
  timeInForce: timeInForce,
  reduceOnly: bool,
  postOnly: bool,
  /** Base 1e9; 0 for a bracket's child, which gets what its parent fills. */
  size: u64,
  /** Price 1e6; 0 lets a market order take the market's default distance from the oracle, and a pegged one go without a bound. */
  limitPrice: u64,
  /** 0 is none. */
  clientId: u64,
  /** `None` for an order that is active at once; a trailing stop names its direction only. */
  triggerDirection: triggerDirection,
  triggerPrice: u64,
  /** Price 1e6 between the best oracle price and the trigger of a trailing stop; 0 is none. */
  trailingDistance: u64,
  /** Price 1e6 from the oracle, for a pegged limit order. */
  pegOffset: option(i64),
  /** Unix seconds, with good-till-time only. */
  expiresAt: i64,
  /** Chosen by the client; 0 is none. */
  groupId: u32,
  /** What fills of this order is taken off the others of its group. */
  oneCancelsOther: bool,
  /** Makes it a bracket's child of an earlier order of the same call, by its place there. */
  parent: option(u8),
})
export type PlaceOrderArgs = Decoded<typeof placeOrderArgs>

/** One position slot, held while it has base, open orders or a part in a debt. */
export const position = struct({
  /** Signed (base 1e9). */
  base: i64,
  /** Quote cash of the open base (1e6): negative for a long. */
  quoteEntry: i64,
  /** The same with fees and funding of the open base, for display. */
  quoteBreakEven: i64,
  /** The market's index of this side when funding was last settled (1e9). */
  lastFundingIndex: i64,
  /** Since the slot was taken (quote 1e6). */
  realisedPnl: i64,
  fundingPaid: i64,
  feesPaid: u64,
  /** Remaining base of open orders that may add risk (1e9). */
  openBids: u64,
  openAsks: u64,
  openedAt: i64,
  marketIndex: u16,
  inUse: u8,
  /** Open orders of any kind in this market. */
  openOrders: u8,
  _padding: reserved(4),
  /** Cash this market cost the account while it came to owe quote (1e6): the share of the debt this market bears if the account cannot pay. Forgotten when the account owes nothing. */
  debtLoss: u64,
})
export type Position = Decoded<typeof position>

/** An account's position and balance after an instruction closed some of it, or handed it some. */
export const reducedParty = struct({
  subAccount: pubkey,
  sequence: u64,
  /** Signed change of base, and the quote paid (−) or received (+). */
  baseChange: i64,
  quoteChange: i64,
  realisedPnl: i64,
  fundingPayment: i64,
  interest: u64,
  positionBase: i64,
  positionQuoteEntry: i64,
  positionQuoteBreakEven: i64,
  quoteBalance: i64,
  canceled: vec(canceledOrder),
  /** Brackets sent back to sleep until their parent fills again. */
  changed: vec(orderRecord),
})
export type ReducedParty = Decoded<typeof reducedParty>

/** The settings as they shall be. */
export const subAccountSettings = struct({
  /** May trade until `delegate_expires_at`; the default key takes the right away. */
  delegate: pubkey,
  delegateExpiresAt: i64,
  /** What the delegate's orders may lose against the oracle in 24 hours, fees included (quote 1e6). */
  delegateBudget: u64,
  /** The only market it may trade; changes only without positions and orders. */
  isolatedMarket: option(u16),
})
export type SubAccountSettings = Decoded<typeof subAccountSettings>

/** What shall become stricter; `None` leaves a value alone. Nothing here can make an account liquidatable. */
export const tightenRiskArgs = struct({
  /** Takes no new risk in the market. */
  reduceOnly: bool,
  /** Below the present one (base 1e9). */
  openInterestCap: option(u64),
  /** Above the present ones (ratio 1e4, ppm). */
  initialMarginBps: option(u16),
  spreadPpm: option(u32),
  /** Below the present ones (native units, ratio 1e4). */
  depositCap: option(u64),
  initialWeightBps: option(u32),
})
export type TightenRiskArgs = Decoded<typeof tightenRiskArgs>

export const tightenedMarket = struct({
  market: pubkey,
  index: u16,
  sequence: u64,
  status: u8,
  openInterestCap: u64,
  initialMarginBps: u16,
  spreadPpm: u32,
})
export type TightenedMarket = Decoded<typeof tightenedMarket>

export const tightenedVault = struct({
  tokenVault: pubkey,
  index: u16,
  sequence: u64,
  depositCap: u64,
  initialWeightBps: u32,
})
export type TightenedVault = Decoded<typeof tightenedVault>
