/** An instruction the walk may send: named accounts and typed arguments in, bytes out. */
import { INSTRUCTIONS } from '#client/generated/instructions.ts'
import { PROGRAM_ADDRESS } from '#client/generated/program.ts'
import type { InstructionArguments, InstructionName } from '#client/instruction.ts'
import { type Address, encode, type Layout } from '#client/layout.ts'
import { eventAuthorityAddress } from '#client/pda.ts'
import type { Call, Meta } from './chain.ts'

export type Attempt = {
  /** Row of the report. */
  readonly label: string
  readonly name: InstructionName
  readonly accounts: Readonly<Record<string, Address | null>>
  readonly args: object
  readonly remaining: readonly Meta[]
  /** Refused with anything else, it breaks invariant 12: this must always be possible. */
  readonly mayFailWith?: readonly string[]
}

type Spec = {
  readonly discriminator: readonly number[]
  readonly accounts: readonly {
    readonly name: string
    readonly writable?: boolean
    readonly signer?: boolean
    readonly optional?: boolean
    readonly address?: string
  }[]
  readonly args: Layout<unknown>
}

const EVENT_AUTHORITY = eventAuthorityAddress().toBase58()

export function attempt<const Name extends InstructionName>(
  name: Name,
  accounts: Readonly<Record<string, Address | null>>,
  args: InstructionArguments<Name>,
  options: { label?: string; remaining?: readonly Meta[]; mayFailWith?: readonly string[] } = {},
): Attempt {
  const { label = name, remaining = [], mayFailWith } = options
  return { label, name, accounts, args, remaining, ...(mayFailWith ? { mayFailWith } : {}) }
}

export function callOf({ name, accounts, args, remaining }: Attempt): Call {
  const spec: Spec = INSTRUCTIONS[name]
  const metas = spec.accounts.map((account): Meta => {
    const key = account.address ?? implied(account.name) ?? accounts[account.name] ?? null
    if (key === null && account.optional !== true) throw new TypeError(`${name} needs the account ${account.name}`)
    if (key === null) return { key: PROGRAM_ADDRESS, signer: false, writable: false }
    return { key, signer: account.signer === true, writable: account.writable === true }
  })
  const args_ = encode(spec.args, args)
  const data = new Uint8Array(spec.discriminator.length + args_.length)
  data.set(spec.discriminator)
  data.set(args_, spec.discriminator.length)
  return { program: PROGRAM_ADDRESS, accounts: [...metas, ...remaining], data }
}

function implied(name: string): Address | null {
  if (name === 'eventAuthority') return EVENT_AUTHORITY
  return name === 'program' ? PROGRAM_ADDRESS : null
}

export const readonly = (key: Address): Meta => ({ key, signer: false, writable: false })
export const writable = (key: Address): Meta => ({ key, signer: false, writable: true })
