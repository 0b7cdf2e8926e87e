// Written by programs/client/generate.ts from programs/artifacts/perps.json. Do not edit.
import { bool, hex, i64, option, pubkey, struct, text, u16, u64, u8, vec } from '../layout.ts'
import {
  canceledOrder,
  cancelReason,
  changePayload,
  coveredLoss,
  exchangeParams,
  fillParty,
  makerFill,
  marketParams,
  marketRecord,
  orderRecord,
  reducedParty,
  side,
  tightenedMarket,
  tightenedVault,
  tokenVaultParams,
} from './types.ts'

export const EVENTS = {
  BankruptcyResolved: {
    discriminator: [94, 86, 196, 195, 106, 72, 227, 169],
    layout: struct({
      subAccount: pubkey,
      sequence: u64,
      quoteBalance: i64,
      interest: u64,
      canceled: vec(canceledOrder),
      covered: coveredLoss,
      market: marketRecord,
      insuranceBalance: u64,
      insuranceSequence: u64,
      at: i64,
    }),
  },
  ChangeCanceled: {
    discriminator: [71, 180, 249, 136, 150, 125, 52, 151],
    layout: struct({
      sequence: u64,
      change: pubkey,
      changeId: u64,
      authority: pubkey,
      at: i64,
    }),
  },
  ChangeExecuted: {
    discriminator: [50, 115, 8, 12, 139, 8, 191, 26],
    layout: struct({
      sequence: u64,
      change: pubkey,
      changeId: u64,
      payload: changePayload,
      /** The market, token vault or insurance fund it changed and that account's sequence, else the default key and 0. */
      target: pubkey,
      targetSequence: u64,
      at: i64,
    }),
  },
  ChangeProposed: {
    discriminator: [170, 10, 10, 8, 244, 196, 146, 151],
    layout: struct({
      sequence: u64,
      change: pubkey,
      changeId: u64,
      payloadHash: hex(32),
      proposer: pubkey,
      /** May be executed from here on. */
      eta: i64,
      at: i64,
    }),
  },
  CollateralDeposited: {
    discriminator: [244, 62, 77, 11, 135, 112, 61, 96],
    layout: struct({
      subAccount: pubkey,
      sequence: u64,
      tokenVault: pubkey,
      tokenVaultSequence: u64,
      mint: pubkey,
      amount: u64,
      /** Charged on a debt first, to the pool. */
      interest: u64,
      balanceAfter: i64,
      vaultTotalAfter: u64,
      at: i64,
    }),
  },
  CollateralLiquidated: {
    discriminator: [148, 42, 28, 104, 72, 50, 124, 98],
    layout: struct({
      subAccount: pubkey,
      sequence: u64,
      liquidatorSubAccount: pubkey,
      liquidatorSequence: u64,
      mint: pubkey,
      tokens: u64,
      quote: u64,
      /** Charged on the debt first, to the pool. */
      interest: u64,
      oraclePrice: u64,
      publishTime: i64,
      tokenBalance: i64,
      quoteBalance: i64,
      liquidatorTokenBalance: i64,
      liquidatorQuoteBalance: i64,
      quoteVault: pubkey,
      quoteVaultSequence: u64,
      at: i64,
    }),
  },
  /** Collateral moved between two sub-accounts of one owner. */
  CollateralTransferred: {
    discriminator: [119, 180, 79, 171, 178, 67, 120, 237],
    layout: struct({
      from: pubkey,
      fromSequence: u64,
      to: pubkey,
      toSequence: u64,
      tokenVault: pubkey,
      tokenVaultSequence: u64,
      mint: pubkey,
      amount: u64,
      /** Charged on the receiver's debt first, to the pool. */
      interest: u64,
      fromBalance: i64,
      toBalance: i64,
      at: i64,
    }),
  },
  CollateralWithdrawn: {
    discriminator: [51, 224, 133, 106, 74, 173, 72, 82],
    layout: struct({
      subAccount: pubkey,
      sequence: u64,
      tokenVault: pubkey,
      tokenVaultSequence: u64,
      mint: pubkey,
      amount: u64,
      balanceAfter: i64,
      vaultTotalAfter: u64,
      at: i64,
    }),
  },
  ExchangeInitialized: {
    discriminator: [200, 154, 187, 160, 29, 243, 230, 104],
    layout: struct({
      sequence: u64,
      quoteMint: pubkey,
      params: exchangeParams,
      at: i64,
    }),
  },
  /** Fees of a market, and interest in the quote vault, moved to whom they belong. */
  FeesCollected: {
    discriminator: [233, 23, 117, 225, 107, 178, 254, 8],
    layout: struct({
      market: pubkey,
      marketSequence: u64,
      marketIndex: u16,
      toInsurance: u64,
      toTreasury: u64,
      /** Interest of debtors, to the pool's idle quote. */
      toPool: u64,
      /** Of the market's deficit repaid first. */
      deficitRepaid: u64,
      deficit: u64,
      insuranceSequence: u64,
      insuranceBalance: u64,
      poolSequence: u64,
      poolIdle: u64,
      /** The quote vault. */
      tokenVault: pubkey,
      tokenVaultSequence: u64,
      treasurySubAccount: pubkey,
      treasurySequence: u64,
      treasuryQuoteBalance: i64,
      at: i64,
    }),
  },
  FundingAccrued: {
    discriminator: [245, 38, 158, 236, 129, 195, 123, 235],
    layout: struct({
      market: pubkey,
      sequence: u64,
      marketIndex: u16,
      indexLong: i64,
      indexShort: i64,
      /** What longs pay per base unit and day (price 1e6). */
      rateDaily: i64,
      oraclePrice: u64,
      markPrice: u64,
      /** Seconds this accrual covered, and seconds no accrual will ever cover. */
      elapsedS: i64,
      forgivenS: i64,
      pot: i64,
      at: i64,
    }),
  },
  InsuranceRefilled: {
    discriminator: [229, 134, 246, 68, 208, 108, 168, 122],
    layout: struct({
      sequence: u64,
      subAccount: pubkey,
      subAccountSequence: u64,
      amount: u64,
      /** What of it went to the deficit of a market, and the market after it. */
      deficitRepaid: u64,
      market: option(marketRecord),
      balance: u64,
      quoteBalance: i64,
      at: i64,
    }),
  },
  /** The market's feed has been silent for a day; from `settles_from` on it may be wound down at its last price. */
  MarketAbandoned: {
    discriminator: [82, 124, 172, 249, 10, 227, 220, 99],
    layout: struct({
      market: marketRecord,
      publishTime: i64,
      settlesFrom: i64,
      at: i64,
    }),
  },
  MarketInitialized: {
    discriminator: [134, 160, 122, 87, 50, 3, 255, 81],
    layout: struct({
      market: pubkey,
      sequence: u64,
      index: u16,
      symbol: text(16),
      params: marketParams,
      at: i64,
    }),
  },
  /** From here on every position of the market closes at one price. Again when a deficit left over is covered later. */
  MarketSettled: {
    discriminator: [237, 212, 22, 175, 201, 117, 215, 99],
    layout: struct({
      market: marketRecord,
      settlementPrice: u64,
      publishTime: i64,
      /** What the pool's allocation could not pay. */
      covered: coveredLoss,
      insuranceBalance: u64,
      insuranceSequence: u64,
      at: i64,
    }),
  },
  OrderCanceled: {
    discriminator: [210, 147, 48, 247, 204, 118, 255, 121],
    layout: struct({
      subAccount: pubkey,
      sequence: u64,
      orders: vec(canceledOrder),
      at: i64,
    }),
  },
  OrderFilled: {
    discriminator: [120, 124, 109, 66, 249, 116, 174, 30],
    layout: struct({
      market: pubkey,
      marketSequence: u64,
      marketIndex: u16,
      /** The taker's. */
      side: side,
      taker: fillParty,
      /** Of all makers and the pool together. */
      size: u64,
      quote: u64,
      /** Paid by the taker; the makers' rebates and the referrer's share come out of `fee`. */
      fee: u64,
      referrerFee: u64,
      keeperReward: u64,
      makers: vec(makerFill),
      /** The pool's part. */
      poolSize: u64,
      poolQuoteTraded: u64,
      /** The price it was filled from. */
      oraclePrice: u64,
      publishTime: i64,
      /** The market after it. */
      openInterestLong: u64,
      openInterestShort: u64,
      poolBase: i64,
      poolQuote: i64,
      poolAllocation: u64,
      fundingIndexLong: i64,
      fundingIndexShort: i64,
      /** Who was paid for the fill. */
      keeperSubAccount: option(pubkey),
      keeperSequence: u64,
      keeperQuoteBalance: i64,
      at: i64,
    }),
  },
  OrderModified: {
    discriminator: [150, 117, 33, 209, 57, 25, 209, 20],
    layout: struct({
      subAccount: pubkey,
      sequence: u64,
      marketIndex: u16,
      order: orderRecord,
      oraclePrice: u64,
      byDelegate: bool,
      at: i64,
    }),
  },
  OrderPlaced: {
    discriminator: [96, 130, 204, 234, 169, 219, 216, 227],
    layout: struct({
      subAccount: pubkey,
      sequence: u64,
      marketIndex: u16,
      orders: vec(orderRecord),
      oraclePrice: u64,
      byDelegate: bool,
      at: i64,
    }),
  },
  /** A stop that was set off missed its moment: it waits for its trigger price again. */
  OrderRearmed: {
    discriminator: [136, 205, 92, 13, 36, 59, 140, 129],
    layout: struct({
      subAccount: pubkey,
      sequence: u64,
      marketIndex: u16,
      order: orderRecord,
      reason: cancelReason,
      at: i64,
    }),
  },
  /** The oracle reached an order's trigger price; it may fill from `order.eligible_from` on. */
  OrderTriggered: {
    discriminator: [242, 228, 9, 85, 62, 161, 99, 208],
    layout: struct({
      subAccount: pubkey,
      sequence: u64,
      marketIndex: u16,
      order: orderRecord,
      oraclePrice: u64,
      publishTime: i64,
      at: i64,
    }),
  },
  PauseChanged: {
    discriminator: [238, 188, 213, 78, 134, 209, 178, 218],
    layout: struct({
      sequence: u64,
      authority: pubkey,
      pauseBits: u16,
      at: i64,
    }),
  },
  PoolAllocated: {
    discriminator: [138, 124, 119, 228, 116, 181, 249, 107],
    layout: struct({
      sequence: u64,
      market: pubkey,
      marketSequence: u64,
      marketIndex: u16,
      /** Into (+) or out of (−) the market. */
      amount: i64,
      allocationAfter: u64,
      poolQuoteAfter: i64,
      idleAfter: u64,
      at: i64,
    }),
  },
  PoolDepositRequested: {
    discriminator: [124, 210, 191, 26, 176, 54, 3, 199],
    layout: struct({
      sequence: u64,
      subAccount: pubkey,
      subAccountSequence: u64,
      ticket: pubkey,
      ticketId: u64,
      owner: pubkey,
      amount: u64,
      /** Of the pool at the request: a share will cost no less than it was worth then. */
      netAssetValue: i64,
      totalShares: u64,
      quoteBalance: i64,
      at: i64,
    }),
  },
  PoolExitRequested: {
    discriminator: [176, 237, 73, 188, 89, 17, 176, 208],
    layout: struct({
      sequence: u64,
      subAccount: pubkey,
      subAccountSequence: u64,
      ticket: pubkey,
      ticketId: u64,
      owner: pubkey,
      shares: u64,
      netAssetValue: i64,
      totalShares: u64,
      /** May be executed from here on, for one hour. */
      executableAt: i64,
      at: i64,
    }),
  },
  PoolExited: {
    discriminator: [24, 61, 192, 193, 75, 188, 34, 9],
    layout: struct({
      sequence: u64,
      ticket: pubkey,
      ticketId: u64,
      owner: pubkey,
      /** Redeemed; 0 when the request had expired and the shares were returned. */
      shares: u64,
      amount: u64,
      returnedShares: u64,
      /** Charged on the sub-account's debt before, to the pool. */
      interest: u64,
      subAccount: pubkey,
      subAccountSequence: u64,
      quoteBalance: i64,
      totalShares: u64,
      netAssetValue: i64,
      idle: u64,
      epoch: u64,
      at: i64,
    }),
  },
  PoolSharesMinted: {
    discriminator: [133, 229, 63, 107, 118, 25, 48, 186],
    layout: struct({
      sequence: u64,
      ticket: pubkey,
      ticketId: u64,
      owner: pubkey,
      /** What became shares; 0 when the request had expired and was returned. */
      amount: u64,
      shares: u64,
      returned: u64,
      /** Charged on the sub-account's debt before, to the pool. */
      interest: u64,
      subAccount: pubkey,
      subAccountSequence: u64,
      quoteBalance: i64,
      totalShares: u64,
      netAssetValue: u64,
      idle: u64,
      epoch: u64,
      at: i64,
    }),
  },
  /** A bankrupt account's position closed against an opposite one in profit. */
  PositionDeleveraged: {
    discriminator: [108, 14, 146, 114, 186, 45, 241, 84],
    layout: struct({
      party: reducedParty,
      counterparty: reducedParty,
      oraclePrice: u64,
      publishTime: i64,
      covered: coveredLoss,
      market: marketRecord,
      insuranceBalance: u64,
      insuranceSequence: u64,
      at: i64,
    }),
  },
  PositionLiquidated: {
    discriminator: [40, 107, 90, 214, 96, 30, 61, 128],
    layout: struct({
      party: reducedParty,
      liquidationFee: u64,
      insuranceFee: u64,
      liquidatorReward: u64,
      oraclePrice: u64,
      publishTime: i64,
      /** Resting orders that took part of it. */
      makers: vec(makerFill),
      /** What the liquidator's sub-account took, and the pool. */
      takenSize: u64,
      poolSize: u64,
      covered: coveredLoss,
      market: marketRecord,
      insuranceBalance: u64,
      insuranceSequence: u64,
      liquidatorSubAccount: option(pubkey),
      liquidatorSequence: u64,
      liquidatorQuoteBalance: i64,
      /** The liquidator's side of what it took. */
      taken: option(reducedParty),
      at: i64,
    }),
  },
  PositionSettled: {
    discriminator: [75, 100, 92, 189, 245, 116, 252, 221],
    layout: struct({
      party: reducedParty,
      settlementPrice: u64,
      covered: coveredLoss,
      market: marketRecord,
      insuranceBalance: u64,
      insuranceSequence: u64,
      at: i64,
    }),
  },
  ReferralRewardsCollected: {
    discriminator: [123, 148, 13, 233, 186, 69, 97, 26],
    layout: struct({
      userAccount: pubkey,
      subAccount: pubkey,
      sequence: u64,
      tokenVault: pubkey,
      tokenVaultSequence: u64,
      amount: u64,
      /** Charged on a negative balance before. */
      interest: u64,
      quoteBalance: i64,
      at: i64,
    }),
  },
  /** The market and the vault after it; `None` where it touched none. */
  RiskTightened: {
    discriminator: [200, 214, 67, 241, 133, 158, 212, 170],
    layout: struct({
      sequence: u64,
      authority: pubkey,
      market: option(tightenedMarket),
      tokenVault: option(tightenedVault),
      at: i64,
    }),
  },
  SubAccountClosed: {
    discriminator: [147, 242, 48, 151, 96, 135, 88, 39],
    layout: struct({
      subAccount: pubkey,
      sequence: u64,
      authority: pubkey,
      id: u16,
      at: i64,
    }),
  },
  SubAccountCreated: {
    discriminator: [166, 161, 175, 211, 248, 164, 13, 23],
    layout: struct({
      subAccount: pubkey,
      sequence: u64,
      authority: pubkey,
      id: u16,
      at: i64,
    }),
  },
  SubAccountUpdated: {
    discriminator: [30, 207, 172, 231, 64, 0, 117, 143],
    layout: struct({
      subAccount: pubkey,
      sequence: u64,
      delegate: pubkey,
      delegateExpiresAt: i64,
      /** Quote 1e6 in 24 hours. */
      delegateBudget: u64,
      isolatedMarket: option(u16),
      at: i64,
    }),
  },
  TokenVaultInitialized: {
    discriminator: [149, 3, 79, 14, 86, 211, 45, 132],
    layout: struct({
      tokenVault: pubkey,
      sequence: u64,
      index: u16,
      mint: pubkey,
      decimals: u8,
      params: tokenVaultParams,
      at: i64,
    }),
  },
  TrailingStopMoved: {
    discriminator: [40, 19, 198, 3, 206, 41, 208, 62],
    layout: struct({
      subAccount: pubkey,
      sequence: u64,
      marketIndex: u16,
      orderId: u64,
      trailingExtreme: u64,
      triggerPrice: u64,
      publishTime: i64,
      at: i64,
    }),
  },
  UserAccountCreated: {
    discriminator: [16, 133, 225, 182, 145, 219, 182, 3],
    layout: struct({
      userAccount: pubkey,
      authority: pubkey,
      at: i64,
    }),
  },
  UserAccountUpdated: {
    discriminator: [244, 86, 37, 116, 246, 175, 27, 66],
    layout: struct({
      userAccount: pubkey,
      authority: pubkey,
      name: text(32),
      referrer: pubkey,
      at: i64,
    }),
  },
} as const
