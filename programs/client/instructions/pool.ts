/** The liquidity pool. Quote 1e6. */
import type { TransactionInstruction } from '@solana/web3.js'
import { buildInstruction } from '../instruction.ts'
import {
  type AddressLike,
  exchangeAddress,
  marketAddress,
  poolAddress,
  poolTicketAddress,
  tokenVaultAddress,
  userAccountAddress,
} from '../pda.ts'

/** Requests a deposit out of a sub-account's USDC; a later `mintPoolShares` executes it. `ticketId`: any unused one. */
export function depositToPool(input: {
  readonly authority: AddressLike
  readonly subAccount: AddressLike
  readonly ticketId: bigint
  readonly amount: bigint
  readonly marginAccounts: readonly AddressLike[]
}): TransactionInstruction {
  const { authority, subAccount, ticketId, amount, marginAccounts } = input
  const accounts = {
    authority,
    exchange: exchangeAddress(),
    pool: poolAddress(),
    userAccount: userAccountAddress(authority),
    subAccount,
    ticket: poolTicketAddress(authority, ticketId),
  }
  return buildInstruction('depositToPool', accounts, { ticketId, amount }, { readOnly: marginAccounts })
}

/** Executes a deposit request once every market of the pool has a price younger than it. Anyone may. */
export function mintPoolShares(input: Ticket & { readonly keeper: AddressLike }): TransactionInstruction {
  const accounts = { keeper: input.keeper, ...ticketAccounts(input) }
  return buildInstruction('mintPoolShares', accounts, {}, { readOnly: allMarkets(input.marketCount) })
}

/** Sets shares aside to leave the pool; a later `exitPool` pays them after the cooldown. `ticketId`: any unused one. */
export function requestPoolExit(input: {
  readonly authority: AddressLike
  /** Will receive the USDC. */
  readonly subAccount: AddressLike
  readonly ticketId: bigint
  readonly shares: bigint
  readonly quoteMint: AddressLike
  readonly marketCount: number
}): TransactionInstruction {
  const { authority, subAccount, ticketId, shares, quoteMint, marketCount } = input
  const accounts = {
    authority,
    exchange: exchangeAddress(),
    pool: poolAddress(),
    quoteVault: tokenVaultAddress(quoteMint),
    userAccount: userAccountAddress(authority),
    subAccount,
    ticket: poolTicketAddress(authority, ticketId),
  }
  return buildInstruction('requestPoolExit', accounts, { ticketId, shares }, { readOnly: allMarkets(marketCount) })
}

/** Pays a request to leave the pool whose cooldown has passed, or returns the shares of one that has expired. Anyone may. */
export function exitPool(input: Ticket): TransactionInstruction {
  return buildInstruction('exitPool', ticketAccounts(input), {}, { readOnly: allMarkets(input.marketCount) })
}

type Ticket = {
  readonly owner: AddressLike
  readonly subAccount: AddressLike
  readonly ticketId: bigint
  readonly quoteMint: AddressLike
  /** How many markets the exchange has; their accounts value the pool. */
  readonly marketCount: number
}

function ticketAccounts({ owner, subAccount, ticketId, quoteMint }: Ticket) {
  return {
    exchange: exchangeAddress(),
    pool: poolAddress(),
    quoteVault: tokenVaultAddress(quoteMint),
    ticket: poolTicketAddress(owner, ticketId),
    owner,
    userAccount: userAccountAddress(owner),
    subAccount,
  }
}

const allMarkets = (count: number) => Array.from({ length: count }, (_, index) => marketAddress(index))

/** Moves idle quote into (> 0) or out of (< 0) a market's allocation: risk or admin key. */
export function allocatePool(input: {
  readonly authority: AddressLike
  readonly marketIndex: number
  readonly amount: bigint
}): TransactionInstruction {
  const { authority, marketIndex, amount } = input
  const accounts = {
    authority,
    exchange: exchangeAddress(),
    pool: poolAddress(),
    market: marketAddress(marketIndex),
  }
  return buildInstruction('allocatePool', accounts, { amount })
}
