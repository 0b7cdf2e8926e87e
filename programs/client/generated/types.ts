// Written by programs/client/generate.ts from programs/artifacts/perps.json. Do not edit.
import {
  bool,
  choice,
  type Decoded,
  hex,
  i64,
  pubkey,
  reserved,
  struct,
  u16,
  u32,
  u64,
  u8,
  variants,
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
})
export type CanceledOrder = Decoded<typeof canceledOrder>

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

/** What the admin chooses for the whole exchange. */
export const exchangeParams = struct({
  /** Cold key: everything. Roles are nested: admin ⊇ risk ⊇ pause. */
  admin: pubkey,
  riskAuthority: pubkey,
  pauseAuthority: pubkey,
  /** Keeper reward per fill: flat part (quote 1e6), at most what Initial margin reserves per open order. */
  keeperRewardFlat: u64,
  /** Keeper reward per fill: part of the notional (1e6). */
  keeperRewardPpm: u32,
  timelockS: u32,
  /** Split of the trading fee (ratio 1e4); the rest is insurance's. */
  poolFeeShareBps: u32,
  treasuryFeeShareBps: u32,
})
export type ExchangeParams = Decoded<typeof exchangeParams>

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

export const side = choice(
  'buy',
  'sell',
)
export type Side = Decoded<typeof side>

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

/** One order slot; free when `in_use` is 0. Trigger, trailing, peg and group fields belong to order kinds that follow. */
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
  /** Price 1e6: no fill is worse for the owner. */
  limitPrice: u64,
  triggerPrice: u64,
  trailingDistance: u64,
  trailingExtreme: u64,
  pegOffset: i64,
  /** Unix seconds. Only prices published from `eligible_from` on may fill it. */
  placedAt: i64,
  eligibleFrom: i64,
  expiresAt: i64,
  groupId: u32,
  marketIndex: u16,
  inUse: u8,
  /** `OrderKind`, `Side`, `TimeInForce`, bits of `order_flags`. */
  kind: u8,
  side: u8,
  timeInForce: u8,
  flags: u8,
  triggerDirection: u8,
  _reserved: reserved(12),
})
export type Order = Decoded<typeof order>

export const orderKind = choice(
  'market',
  'limit',
)
export type OrderKind = Decoded<typeof orderKind>

export const orderStatus = choice(
  'open',
  'filled',
  'canceled',
)
export type OrderStatus = Decoded<typeof orderStatus>

export const timeInForce = choice(
  'goodTillCancel',
  'immediateOrCancel',
)
export type TimeInForce = Decoded<typeof timeInForce>

export const placeOrderArgs = struct({
  kind: orderKind,
  side: side,
  timeInForce: timeInForce,
  reduceOnly: bool,
  postOnly: bool,
  /** Base 1e9. */
  size: u64,
  /** Price 1e6; 0 lets a market order take the market's default distance from the oracle. */
  limitPrice: u64,
  /** 0 is none. */
  clientId: u64,
})
export type PlaceOrderArgs = Decoded<typeof placeOrderArgs>

/** One position slot, held while it has base or open orders. */
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
  _reserved: reserved(12),
})
export type Position = Decoded<typeof position>

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
