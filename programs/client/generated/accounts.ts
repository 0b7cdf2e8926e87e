// Written by programs/client/generate.ts from programs/artifacts/perps.json. Do not edit.
import { array, hex, i64, pubkey, reserved, struct, text, u16, u64, u8 } from '../layout.ts'
import {
  collateral,
  exchangeParams,
  feeTier,
  marketFunding,
  marketLedger,
  marketParams,
  oraclePrice,
  order,
  position,
  tokenVaultParams,
} from './types.ts'

export const ACCOUNTS = {
  /** A proposed change: the hash of its payload, so that what is executed is what was announced. */
  Change: {
    discriminator: [93, 222, 240, 145, 239, 181, 231, 51],
    layout: struct({
      version: u8,
      bump: u8,
      /** `ChangeStatus`. */
      status: u8,
      _padding: reserved(5),
      id: u64,
      /** SHA-256 of the borsh bytes of the `ChangePayload`. */
      payloadHash: hex(32),
      proposer: pubkey,
      /** Unix seconds: may be executed from `eta` until `eta` + 72 h. */
      proposedAt: i64,
      eta: i64,
      _reserved: reserved(64),
    }),
  },
  /** Settings of the whole exchange. Written by admins only, so it never serialises trading. */
  Exchange: {
    discriminator: [30, 200, 220, 149, 3, 61, 104, 50],
    layout: struct({
      version: u8,
      bump: u8,
      pauseBits: u16,
      marketCount: u16,
      tokenVaultCount: u16,
      sequence: u64,
      /** Unix seconds of the last added bit, and of the withdrawal bit. */
      pausedAt: i64,
      withdrawalsPausedAt: i64,
      quoteMint: pubkey,
      params: exchangeParams,
      feeTiers: array(feeTier, 8),
      feeTierCount: u16,
      _padding: reserved(6),
      /** Id of the next proposed change; never reused. */
      nextChangeId: u64,
      /** Unix seconds of the last added bit of pool exits. */
      poolExitsPausedAt: i64,
      _reserved: reserved(320),
    }),
  },
  /** The insurance fund. Its quote lies in the quote vault. */
  Insurance: {
    discriminator: [236, 126, 120, 155, 178, 253, 145, 150],
    layout: struct({
      version: u8,
      bump: u8,
      _padding: reserved(6),
      sequence: u64,
      /** Quote (1e6), and the part no loss may touch. */
      balance: u64,
      floor: u64,
      _reserved: reserved(128),
    }),
  },
  /** A perpetual market against the quote token. */
  Market: {
    discriminator: [219, 190, 213, 55, 0, 227, 198, 154],
    layout: struct({
      version: u8,
      bump: u8,
      index: u16,
      /** `MarketStatus`. */
      status: u8,
      _padding: reserved(3),
      /** ASCII, zero padded: "SOL-PERP". */
      symbol: text(16),
      sequence: u64,
      params: marketParams,
      ledger: marketLedger,
      funding: marketFunding,
      price: oraclePrice,
      /** What insurance has paid for this market so far (quote 1e6). */
      insuranceUsed: u64,
      /** What the pool has paid for losses so far (quote 1e6). */
      poolLossUsed: u64,
      /** Skew added by liquidations since `takeover_window_at` (base 1e9, unix seconds). */
      takeoverBase: u64,
      takeoverWindowAt: i64,
      /** The one price of a market being wound down (1e6), else 0. */
      settlementPrice: u64,
      /** When somebody last said that the feed had been silent for a day (unix seconds). */
      abandonedAt: i64,
      _reserved: reserved(352),
    }),
  },
  /** The liquidity pool: shares, idle quote, and requests in flight. Allocations live on the markets. */
  Pool: {
    discriminator: [241, 154, 109, 4, 17, 177, 109, 188],
    layout: struct({
      version: u8,
      bump: u8,
      _padding: reserved(6),
      sequence: u64,
      /** Rises when the pool was wiped; shares of an older epoch are worthless. */
      epoch: u64,
      shares: u64,
      /** Quote not allocated to a market (1e6). */
      idle: u64,
      /** Quote of deposit requests not yet executed (1e6); not the pool's. */
      pendingDeposits: u64,
      _reserved: reserved(256),
    }),
  },
  /** One request to the pool, executed by anyone once fresh prices exist. */
  PoolTicket: {
    discriminator: [155, 187, 133, 192, 253, 231, 123, 39],
    layout: struct({
      version: u8,
      bump: u8,
      /** `PoolTicketKind`. */
      kind: u8,
      _padding: reserved(5),
      id: u64,
      owner: pubkey,
      /** Where the quote came from and where it returns to. */
      subAccount: pubkey,
      /** Quote of a deposit (1e6), shares of an exit. */
      amount: u64,
      requestedAt: i64,
      epoch: u64,
      /** The pool's value (quote 1e6) and shares at the request: an exit is paid no more per share than that, and a deposit pays no less. */
      navAtRequest: i64,
      sharesAtRequest: u64,
      /** Exit: the end of its cooldown (unix seconds), from when it may be executed for an hour. */
      executableAt: i64,
      _reserved: reserved(40),
    }),
  },
  SubAccount: {
    discriminator: [227, 47, 166, 42, 242, 171, 32, 114],
    layout: struct({
      version: u8,
      bump: u8,
      id: u16,
      /** Requests to the pool that may still return quote here. */
      poolTickets: u16,
      /** 1 when locked to `isolated_market`: an isolated position is a sub-account of its own. */
      isIsolated: u8,
      _padding: u8,
      authority: pubkey,
      /** May trade until `delegate_expires_at`, never move funds. Default key: none. */
      delegate: pubkey,
      delegateExpiresAt: i64,
      sequence: u64,
      nextOrderId: u64,
      /** Slot 0 is always the quote token. */
      collaterals: array(collateral, 8),
      positions: array(position, 8),
      orders: array(order, 16),
      /** What orders of the delegate may lose against the oracle, fees included, in 24 hours (quote 1e6), and what of it is used, as of `delegate_spent_at`. */
      delegateBudget: u64,
      delegateSpent: u64,
      delegateSpentAt: i64,
      /** Realised profit that is margin but cannot leave yet (quote 1e6): `perps_math::limits::WarmUp`. */
      warmUpLocked: u64,
      warmUpFrom: i64,
      warmUpUntil: i64,
      /** Up to when interest on a negative quote balance is charged (unix seconds). */
      interestAt: i64,
      /** Traded as maker since the owner's `UserAccount` was last told (quote 1e6). */
      makerVolume: u64,
      isolatedMarket: u16,
      /** Tier of the owner's volume when this account last took, and until when it counts for rebates (unix seconds). */
      feeTier: u16,
      _feeTierPadding: reserved(4),
      feeTierUntil: i64,
      _reserved: reserved(48),
    }),
  },
  /** One collateral mint. Native SOL is the wSOL vault. */
  TokenVault: {
    discriminator: [121, 7, 84, 254, 151, 228, 43, 144],
    layout: struct({
      version: u8,
      bump: u8,
      index: u16,
      decimals: u8,
      _padding: reserved(3),
      sequence: u64,
      mint: pubkey,
      /** Holds the tokens; its authority is this account. */
      tokenAccount: pubkey,
      /** What the ledger owes in this mint (native units); never above the token account's amount. */
      ledgerTotal: u64,
      params: tokenVaultParams,
      price: oraclePrice,
      /** 24 h time-weighted mean of `ledger_total` up to `mean_at`: what withdrawals are measured against. */
      meanTotal: u64,
      meanAt: i64,
      /** Small withdrawals let out beside that level, as of `exempt_at` (native units, unix seconds). */
      exemptWithdrawn: u64,
      exemptAt: i64,
      /** Quote vault: interest paid by debtors, the pool's until collected (1e6). */
      poolInterest: u64,
      _reserved: reserved(216),
    }),
  },
  /** One per wallet. */
  UserAccount: {
    discriminator: [211, 33, 136, 16, 186, 110, 242, 127],
    layout: struct({
      version: u8,
      bump: u8,
      /** Id of the next sub-account; never reused. */
      nextSubAccountId: u16,
      openSubAccounts: u16,
      _padding: reserved(2),
      authority: pubkey,
      /** Pool shares held, valid while `pool_epoch` is the pool's. */
      poolShares: u64,
      poolEpoch: u64,
      /** Volume of the last 30 days as of `volume_at` (quote 1e6). */
      volume: u64,
      volumeAt: i64,
      /** UserAccount that referred this one; the default key is none. */
      referrer: pubkey,
      /** Earned by the referrer and not yet collected (quote 1e6). */
      referralOwed: u64,
      /** Withdrawals let out beside the withdraw level, as of `exempt_at` (quote 1e6, unix seconds). */
      exemptWithdrawn: u64,
      exemptAt: i64,
      /** UTF-8, zero padded. */
      name: text(32),
      _reserved: reserved(152),
    }),
  },
} as const
