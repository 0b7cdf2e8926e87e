/**
 * The exchange's address lookup table: a byte instead of 32 for each account that all transactions share. Fills against
 * several makers, each with positions in many markets, fit into one transaction only with it.
 */
import {
  AddressLookupTableAccount,
  AddressLookupTableProgram,
  PublicKey,
  SystemProgram,
  type TransactionInstruction,
  TransactionMessage,
  VersionedTransaction,
} from '@solana/web3.js'
import {
  type AddressLike,
  eventAuthorityAddress,
  exchangeAddress,
  insuranceAddress,
  marketAddress,
  NATIVE_MINT,
  PROGRAM_ID,
  poolAddress,
  publicKey,
  TOKEN_PROGRAM_ID,
  tokenVaultAddress,
  vaultTokensAddress,
} from './pda.ts'

/** So many addresses fit into one transaction that extends a table. */
const ADDRESSES_AT_ONCE = 20
const INSTRUCTIONS_SYSVAR = new PublicKey('Sysvar1nstructions1111111111111111111111111')

/** Accounts that belong to no trader. `mints`: of every token vault; `priceFeeds`: of the markets. */
export function fixedAccounts({
  marketCount,
  mints,
  priceFeeds = [],
}: {
  readonly marketCount: number
  readonly mints: readonly AddressLike[]
  readonly priceFeeds?: readonly AddressLike[]
}): PublicKey[] {
  const all = [
    PROGRAM_ID,
    eventAuthorityAddress(),
    exchangeAddress(),
    poolAddress(),
    insuranceAddress(),
    SystemProgram.programId,
    TOKEN_PROGRAM_ID,
    NATIVE_MINT,
    INSTRUCTIONS_SYSVAR,
    ...Array.from({ length: marketCount }, (_, index) => marketAddress(index)),
    ...mints.flatMap((mint) => [publicKey(mint), tokenVaultAddress(mint), vaultTokensAddress(mint)]),
    ...priceFeeds.map(publicKey),
  ]
  return [...new Map(all.map((address) => [address.toBase58(), address])).values()]
}

/** `recentSlot`: a slot that the chain still remembers, as `getSlot` answers. */
export function createLookupTable(input: {
  readonly authority: PublicKey
  readonly payer: PublicKey
  readonly recentSlot: number
}): { readonly instruction: TransactionInstruction; readonly address: PublicKey } {
  const [instruction, address] = AddressLookupTableProgram.createLookupTable(input)
  return { instruction, address }
}

/** Adds what of `addresses` is missing, one instruction per transaction. Empty when all are there. */
export function extendLookupTable({
  table,
  authority,
  payer,
  addresses,
}: {
  readonly table: { readonly address: PublicKey; readonly addresses: readonly PublicKey[] }
  readonly authority: PublicKey
  readonly payer: PublicKey
  readonly addresses: readonly PublicKey[]
}): TransactionInstruction[] {
  const held = new Set(table.addresses.map((address) => address.toBase58()))
  const missing = addresses.filter((address) => !held.has(address.toBase58()))
  return Array.from({ length: Math.ceil(missing.length / ADDRESSES_AT_ONCE) }, (_, at) =>
    AddressLookupTableProgram.extendLookupTable({
      lookupTable: table.address,
      authority,
      payer,
      addresses: missing.slice(at * ADDRESSES_AT_ONCE, (at + 1) * ADDRESSES_AT_ONCE),
    }),
  )
}

/** A table from its account's data. */
export function decodeLookupTable(address: AddressLike, data: Uint8Array): AddressLookupTableAccount {
  return new AddressLookupTableAccount({
    key: publicKey(address),
    state: AddressLookupTableAccount.deserialize(data),
  })
}

/** A version 0 transaction, unsigned. */
export function compileTransaction({
  payer,
  recentBlockhash,
  instructions,
  lookupTables = [],
}: {
  readonly payer: PublicKey
  readonly recentBlockhash: string
  readonly instructions: readonly TransactionInstruction[]
  readonly lookupTables?: readonly AddressLookupTableAccount[]
}): VersionedTransaction {
  const message = new TransactionMessage({ payerKey: payer, recentBlockhash, instructions: [...instructions] })
  return new VersionedTransaction(message.compileToV0Message([...lookupTables]))
}
