/** The parts of the program's accounts that tests look at, as the IDL decodes them. */
import type { PublicKey } from '@solana/web3.js'

export type Price = {
  price: bigint
  confidence: bigint
  emaPrice: bigint
  publishTime: bigint
  prevPublishTime: bigint
  quality: number
}

export type FeeTierState = { volume: bigint; takerShareBps: number; rebateShareBps: number }

export type ExchangeState = {
  pauseBits: number
  marketCount: number
  tokenVaultCount: number
  sequence: bigint
  params: {
    admin: PublicKey
    riskAuthority: PublicKey
    pauseAuthority: PublicKey
    treasury: PublicKey
    timelockS: number
  }
  feeTiers: FeeTierState[]
  feeTierCount: number
  nextChangeId: bigint
}

export type ChangeState = {
  status: number
  id: bigint
  payloadHash: number[]
  proposer: PublicKey
  proposedAt: bigint
  eta: bigint
}

export type MarketState = {
  index: number
  status: number
  sequence: bigint
  params: {
    feedId: number[]
    depthK: bigint
    openInterestCap: bigint
    spreadPpm: number
    takerFeePpm: number
    makerRebatePpm: number
    initialMarginBps: number
    maintenanceMarginBps: number
    liquidationFeeBps: number
    insuranceFeeBps: number
  }
  ledger: {
    openInterestLong: bigint
    openInterestShort: bigint
    poolBase: bigint
    poolQuote: bigint
    poolAllocation: bigint
    insuranceFees: bigint
    treasuryFees: bigint
    fundingPot: bigint
    deficit: bigint
  }
  funding: { indexLong: bigint; indexShort: bigint; remainder: bigint; updatedAt: bigint; rateDaily: bigint }
  price: Price
  takeoverBase: bigint
  insuranceUsed: bigint
  poolLossUsed: bigint
  settlementPrice: bigint
}

export type TokenVaultState = {
  index: number
  sequence: bigint
  mint: PublicKey
  tokenAccount: PublicKey
  ledgerTotal: bigint
  params: { depositCap: bigint; initialWeightBps: number; maintenanceWeightBps: number }
  price: Price
  meanTotal: bigint
  meanAt: bigint
  exemptWithdrawn: bigint
  exemptAt: bigint
  poolInterest: bigint
}

export type PoolState = { sequence: bigint; epoch: bigint; shares: bigint; idle: bigint; pendingDeposits: bigint }
export type InsuranceState = { sequence: bigint; balance: bigint; floor: bigint }
export type PoolTicketState = {
  kind: number
  id: bigint
  owner: PublicKey
  subAccount: PublicKey
  amount: bigint
  requestedAt: bigint
  epoch: bigint
  navAtRequest: bigint
  sharesAtRequest: bigint
  executableAt: bigint
}

export type UserAccountState = {
  nextSubAccountId: number
  openSubAccounts: number
  authority: PublicKey
  poolShares: bigint
  poolEpoch: bigint
  volume: bigint
  volumeAt: bigint
  referrer: PublicKey
  referralOwed: bigint
  exemptWithdrawn: bigint
  exemptAt: bigint
  name: number[]
}

export type PositionState = {
  base: bigint
  quoteEntry: bigint
  quoteBreakEven: bigint
  lastFundingIndex: bigint
  realisedPnl: bigint
  fundingPaid: bigint
  feesPaid: bigint
  openBids: bigint
  openAsks: bigint
  marketIndex: number
  inUse: number
  openOrders: number
  debtLoss: bigint
}

export type OrderState = {
  orderId: bigint
  clientId: bigint
  size: bigint
  filled: bigint
  quoteFilled: bigint
  limitPrice: bigint
  triggerPrice: bigint
  trailingDistance: bigint
  trailingExtreme: bigint
  pegOffset: bigint
  placedAt: bigint
  eligibleFrom: bigint
  expiresAt: bigint
  groupId: number
  marketIndex: number
  inUse: number
  kind: number
  side: number
  timeInForce: number
  flags: number
  triggerDirection: number
  stage: number
  parentId: bigint
}

export type SubAccountState = {
  id: number
  poolTickets: number
  isIsolated: number
  authority: PublicKey
  delegate: PublicKey
  delegateExpiresAt: bigint
  sequence: bigint
  nextOrderId: bigint
  collaterals: { amount: bigint; vaultIndex: number; inUse: number }[]
  positions: PositionState[]
  orders: OrderState[]
  delegateBudget: bigint
  delegateSpent: bigint
  delegateSpentAt: bigint
  warmUpLocked: bigint
  warmUpFrom: bigint
  warmUpUntil: bigint
  interestAt: bigint
  makerVolume: bigint
  isolatedMarket: number
  feeTier: number
  feeTierUntil: bigint
}
