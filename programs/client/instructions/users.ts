/** A wallet's place on the exchange: one user account, numbered sub-accounts. */
import { PublicKey, type TransactionInstruction } from '@solana/web3.js'
import { buildInstruction } from '../instruction.ts'
import { type AddressLike, subAccountAddress, userAccountAddress } from '../pda.ts'

export function createUserAccount(input: { readonly authority: AddressLike }): TransactionInstruction {
  const { authority } = input
  return buildInstruction('createUserAccount', { authority, userAccount: userAccountAddress(authority) }, {})
}

/** `id` must be the user account's next one; ids are never used again. */
export function createSubAccount(input: {
  readonly authority: AddressLike
  readonly id: number
}): TransactionInstruction {
  return buildInstruction('createSubAccount', ownAccounts(input), { id: input.id })
}

/** Sets or, with null, removes the key that may trade for the sub-account until `expiresAt` (unix seconds). */
export function updateSubAccount(input: {
  readonly authority: AddressLike
  readonly subAccount: AddressLike
  readonly delegate: { readonly key: AddressLike; readonly expiresAt: bigint } | null
}): TransactionInstruction {
  const { authority, subAccount, delegate } = input
  const key = delegate === null ? PublicKey.default.toBase58() : delegate.key.toString()
  return buildInstruction(
    'updateSubAccount',
    { authority, subAccount },
    { delegate: key, delegateExpiresAt: delegate?.expiresAt ?? 0n },
  )
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
