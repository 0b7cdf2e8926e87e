/** Builds any instruction of the program from its name, accounts and arguments, all checked by the IDL's types. */
import { type AccountMeta, PublicKey, TransactionInstruction } from '@solana/web3.js'
import { INSTRUCTIONS } from './generated/instructions.ts'
import { type Decoded, encode, type Layout } from './layout.ts'
import { type AddressLike, eventAuthorityAddress, PROGRAM_ID, publicKey } from './pda.ts'

export type InstructionName = keyof typeof INSTRUCTIONS
type Spec<Name extends InstructionName> = (typeof INSTRUCTIONS)[Name]
type Account<Name extends InstructionName> = Spec<Name>['accounts'][number]

/** Known without asking: fixed programs and what every event needs. */
type Implied = { readonly address: string } | { readonly name: 'eventAuthority' | 'program' }

type Required<Name extends InstructionName> = Exclude<Account<Name>, Implied | { readonly optional: true }>['name']
type Optional<Name extends InstructionName> = Extract<Account<Name>, { readonly optional: true }>['name']

export type InstructionAccounts<Name extends InstructionName> = { readonly [Key in Required<Name>]: AddressLike } & {
  readonly [Key in Optional<Name>]?: AddressLike | null | undefined
}
export type InstructionArguments<Name extends InstructionName> = Decoded<Spec<Name>['args']>

type AccountSpec = {
  readonly name: string
  readonly writable?: boolean
  readonly signer?: boolean
  readonly optional?: boolean
  readonly address?: string
}

type InstructionSpec = {
  readonly discriminator: readonly number[]
  readonly accounts: readonly AccountSpec[]
  readonly args: Layout<unknown>
}

/** Accounts beyond the named ones: those the instruction writes first. */
export type RemainingAccounts = {
  readonly writable?: readonly AddressLike[]
  readonly readOnly?: readonly AddressLike[]
}

/**
 * An optional account that is left out is written as the program's own id, which is Anchor's sign for "none".
 * @throws RangeError when an argument does not fit its type.
 */
export function buildInstruction<const Name extends InstructionName>(
  name: Name,
  accounts: InstructionAccounts<Name>,
  args: InstructionArguments<Name>,
  { writable = [], readOnly = [] }: RemainingAccounts = {},
): TransactionInstruction {
  const { discriminator, accounts: specs, args: layout }: InstructionSpec = INSTRUCTIONS[name]
  const given: Readonly<Record<string, AddressLike | null | undefined>> = accounts
  const keys = specs.map((spec) => accountMeta(spec, given[spec.name]))
  return new TransactionInstruction({
    programId: PROGRAM_ID,
    keys: [
      ...keys,
      ...writable.map((key) => ({ pubkey: publicKey(key), isSigner: false, isWritable: true })),
      ...readOnly.map((key) => ({ pubkey: publicKey(key), isSigner: false, isWritable: false })),
    ],
    data: Buffer.concat([Uint8Array.from(discriminator), encode(layout, args)]),
  })
}

function accountMeta(spec: AccountSpec, given: AddressLike | null | undefined): AccountMeta {
  if (spec.optional === true && (given === null || given === undefined)) {
    return { pubkey: PROGRAM_ID, isSigner: false, isWritable: false }
  }
  return { pubkey: addressOf(spec, given), isSigner: spec.signer === true, isWritable: spec.writable === true }
}

function addressOf(spec: AccountSpec, given: AddressLike | null | undefined): PublicKey {
  if (spec.address !== undefined) return new PublicKey(spec.address)
  if (spec.name === 'eventAuthority') return eventAuthorityAddress()
  if (spec.name === 'program') return PROGRAM_ID
  if (given === null || given === undefined) throw new TypeError(`the account ${spec.name} is missing`)
  return publicKey(given)
}

/** Whether `data` is a call of the program's instruction `name`. */
export function isInstruction(name: InstructionName, data: Uint8Array): boolean {
  return INSTRUCTIONS[name].discriminator.every((byte, at) => data[at] === byte)
}
