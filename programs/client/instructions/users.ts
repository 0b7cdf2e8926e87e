/** A wallet's place on the exchange: one user account, numbered sub-accounts. */
import { PublicKey, type TransactionInstruction } from '@solana/web3.js'
import { buildInstruction } from '../instruction.ts'
import { type AddressLike, exchangeAddress, subAccountAddress, tokenVaultAddress, userAccountAddress } from '../pda.ts'

export function createUserAccount(input: { readonly authority: AddressLike }): TransactionInstruction {
  const { authority } = input
  return buildInstruction('createUserAccount', { authority, userAccount: userAccountAddress(authority) }, {})
}

/** `name`: at most 32 bytes of UTF-8. `referrer`: the wallet that referred this one; it can be named once. */
export function updateUserAccount(input: {
  readonly authority: AddressLike
  readonly name: string
  readonly referrer?: AddressLike
}): TransactionInstruction {
  const { authority, name, referrer } = input
  const accounts = {
    authority,
    userAccount: userAccountAddress(authority),
    referrer: referrer === undefined ? null : userAccountAddress(referrer),
  }
  return buildInstruction('updateUserAccount', accounts, { name })
}

/** Brings what the fees of referred traders earned into a sub-account. `referred`: their wallets. */
export function collectReferralRewards(input: {
  readonly authority: AddressLike
  readonly subAccount: AddressLike
  readonly quoteMint: AddressLike
  readonly referred: readonly AddressLike[]
}): TransactionInstruction {
  const { authority, subAccount, quoteMint, referred } = input
  const accounts = {
    authority,
    userAccount: userAccountAddress(authority),
    subAccount,
    quoteVault: tokenVaultAddress(quoteMint),
  }
  return buildInstruction('collectReferralRewards', accounts, {}, { writable: referred.map(userAccountAddress) })
}

/** `id` must be the user account's next one; ids are never used again. */
export function createSubAccount(input: {
  readonly authority: AddressLike
  readonly id: number
}): TransactionInstruction {
  return buildInstruction('createSubAccount', ownAccounts(input), { id: input.id })
}

/** The settings as they shall be, whole. */
export function updateSubAccount(input: {
  readonly authority: AddressLike
  readonly subAccount: AddressLike
  /** May trade until `expiresAt` (unix seconds), losing at most `budget` (quote 1e6) against the oracle in 24 hours. */
  readonly delegate: { readonly key: AddressLike; readonly expiresAt: bigint; readonly budget: bigint } | null
  /** The only market it may trade; null trades all. Changes only without positions and orders. */
  readonly isolatedMarket: number | null
}): TransactionInstruction {
  const { authority, subAccount, delegate, isolatedMarket } = input
  const settings = {
    delegate: (delegate?.key ?? PublicKey.default).toString(),
    delegateExpiresAt: delegate?.expiresAt ?? 0n,
    delegateBudget: delegate?.budget ?? 0n,
    isolatedMarket,
  }
  return buildInstruction('updateSubAccount', { authority, exchange: exchangeAddress(), subAccount }, { settings })
}

/** Returns the rent of an empty sub-account. */
export function closeSubAccount(input: {
  readonly authority: AddressLike
  readonly id: number
}): TransactionInstruction {
  return buildInstruction('closeSubAccount', ownAccounts(input), {})
}

function ownAccounts({ authority, id }: { readonly authority: AddressLike; readonly id: number }) {
  return { authority, userAccount: userAccountAddress(authority), subAccount: subAccountAddress(authority, id) }
}
