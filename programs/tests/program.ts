/** The program as its IDL describes it: instructions in, accounts, events and errors out. Amounts are bigints. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { BN, BorshCoder, convertIdlToCamelCase, type Idl } from '@coral-xyz/anchor'
import { type AccountMeta, PublicKey, TransactionInstruction } from '@solana/web3.js'

const idl = convertIdlToCamelCase(
  JSON.parse(readFileSync(new URL('../artifacts/perps.json', import.meta.url), 'utf8')) as Idl,
)
const coder = new BorshCoder(idl)

export const PROGRAM_ID = new PublicKey(idl.address)
/** `PERPS_ELF`: another build, for guards/run.ts. */
export const programElf: Uint8Array = readFileSync(
  process.env.PERPS_ELF ?? new URL('../artifacts/perps.so', import.meta.url),
)

export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | PublicKey
  | Uint8Array
  | Value[]
  | { [key: string]: Value }
export type Fields = { [key: string]: Value }
export type Accounts = { [name: string]: PublicKey | null }
export type ProgramEvent = { name: string; data: Fields }

export function pda(...seeds: (string | Uint8Array | PublicKey)[]): PublicKey {
  const bytes = seeds.map((seed) =>
    typeof seed === 'string' ? Buffer.from(seed) : seed instanceof PublicKey ? seed.toBuffer() : seed,
  )
  return PublicKey.findProgramAddressSync(bytes, PROGRAM_ID)[0]
}

export function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}

export function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(value)
  return bytes
}

const eventAuthority = pda('__event_authority')

/** Accounts in the IDL's order; a missing optional one is the program's id, as Anchor wants it. */
export function instruction(
  name: string,
  args: Fields,
  accounts: Accounts,
  remaining: AccountMeta[] = [],
): TransactionInstruction {
  const definition = idl.instructions.find((ix) => ix.name === name)
  if (!definition) throw new Error(`no instruction ${name}`)
  const known: Accounts = { eventAuthority, program: PROGRAM_ID, ...accounts }
  const keys = definition.accounts.map((account) => {
    if ('accounts' in account) throw new Error(`${name} has composite accounts`)
    const key = known[account.name] ?? (account.address ? new PublicKey(account.address) : null)
    if (key === null && !account.optional) throw new Error(`${name} needs the account ${account.name}`)
    return {
      pubkey: key ?? PROGRAM_ID,
      isSigner: key !== null && account.signer === true,
      isWritable: key !== null && account.writable === true,
    }
  })
  return new TransactionInstruction({
    programId: PROGRAM_ID,
    keys: [...keys, ...remaining],
    data: coder.instruction.encode(name, toAnchor(args)),
  })
}

/** What an announced change commits to: SHA-256 of the payload's bytes. */
export function changeHash(payload: Fields): Uint8Array {
  return createHash('sha256')
    .update(coder.types.encode('changePayload', toAnchor(payload)))
    .digest()
}

type InstructionAccount = { name: string; writable: boolean; signer: boolean; optional: boolean }

export function instructionAccounts(name: string): InstructionAccount[] {
  const definition = idl.instructions.find((ix) => ix.name === name)
  if (!definition) throw new Error(`no instruction ${name}`)
  return definition.accounts.map((account) => ({
    name: account.name,
    writable: 'writable' in account && account.writable === true,
    signer: 'signer' in account && account.signer === true,
    optional: 'optional' in account && account.optional === true,
  }))
}

export const instructionNames: string[] = idl.instructions.map((ix) => ix.name)
/** Errors as Rust and the docs name them. */
const errors = (idl.errors ?? []).map(({ code, name }) => ({
  code,
  name: name.charAt(0).toUpperCase() + name.slice(1),
}))
export const errorNames: string[] = errors.map((error) => error.name)

export function errorName(code: number | null): string {
  return errors.find((error) => error.code === code)?.name ?? `error ${code}`
}

export function decodeAccount<T>(name: string, data: Buffer): T {
  return fromAnchor(coder.accounts.decode(name, data)) as T
}

export function discriminatorOf(account: string): Buffer {
  return Buffer.from(coder.accounts.accountDiscriminator(account))
}

/** Self-CPI events: eight bytes of Anchor's tag, then the event. */
export function decodeEvents(inner: Buffer[]): ProgramEvent[] {
  return inner.flatMap((data) => {
    const event = data.length > 8 ? coder.events.decode(data.subarray(8).toString('base64')) : null
    return event ? [{ name: event.name, data: fromAnchor(event.data) as Fields }] : []
  })
}

function toAnchor(value: Value): unknown {
  if (typeof value === 'bigint') return new BN(value.toString())
  if (value === null || typeof value !== 'object' || value instanceof PublicKey) return value
  if (value instanceof Uint8Array) return [...value]
  if (Array.isArray(value)) return value.map(toAnchor)
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, toAnchor(field)]))
}

function fromAnchor(value: unknown): Value {
  if (BN.isBN(value)) return BigInt(String(value))
  if (value === null || value === undefined) return null
  if (value instanceof PublicKey) return value
  if (value instanceof Uint8Array) return value
  if (Array.isArray(value)) return value.map(fromAnchor)
  if (typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, fromAnchor(field)]))
  }
  if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string') return value
  throw new TypeError(`cannot read a ${typeof value}`)
}
