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

type Request = {
  readonly authority: AddressLike
  /** The USDC comes from it, or will go to it. */
  readonly subAccount: AddressLike
  /** Any unused one. */
  readonly ticketId: bigint
  readonly quoteMint: AddressLike
  /** How many markets the exchange has; their accounts value the pool. */
  readonly marketCount: number
}

function requestAccounts({ authority, subAccount, ticketId, quoteMint }: Request) {
  return {
    authority,
    exchange: exchangeAddress(),
    pool: poolAddress(),
    quoteVault: tokenVaultAddress(quoteMint),
    userAccount: userAccountAddress(authority),
    subAccount,
    ticket: poolTicketAddress(authority, ticketId),
  }
}

/** Requests a deposit out of a sub-account's USDC; a later `mintPoolShares` executes it. */
export function depositToPool(
  input: Request & {
    readonly amount: bigint
    /** Of the tokens the account holds besides USDC. */
    readonly tokenVaults?: readonly AddressLike[]
  },
): TransactionInstruction {
  const { ticketId, amount, marketCount, tokenVaults = [] } = input
  const readOnly = [...allMarkets(marketCount), ...tokenVaults]
  return buildInstruction('depositToPool', requestAccounts(input), { ticketId, amount }, { readOnly })
}

/** Executes a deposit request once every market of the pool has a price younger than it. Anyone may. */
export function mintPoolShares(input: Ticket & { readonly keeper: AddressLike }): TransactionInstruction {
  const accounts = { keeper: input.keeper, ...ticketAccounts(input) }
  return buildInstruction('mintPoolShares', accounts, {}, { readOnly: allMarkets(input.marketCount) })
}

/** Sets shares aside to leave the pool; a later `exitPool` pays them after the cooldown. */
export function requestPoolExit(input: Request & { readonly shares: bigint }): TransactionInstruction {
  const { ticketId, shares, marketCount } = input
  const readOnly = allMarkets(marketCount)
  return buildInstruction('requestPoolExit', requestAccounts(input), { ticketId, shares }, { readOnly })
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

/** Moves idle quote into (> 0; admin key) or out of (< 0; risk or admin key) a market's allocation. */
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
