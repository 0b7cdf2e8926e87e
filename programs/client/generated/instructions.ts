// Written by programs/client/generate.ts from programs/artifacts/perps.json. Do not edit.
import { hex, i64, struct, text, u16, u64, vec } from '../layout.ts'
import {
  cancelTarget,
  changePayload,
  closePositionArgs,
  exchangeParams,
  marketParams,
  modifyOrderArgs,
  openPositionArgs,
  placeOrderArgs,
  subAccountSettings,
  tightenRiskArgs,
  tokenVaultParams,
} from './types.ts'

export const INSTRUCTIONS = {
  allocatePool: {
    discriminator: [211, 27, 162, 5, 161, 27, 80, 116],
    accounts: [
      /** The cold key; the risk key, to take out only. */
      { name: 'authority', signer: true },
      { name: 'exchange' },
      { name: 'pool', writable: true },
      { name: 'market', writable: true },
      { name: 'instructions', address: 'Sysvar1nstructions1111111111111111111111111' },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({
      amount: i64,
    }),
  },
  cancelChange: {
    discriminator: [100, 30, 4, 148, 3, 244, 243, 168],
    accounts: [
      /** Any role. */
      { name: 'authority', signer: true },
      { name: 'exchange', writable: true },
      { name: 'change', writable: true },
      { name: 'instructions', address: 'Sysvar1nstructions1111111111111111111111111' },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({}),
  },
  cancelOrder: {
    discriminator: [95, 129, 237, 240, 8, 49, 223, 132],
    accounts: [
      /** The owner, or the delegate while it lasts. */
      { name: 'trader', signer: true },
      { name: 'subAccount', writable: true },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({
      target: cancelTarget,
    }),
  },
  clearPause: {
    discriminator: [93, 86, 227, 143, 90, 27, 232, 158],
    accounts: [
      { name: 'authority', signer: true },
      { name: 'exchange', writable: true },
      { name: 'instructions', address: 'Sysvar1nstructions1111111111111111111111111' },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({
      bits: u16,
    }),
  },
  closePosition: {
    discriminator: [123, 134, 81, 0, 49, 68, 98, 98],
    accounts: [
      /** The owner, or the delegate while it lasts. */
      { name: 'trader', signer: true },
      { name: 'exchange' },
      { name: 'market' },
      { name: 'subAccount', writable: true },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({
      order: closePositionArgs,
    }),
  },
  closeSubAccount: {
    discriminator: [24, 202, 236, 42, 246, 166, 90, 37],
    accounts: [
      { name: 'authority', writable: true, signer: true },
      { name: 'userAccount', writable: true },
      { name: 'subAccount', writable: true },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({}),
  },
  collectFees: {
    discriminator: [164, 152, 207, 99, 30, 186, 19, 182],
    accounts: [
      { name: 'exchange' },
      { name: 'market', writable: true },
      { name: 'insurance', writable: true },
      { name: 'pool', writable: true },
      { name: 'quoteVault', writable: true },
      /** A sub-account of the treasury. */
      { name: 'treasurySubAccount', writable: true },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({}),
  },
  collectReferralRewards: {
    discriminator: [164, 54, 163, 98, 22, 146, 22, 23],
    accounts: [
      { name: 'authority', signer: true },
      { name: 'userAccount' },
      { name: 'subAccount', writable: true },
      /** Keeps the interest when the sub-account owes quote. */
      { name: 'quoteVault', writable: true },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({}),
  },
  createSubAccount: {
    discriminator: [230, 148, 237, 115, 126, 55, 226, 172],
    accounts: [
      { name: 'authority', writable: true, signer: true },
      { name: 'userAccount', writable: true },
      { name: 'subAccount', writable: true },
      { name: 'systemProgram', address: '11111111111111111111111111111111' },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({
      id: u16,
    }),
  },
  createUserAccount: {
    discriminator: [146, 68, 100, 69, 63, 46, 182, 199],
    accounts: [
      { name: 'authority', writable: true, signer: true },
      { name: 'userAccount', writable: true },
      { name: 'systemProgram', address: '11111111111111111111111111111111' },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({}),
  },
  deleverage: {
    discriminator: [158, 127, 27, 222, 183, 178, 35, 194],
    accounts: [
      { name: 'market', writable: true },
      { name: 'subAccount', writable: true },
      /** Holds the opposite position in profit. */
      { name: 'counterparty', writable: true },
      { name: 'insurance', writable: true },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({}),
  },
  depositNativeSol: {
    discriminator: [16, 147, 179, 138, 225, 77, 137, 35],
    accounts: [
      { name: 'authority', writable: true, signer: true },
      { name: 'subAccount', writable: true },
      { name: 'tokenVault', writable: true },
      { name: 'vaultTokens', writable: true },
      { name: 'tokenProgram', address: 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA' },
      { name: 'systemProgram', address: '11111111111111111111111111111111' },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({
      lamports: u64,
    }),
  },
  depositToPool: {
    discriminator: [99, 136, 15, 66, 85, 146, 24, 89],
    accounts: [
      { name: 'authority', writable: true, signer: true },
      { name: 'exchange' },
      { name: 'pool', writable: true },
      /** Holds the interest of debtors, which is the pool's. */
      { name: 'quoteVault' },
      /** Will hold the shares. */
      { name: 'userAccount' },
      { name: 'subAccount', writable: true },
      { name: 'ticket', writable: true },
      { name: 'systemProgram', address: '11111111111111111111111111111111' },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({
      ticketId: u64,
      amount: u64,
    }),
  },
  depositTokens: {
    discriminator: [176, 83, 229, 18, 191, 143, 176, 150],
    accounts: [
      { name: 'authority', signer: true },
      { name: 'subAccount', writable: true },
      { name: 'tokenVault', writable: true },
      { name: 'vaultTokens', writable: true },
      { name: 'userTokens', writable: true },
      { name: 'tokenProgram', address: 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA' },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({
      amount: u64,
    }),
  },
  executeChange: {
    discriminator: [104, 53, 136, 238, 82, 222, 200, 42],
    accounts: [
      { name: 'admin', signer: true },
      { name: 'exchange', writable: true },
      { name: 'change', writable: true },
      /** The account the payload changes, besides the exchange. */
      { name: 'market', writable: true, optional: true },
      { name: 'tokenVault', writable: true, optional: true },
      { name: 'insurance', writable: true, optional: true },
      { name: 'instructions', address: 'Sysvar1nstructions1111111111111111111111111' },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({
      payload: changePayload,
    }),
  },
  executeOrder: {
    discriminator: [115, 61, 180, 24, 168, 32, 215, 20],
    accounts: [
      /** Anyone: the price and the pool decide, not who asks. */
      { name: 'keeper', signer: true },
      { name: 'exchange' },
      { name: 'market', writable: true },
      { name: 'subAccount', writable: true },
      /** The taker's owner: volume, fee tier, referrer. */
      { name: 'userAccount', writable: true },
      /** Earns the keeper reward; without it none is paid. */
      { name: 'keeperSubAccount', writable: true, optional: true },
      { name: 'priceUpdate', optional: true },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({
      orderId: u64,
      makerOrderIds: vec(u64),
    }),
  },
  exitPool: {
    discriminator: [6, 156, 87, 187, 195, 101, 222, 143],
    accounts: [
      { name: 'exchange' },
      { name: 'pool', writable: true },
      /** Holds the interest of debtors, which is the pool's. */
      { name: 'quoteVault' },
      { name: 'ticket', writable: true },
      { name: 'owner', writable: true },
      { name: 'userAccount', writable: true },
      { name: 'subAccount', writable: true },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({}),
  },
  expireOrders: {
    discriminator: [104, 111, 31, 80, 177, 79, 109, 188],
    accounts: [
      { name: 'subAccount', writable: true },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({}),
  },
  forceCancelOrders: {
    discriminator: [64, 181, 196, 63, 222, 72, 64, 232],
    accounts: [
      { name: 'subAccount', writable: true },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({}),
  },
  initializeExchange: {
    discriminator: [224, 105, 116, 166, 228, 207, 96, 19],
    accounts: [
      { name: 'upgradeAuthority', writable: true, signer: true },
      { name: 'exchange', writable: true },
      { name: 'pool', writable: true },
      { name: 'insurance', writable: true },
      { name: 'quoteMint' },
      { name: 'perps', address: 'HsSzXVuSwiqGQvocT2zMX8zc86KQ9TYfZFZcfmmejzso' },
      /** Whoever could replace the program may start it, nobody else: otherwise the first caller would be the admin. */
      { name: 'programData' },
      { name: 'instructions', address: 'Sysvar1nstructions1111111111111111111111111' },
      { name: 'systemProgram', address: '11111111111111111111111111111111' },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({
      params: exchangeParams,
    }),
  },
  initializeMarket: {
    discriminator: [35, 35, 189, 193, 155, 48, 170, 203],
    accounts: [
      { name: 'admin', writable: true, signer: true },
      { name: 'exchange', writable: true },
      { name: 'market', writable: true },
      { name: 'instructions', address: 'Sysvar1nstructions1111111111111111111111111' },
      { name: 'systemProgram', address: '11111111111111111111111111111111' },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({
      index: u16,
      symbol: text(16),
      params: marketParams,
    }),
  },
  initializeTokenVault: {
    discriminator: [64, 202, 113, 205, 22, 210, 178, 225],
    accounts: [
      { name: 'admin', writable: true, signer: true },
      { name: 'exchange', writable: true },
      { name: 'mint' },
      { name: 'tokenVault', writable: true },
      { name: 'vaultTokens', writable: true },
      { name: 'tokenProgram', address: 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA' },
      { name: 'instructions', address: 'Sysvar1nstructions1111111111111111111111111' },
      { name: 'systemProgram', address: '11111111111111111111111111111111' },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({
      index: u16,
      params: tokenVaultParams,
    }),
  },
  liquidateCollateral: {
    discriminator: [160, 199, 78, 141, 140, 146, 166, 212],
    accounts: [
      /** Owner or delegate of the buying sub-account. */
      { name: 'liquidator', signer: true },
      { name: 'subAccount', writable: true },
      { name: 'liquidatorSubAccount', writable: true },
      /** Of the token that is bought. */
      { name: 'tokenVault' },
      { name: 'quoteVault', writable: true },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({
      maxTokens: u64,
    }),
  },
  liquidatePosition: {
    discriminator: [187, 74, 229, 149, 102, 81, 221, 68],
    accounts: [
      /** Anyone; to take the position over, the owner or delegate of the taking sub-account. */
      { name: 'liquidator', signer: true },
      { name: 'exchange' },
      { name: 'market', writable: true },
      { name: 'subAccount', writable: true },
      { name: 'insurance', writable: true },
      /** Takes over what `take_size` says, and earns the caller's share of the fee on the rest; without it that stays the pool's. */
      { name: 'liquidatorSubAccount', writable: true, optional: true },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({
      takeSize: u64,
      makerOrderIds: vec(u64),
    }),
  },
  mintPoolShares: {
    discriminator: [22, 149, 190, 123, 167, 248, 59, 241],
    accounts: [
      /** Anyone. */
      { name: 'keeper', signer: true },
      { name: 'exchange' },
      { name: 'pool', writable: true },
      /** Holds the interest of debtors, which is the pool's. */
      { name: 'quoteVault' },
      { name: 'ticket', writable: true },
      { name: 'owner', writable: true },
      { name: 'userAccount', writable: true },
      /** Gets the quote back when the request has expired. */
      { name: 'subAccount', writable: true },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({}),
  },
  modifyOrder: {
    discriminator: [47, 124, 117, 255, 201, 197, 130, 94],
    accounts: [
      /** The owner, or the delegate while it lasts. */
      { name: 'trader', signer: true },
      { name: 'exchange' },
      { name: 'market' },
      { name: 'subAccount', writable: true },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({
      args: modifyOrderArgs,
    }),
  },
  openPosition: {
    discriminator: [135, 128, 47, 77, 15, 152, 240, 49],
    accounts: [
      /** The owner, or the delegate while it lasts. */
      { name: 'trader', signer: true },
      { name: 'exchange' },
      { name: 'market' },
      { name: 'subAccount', writable: true },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({
      order: openPositionArgs,
    }),
  },
  placeOrder: {
    discriminator: [51, 194, 155, 175, 109, 130, 96, 106],
    accounts: [
      /** The owner, or the delegate while it lasts. */
      { name: 'trader', signer: true },
      { name: 'exchange' },
      { name: 'market' },
      { name: 'subAccount', writable: true },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({
      orders: vec(placeOrderArgs),
    }),
  },
  proposeChange: {
    discriminator: [167, 211, 18, 222, 93, 215, 74, 159],
    accounts: [
      { name: 'admin', writable: true, signer: true },
      { name: 'exchange', writable: true },
      { name: 'change', writable: true },
      { name: 'instructions', address: 'Sysvar1nstructions1111111111111111111111111' },
      { name: 'systemProgram', address: '11111111111111111111111111111111' },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({
      payloadHash: hex(32),
    }),
  },
  ratchetTrailingStop: {
    discriminator: [140, 78, 64, 21, 11, 180, 15, 16],
    accounts: [
      { name: 'market' },
      { name: 'subAccount', writable: true },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({
      orderId: u64,
    }),
  },
  refillInsurance: {
    discriminator: [206, 149, 146, 188, 99, 196, 175, 132],
    accounts: [
      { name: 'authority', signer: true },
      { name: 'subAccount', writable: true },
      { name: 'insurance', writable: true },
      /** Whose deficit is repaid first. */
      { name: 'market', writable: true, optional: true },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({
      amount: u64,
    }),
  },
  requestPoolExit: {
    discriminator: [29, 204, 114, 245, 239, 65, 134, 182],
    accounts: [
      { name: 'authority', writable: true, signer: true },
      { name: 'exchange' },
      { name: 'pool', writable: true },
      /** Holds the interest of debtors, which is the pool's. */
      { name: 'quoteVault' },
      { name: 'userAccount', writable: true },
      /** Will receive the quote. */
      { name: 'subAccount', writable: true },
      { name: 'ticket', writable: true },
      { name: 'systemProgram', address: '11111111111111111111111111111111' },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({
      ticketId: u64,
      shares: u64,
    }),
  },
  resolveBankruptcy: {
    discriminator: [82, 253, 187, 29, 102, 19, 35, 248],
    accounts: [
      { name: 'market', writable: true },
      { name: 'subAccount', writable: true },
      { name: 'insurance', writable: true },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({}),
  },
  setPause: {
    discriminator: [63, 32, 154, 2, 56, 103, 79, 45],
    accounts: [
      { name: 'authority', signer: true },
      { name: 'exchange', writable: true },
      { name: 'instructions', address: 'Sysvar1nstructions1111111111111111111111111' },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({
      bits: u16,
    }),
  },
  settleFunding: {
    discriminator: [11, 251, 12, 161, 199, 228, 133, 87],
    accounts: [
      { name: 'market', writable: true },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({}),
  },
  settleMarket: {
    discriminator: [193, 153, 95, 216, 166, 6, 144, 217],
    accounts: [
      { name: 'market', writable: true },
      { name: 'insurance', writable: true },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({}),
  },
  settlePosition: {
    discriminator: [33, 156, 74, 218, 215, 42, 112, 175],
    accounts: [
      { name: 'market', writable: true },
      { name: 'subAccount', writable: true },
      { name: 'insurance', writable: true },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({}),
  },
  tightenRisk: {
    discriminator: [26, 47, 22, 248, 251, 234, 76, 108],
    accounts: [
      /** The risk key, or the cold one. */
      { name: 'authority', signer: true },
      { name: 'exchange', writable: true },
      { name: 'market', writable: true, optional: true },
      { name: 'tokenVault', writable: true, optional: true },
      { name: 'instructions', address: 'Sysvar1nstructions1111111111111111111111111' },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({
      args: tightenRiskArgs,
    }),
  },
  transferCollateral: {
    discriminator: [157, 163, 63, 27, 242, 72, 251, 97],
    accounts: [
      { name: 'authority', signer: true },
      { name: 'from', writable: true },
      { name: 'to', writable: true },
      { name: 'tokenVault', writable: true },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({
      amount: u64,
    }),
  },
  triggerOrder: {
    discriminator: [63, 112, 51, 233, 232, 47, 240, 199],
    accounts: [
      { name: 'market' },
      { name: 'subAccount', writable: true },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({
      orderId: u64,
    }),
  },
  updateOraclePrice: {
    discriminator: [14, 35, 163, 150, 65, 116, 149, 154],
    accounts: [
      { name: 'priceUpdate' },
      { name: 'market', writable: true, optional: true },
      { name: 'tokenVault', writable: true, optional: true },
    ],
    args: struct({}),
  },
  updateSubAccount: {
    discriminator: [205, 251, 86, 209, 107, 131, 50, 94],
    accounts: [
      { name: 'authority', signer: true },
      { name: 'exchange' },
      { name: 'subAccount', writable: true },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({
      settings: subAccountSettings,
    }),
  },
  updateUserAccount: {
    discriminator: [147, 83, 243, 122, 110, 128, 92, 33],
    accounts: [
      { name: 'authority', signer: true },
      { name: 'userAccount', writable: true },
      /** Who referred this user: named once, never changed. */
      { name: 'referrer', optional: true },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({
      name: text(32),
    }),
  },
  withdrawNativeSol: {
    discriminator: [201, 104, 187, 105, 80, 204, 84, 138],
    accounts: [
      { name: 'authority', writable: true, signer: true },
      { name: 'exchange' },
      /** Remembers the owner's small withdrawals of the day. */
      { name: 'userAccount', writable: true },
      { name: 'subAccount', writable: true },
      { name: 'tokenVault', writable: true },
      { name: 'vaultTokens', writable: true },
      /** Lives only inside this instruction. Someone may have sent lamports to its address before: Anchor's init then tops up, allocates and assigns instead of creating, so nobody can block a withdrawal. */
      { name: 'unwrapped', writable: true },
      { name: 'nativeMint', address: 'So11111111111111111111111111111111111111112' },
      { name: 'tokenProgram', address: 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA' },
      { name: 'systemProgram', address: '11111111111111111111111111111111' },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({
      lamports: u64,
    }),
  },
  withdrawTokens: {
    discriminator: [2, 4, 225, 61, 19, 182, 106, 170],
    accounts: [
      { name: 'authority', signer: true },
      { name: 'exchange' },
      /** Remembers the owner's small withdrawals of the day. */
      { name: 'userAccount', writable: true },
      { name: 'subAccount', writable: true },
      { name: 'tokenVault', writable: true },
      { name: 'vaultTokens', writable: true },
      { name: 'userTokens', writable: true },
      { name: 'tokenProgram', address: 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA' },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({
      amount: u64,
    }),
  },
} as const
