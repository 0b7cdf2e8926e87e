/** Accounts in danger, and losses. The program proves that each is needed. Quote 1e6. */
import type { TransactionInstruction } from '@solana/web3.js'
import { buildInstruction } from '../instruction.ts'
import { type AddressLike, exchangeAddress, insuranceAddress, marketAddress, tokenVaultAddress } from '../pda.ts'
import type { Maker } from './orders.ts'

/**
 * Reduces the position in one market of an account below maintenance margin: up to `takeSize` to the liquidator, then
 * to resting orders, the rest to the pool. Anyone may; `liquidatorSubAccount` earns the caller's share of the fee.
 */
export function liquidatePosition(input: {
  readonly liquidator: AddressLike
  readonly marketIndex: number
  readonly subAccount: AddressLike
  readonly liquidatorSubAccount?: AddressLike | null
  /** Base 1e9 that the liquidator's sub-account takes over itself. */
  readonly takeSize?: bigint
  readonly makers?: readonly Maker[]
  /** Of the account, of every maker, and of a liquidator that takes. */
  readonly marginAccounts: readonly AddressLike[]
}): TransactionInstruction {
  const { liquidator, marketIndex, subAccount, liquidatorSubAccount, takeSize = 0n, makers = [] } = input
  const accounts = {
    liquidator,
    exchange: exchangeAddress(),
    market: marketAddress(marketIndex),
    subAccount,
    insurance: insuranceAddress(),
    liquidatorSubAccount,
  }
  return buildInstruction(
    'liquidatePosition',
    accounts,
    { takeSize, makerOrderIds: makers.map(({ orderId }) => orderId) },
    { writable: makers.map((maker) => maker.subAccount), readOnly: input.marginAccounts },
  )
}

/** Last resort: closes a position the pool has no room for against an opposite one in profit. Anyone may. */
export function deleverage(input: {
  readonly marketIndex: number
  readonly subAccount: AddressLike
  readonly counterparty: AddressLike
  readonly marginAccounts: readonly AddressLike[]
}): TransactionInstruction {
  const { marketIndex, subAccount, counterparty, marginAccounts } = input
  const accounts = { ...lossAccounts(marketIndex, subAccount), counterparty }
  return buildInstruction('deleverage', accounts, {}, { readOnly: marginAccounts })
}

/** Buys a debtor's collateral at 1 % below the oracle, as far as it repays the debt. The liquidator pays in USDC. */
export function liquidateCollateral(input: {
  readonly liquidator: AddressLike
  readonly liquidatorSubAccount: AddressLike
  readonly subAccount: AddressLike
  readonly mint: AddressLike
  readonly quoteMint: AddressLike
  /** Native units of the mint. */
  readonly maxTokens: bigint
  /** Of both accounts. */
  readonly marginAccounts: readonly AddressLike[]
}): TransactionInstruction {
  const { liquidator, liquidatorSubAccount, subAccount, mint, quoteMint, maxTokens, marginAccounts } = input
  const accounts = {
    liquidator,
    subAccount,
    liquidatorSubAccount,
    tokenVault: tokenVaultAddress(mint),
    quoteVault: tokenVaultAddress(quoteMint),
  }
  return buildInstruction('liquidateCollateral', accounts, { maxTokens }, { readOnly: marginAccounts })
}

/** Covers this market's share of the debt of an account that holds nothing any more. Anyone may. */
export function resolveBankruptcy(input: {
  readonly marketIndex: number
  readonly subAccount: AddressLike
  /** Of the tokens the account holds: whether they could pay. */
  readonly tokenVaults?: readonly AddressLike[]
}): TransactionInstruction {
  const { marketIndex, subAccount, tokenVaults = [] } = input
  return buildInstruction('resolveBankruptcy', lossAccounts(marketIndex, subAccount), {}, { readOnly: tokenVaults })
}

/** Gives USDC of a sub-account for good: to a market's deficit first, if one is named, the rest to the insurance fund. */
export function refillInsurance(input: {
  readonly authority: AddressLike
  readonly subAccount: AddressLike
  readonly amount: bigint
  readonly marketIndex?: number | null
  readonly marginAccounts: readonly AddressLike[]
}): TransactionInstruction {
  const { authority, subAccount, amount, marketIndex, marginAccounts } = input
  const market = marketIndex === undefined || marketIndex === null ? null : marketAddress(marketIndex)
  const accounts = { authority, subAccount, insurance: insuranceAddress(), market }
  return buildInstruction('refillInsurance', accounts, { amount }, { readOnly: marginAccounts })
}

/** What an instruction names that may have to cover a debt. */
export function lossAccounts(marketIndex: number, subAccount: AddressLike) {
  return { market: marketAddress(marketIndex), subAccount, insurance: insuranceAddress() }
}
