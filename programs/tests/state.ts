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

export type MarketState = {
  index: number
  status: number
  sequence: bigint
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
}

export type TokenVaultState = {
  index: number
  sequence: bigint
  mint: PublicKey
  tokenAccount: PublicKey
  ledgerTotal: bigint
  price: Price
}

export type PoolState = { sequence: bigint; epoch: bigint; shares: bigint; idle: bigint; pendingDeposits: bigint }
export type InsuranceState = { sequence: bigint; balance: bigint; floor: bigint }
export type UserAccountState = { nextSubAccountId: number; openSubAccounts: number; poolShares: bigint }

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
}

export type OrderState = {
  orderId: bigint
  clientId: bigint
  size: bigint
  filled: bigint
  limitPrice: bigint
  eligibleFrom: bigint
  marketIndex: number
  inUse: number
  side: number
  flags: number
}

export type SubAccountState = {
  id: number
  authority: PublicKey
  delegate: PublicKey
  delegateExpiresAt: bigint
  sequence: bigint
  nextOrderId: bigint
  collaterals: { amount: bigint; vaultIndex: number; inUse: number }[]
  positions: PositionState[]
  orders: OrderState[]
}
