import { type Address, encodeBase58, toAddress } from './base58.ts'
import { RESERVED_KEYS, SYSTEM_PROGRAM, UPGRADEABLE_LOADER } from './programs.ts'

/** Largest transaction on the wire: one IPv6 packet (1280) less its headers. */
export const PACKET_DATA_SIZE = 1232

export type CompiledInstruction = { programIndex: number; accounts: readonly number[]; data: Uint8Array }
export type TableLookup = { table: Address; writable: readonly number[]; readonly: readonly number[] }

export type Message = {
  version: 'legacy' | 0
  header: { signatures: number; readonlySigned: number; readonlyUnsigned: number }
  /** Keys in the message itself; those of lookup tables follow them in the transaction's full list. */
  keys: readonly Address[]
  blockhash: string
  /** Where the blockhash stands in the bytes that were decoded. */
  blockhashOffset: number
  instructions: readonly CompiledInstruction[]
  lookups: readonly TableLookup[]
}

export type WireTransaction = {
  /** The first signature: the transaction's id. */
  signature: string
  signatures: readonly Uint8Array[]
  message: Message
  /** Exactly the transaction's bytes, nothing behind them. */
  bytes: Uint8Array
}

/** The bytes are no transaction (`malformed`), or one that breaks the format's rules (`unsanitary`). */
export class WireError extends Error {
  readonly kind: 'malformed' | 'unsanitary'

  constructor(kind: 'malformed' | 'unsanitary', message: string) {
    super(message)
    this.kind = kind
  }
}

class Reader {
  readonly bytes: Uint8Array
  at = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  byte(): number {
    const value = this.bytes[this.at]
    if (value === undefined) throw new WireError('malformed', 'io error: failed to fill whole buffer')
    this.at += 1
    return value
  }

  take(length: number): Uint8Array {
    const end = this.at + length
    if (end > this.bytes.length) throw new WireError('malformed', 'io error: failed to fill whole buffer')
    const slice = this.bytes.subarray(this.at, end)
    this.at = end
    return slice
  }

  /** Solana's compact-u16; a longer spelling than needed is refused, as in the runtime. */
  length(): number {
    let value = 0
    for (let index = 0; index < 3; index++) {
      const byte = this.byte()
      if (index > 0 && byte === 0) throw new WireError('malformed', 'alias encoding of a compact length')
      value |= (byte & 0x7f) << (7 * index)
      if ((byte & 0x80) === 0) {
        if (value > 0xffff) break
        return value
      }
    }
    throw new WireError('malformed', 'compact length above 65535')
  }

  list<T>(read: () => T): T[] {
    return Array.from({ length: this.length() }, read)
  }
}

/**
 * Decodes and checks a transaction as the runtime does. LiteSVM aborts the whole process on bytes that do not decode,
 * so nothing reaches it except through here.
 * @throws WireError
 */
export function decodeTransaction(bytes: Uint8Array): WireTransaction {
  const reader = new Reader(bytes)
  const signatures = reader.list(() => reader.take(64))
  const message = readMessage(reader)
  sanitize(message, signatures.length)
  const first = signatures[0]
  if (first === undefined) throw new WireError('unsanitary', 'no signature')
  return { signature: encodeBase58(first), signatures, message, bytes: bytes.subarray(0, reader.at) }
}

/** Decodes a message alone, as getFeeForMessage takes it. @throws WireError */
export function decodeMessage(bytes: Uint8Array): Message {
  const message = readMessage(new Reader(bytes))
  sanitize(message, message.header.signatures)
  return message
}

/** The transaction with another blockhash; its signatures do not fit it any more. */
export function withBlockhash(transaction: WireTransaction, blockhash: Uint8Array): WireTransaction {
  const bytes = Uint8Array.from(transaction.bytes)
  bytes.set(blockhash, transaction.message.blockhashOffset)
  return { ...transaction, bytes, message: { ...transaction.message, blockhash: encodeBase58(blockhash) } }
}

