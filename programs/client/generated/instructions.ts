// Written by programs/client/generate.ts from programs/artifacts/perps.json. Do not edit.
import { i64, pubkey, struct, text, u16, u64 } from '../layout.ts'
import {
  cancelTarget,
  closePositionArgs,
  exchangeParams,
  marketParams,
  openPositionArgs,
  placeOrderArgs,
  tokenVaultParams,
} from './types.ts'

export const INSTRUCTIONS = {
  allocatePool: {
    discriminator: [211, 27, 162, 5, 161, 27, 80, 116],
    accounts: [
      { name: 'authority', signer: true },
      { name: 'exchange' },
      { name: 'pool', writable: true },
      { name: 'market', writable: true },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({
      amount: i64,
    }),
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
  executeOrder: {
    discriminator: [115, 61, 180, 24, 168, 32, 215, 20],
    accounts: [
      /** Anyone: the price and the pool decide, not who asks. */
      { name: 'keeper', signer: true },
      { name: 'exchange' },
      { name: 'market', writable: true },
      { name: 'subAccount', writable: true },
      /** Earns the keeper reward; without it none is paid. */
      { name: 'keeperSubAccount', writable: true, optional: true },
      { name: 'priceUpdate', optional: true },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({
      orderId: u64,
    }),
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
      { name: 'systemProgram', address: '11111111111111111111111111111111' },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({
      index: u16,
      params: tokenVaultParams,
    }),
  },
  liquidatePosition: {
    discriminator: [187, 74, 229, 149, 102, 81, 221, 68],
    accounts: [
      /** Anyone. */
      { name: 'liquidator', signer: true },
      { name: 'exchange' },
      { name: 'market', writable: true },
      { name: 'subAccount', writable: true },
      { name: 'insurance', writable: true },
      /** Earns the caller's share of the fee; without it the pool keeps it. */
      { name: 'liquidatorSubAccount', writable: true, optional: true },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({}),
  },
  mintPoolShares: {
    discriminator: [22, 149, 190, 123, 167, 248, 59, 241],
    accounts: [
      /** Anyone. */
      { name: 'keeper', signer: true },
      { name: 'exchange' },
      { name: 'pool', writable: true },
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
      order: placeOrderArgs,
    }),
  },
  setPause: {
    discriminator: [63, 32, 154, 2, 56, 103, 79, 45],
    accounts: [
      { name: 'authority', signer: true },
      { name: 'exchange', writable: true },
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
      { name: 'subAccount', writable: true },
      { name: 'eventAuthority' },
      { name: 'program' },
    ],
    args: struct({
      delegate: pubkey,
      delegateExpiresAt: i64,
    }),
  },
  withdrawNativeSol: {
    discriminator: [201, 104, 187, 105, 80, 204, 84, 138],
    accounts: [
      { name: 'authority', writable: true, signer: true },
      { name: 'exchange' },
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
