/** The liquidity pool. Quote 1e6. */
import type { TransactionInstruction } from '@solana/web3.js'
import { buildInstruction } from '../instruction.ts'
import {
  type AddressLike,
  exchangeAddress,
  marketAddress,
  poolAddress,
  poolTicketAddress,
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
  return buildInstruction('depositToPool', accounts, { ticketId, amount }, marginAccounts)
}

/** Executes a deposit request once every market of the pool has a price younger than it. Anyone may. */
export function mintPoolShares(input: {
  readonly keeper: AddressLike
  readonly owner: AddressLike
  readonly subAccount: AddressLike
  readonly ticketId: bigint
  /** How many markets the exchange has; their accounts value the pool. */
  readonly marketCount: number
}): TransactionInstruction {
  const { keeper, owner, subAccount, ticketId, marketCount } = input
  const accounts = {
    keeper,
    exchange: exchangeAddress(),
    pool: poolAddress(),
    ticket: poolTicketAddress(owner, ticketId),
    owner,
    userAccount: userAccountAddress(owner),
    subAccount,
  }
  const markets = Array.from({ length: marketCount }, (_, index) => marketAddress(index))
  return buildInstruction('mintPoolShares', accounts, {}, markets)
}

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