function readMessage(reader: Reader): Message {
  const first = reader.byte()
  const versioned = (first & 0x80) !== 0
  if (versioned && (first & 0x7f) !== 0) {
    throw new WireError('malformed', `message version ${first & 0x7f} is not supported: send legacy or version 0`)
  }
  const header = {
    signatures: versioned ? reader.byte() : first,
    readonlySigned: reader.byte(),
    readonlyUnsigned: reader.byte(),
  }
  const keys = reader.list(() => toAddress(reader.take(32)))
  const blockhashOffset = reader.at
  const blockhash = encodeBase58(reader.take(32))
  const instructions = reader.list(() => ({
    programIndex: reader.byte(),
    accounts: [...reader.take(reader.length())],
    data: reader.take(reader.length()),
  }))
  const lookups = versioned
    ? reader.list(() => ({
        table: toAddress(reader.take(32)),
        writable: [...reader.take(reader.length())],
        readonly: [...reader.take(reader.length())],
      }))
    : []
  return { version: versioned ? 0 : 'legacy', header, keys, blockhash, blockhashOffset, instructions, lookups }
}

function sanitize({ header, keys, instructions, lookups }: Message, signatures: number): void {
  const loaded = lookups.reduce((sum, { writable, readonly }) => sum + writable.length + readonly.length, 0)
  const total = keys.length + loaded
  const sound =
    header.signatures === signatures &&
    header.signatures > header.readonlySigned &&
    header.signatures + header.readonlyUnsigned <= keys.length &&
    total <= 256 &&
    lookups.every(({ writable, readonly }) => writable.length + readonly.length > 0) &&
    instructions.every(
      ({ programIndex, accounts }) =>
        programIndex > 0 && programIndex < keys.length && accounts.every((index) => index < total),
    )
  if (!sound) throw new WireError('unsanitary', 'Transaction failed to sanitize accounts offsets correctly')
}

export type LoadedAddresses = { writable: readonly Address[]; readonly: readonly Address[] }
export const NOTHING_LOADED: LoadedAddresses = { writable: [], readonly: [] }

export function accountKeys(message: Message, loaded: LoadedAddresses): readonly Address[] {
  return message.lookups.length === 0 ? message.keys : [...message.keys, ...loaded.writable, ...loaded.readonly]
}

export const isSigner = (message: Message, index: number): boolean => index < message.header.signatures

/** Whether the runtime write-locks the key at `index` of the full list (`accountKeys`). */
export function isWritable(
  message: Message,
  keys: readonly Address[],
  loaded: LoadedAddresses,
  index: number,
): boolean {
  const { header } = message
  const own = message.keys.length
  const asked =
    index >= own
      ? index < own + loaded.writable.length
      : index < header.signatures
        ? index < header.signatures - header.readonlySigned
        : index < own - header.readonlyUnsigned
  if (!asked) return false
  const key = keys[index]
  if (key === undefined || RESERVED_KEYS.has(key)) return false
  const calledAsProgram = message.instructions.some(({ programIndex }) => programIndex === index)
  return !calledAsProgram || keys.includes(UPGRADEABLE_LOADER)
}

const ADVANCE_NONCE_ACCOUNT = 4

/** The nonce account of a durable-nonce transaction: its first instruction advances that nonce. */
export function durableNonceAccount(message: Message): { account: Address; authority: Address } | undefined {
  const first = message.instructions[0]
  if (first === undefined || message.keys[first.programIndex] !== SYSTEM_PROGRAM) return undefined
  if (first.data.length < 4 || Buffer.from(first.data).readUInt32LE(0) !== ADVANCE_NONCE_ACCOUNT) return undefined
  const [nonceIndex = -1, , authorityIndex = -1] = first.accounts
  const account = message.keys[nonceIndex]
  const authority = message.keys[authorityIndex]
  if (account === undefined || authority === undefined || !isSigner(message, authorityIndex)) return undefined
  return { account, authority }
}
