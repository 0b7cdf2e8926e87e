/** Collateral in and out. Amounts are native units of the mint. */
import type { TransactionInstruction } from '@solana/web3.js'
import type { TokenVaultParams } from '../generated/types.ts'
import { buildInstruction } from '../instruction.ts'
import {
  type AddressLike,
  associatedTokenAddress,
  exchangeAddress,
  NATIVE_MINT,
  tokenVaultAddress,
  unwrapAddress,
  userAccountAddress,
  vaultTokensAddress,
} from '../pda.ts'

export function initializeTokenVault(input: {
  readonly admin: AddressLike
  readonly mint: AddressLike
  readonly index: number
  readonly params: TokenVaultParams
}): TransactionInstruction {
  const { admin, mint, index, params } = input
  const accounts = { admin, exchange: exchangeAddress(), mint, ...vaultOf(mint) }
  return buildInstruction('initializeTokenVault', accounts, { index, params })
}

type TokenTransfer = {
  readonly authority: AddressLike
  readonly subAccount: AddressLike
  readonly mint: AddressLike
  readonly amount: bigint
  /** The wallet's token account; by default the associated one. It must exist. */
  readonly userTokens?: AddressLike
}

export function depositTokens(input: TokenTransfer): TransactionInstruction {
  return buildInstruction('depositTokens', tokenAccounts(input), { amount: input.amount })
}

/** `marginAccounts`: see `marginAccounts`; needed because what stays must carry the account's positions. */
export function withdrawTokens(
  input: TokenTransfer & { readonly marginAccounts: readonly AddressLike[] },
): TransactionInstruction {
  const accounts = {
    ...tokenAccounts(input),
    exchange: exchangeAddress(),
    userAccount: userAccountAddress(input.authority),
  }
  return buildInstruction('withdrawTokens', accounts, { amount: input.amount }, { readOnly: input.marginAccounts })
}

type NativeTransfer = {
  readonly authority: AddressLike
  readonly subAccount: AddressLike
  readonly lamports: bigint
}

export function depositNativeSol({ authority, subAccount, lamports }: NativeTransfer): TransactionInstruction {
  return buildInstruction('depositNativeSol', { authority, subAccount, ...vaultOf(NATIVE_MINT) }, { lamports })
}

export function withdrawNativeSol(
  input: NativeTransfer & { readonly marginAccounts: readonly AddressLike[] },
): TransactionInstruction {
  const { authority, subAccount, lamports } = input
  const accounts = {
    authority,
    subAccount,
    exchange: exchangeAddress(),
    userAccount: userAccountAddress(authority),
    unwrapped: unwrapAddress(subAccount),
    ...vaultOf(NATIVE_MINT),
  }
  return buildInstruction('withdrawNativeSol', accounts, { lamports }, { readOnly: input.marginAccounts })
}

/** Moves collateral between two sub-accounts of one owner. `marginAccounts`: of `from`. */
export function transferCollateral(input: {
  readonly authority: AddressLike
  readonly from: AddressLike
  readonly to: AddressLike
  readonly mint: AddressLike
  readonly amount: bigint
  readonly marginAccounts: readonly AddressLike[]
}): TransactionInstruction {
  const { authority, from, to, mint, amount, marginAccounts } = input
  const accounts = { authority, from, to, tokenVault: tokenVaultAddress(mint) }
  return buildInstruction('transferCollateral', accounts, { amount }, { readOnly: marginAccounts })
}

function vaultOf(mint: AddressLike) {
  return { tokenVault: tokenVaultAddress(mint), vaultTokens: vaultTokensAddress(mint) }
}

function tokenAccounts({ authority, subAccount, mint, userTokens }: TokenTransfer) {
  return { authority, subAccount, userTokens: userTokens ?? associatedTokenAddress(mint, authority), ...vaultOf(mint) }
}
