import { deserialize, serialize } from 'node:v8'
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { AccountDiff } from './account-diff.ts'
import type { Address } from './base58.ts'
import type { InnerInstruction } from './svm.ts'
import type { TransactionError } from './transaction-error.ts'
import type { LoadedAddresses } from './wire.ts'

/** Balance of a token account of a transaction; `accountIndex` counts in its full key list. */
export type TokenBalance = {
  accountIndex: number
  mint: Address
  owner: Address
  program: Address
  amount: bigint
  decimals: number
}

/** A landed transaction, failed or not, with everything that getTransaction tells about it. */
export type TransactionRecord = {
  kind: 'transaction'
  slot: number
  /** Unix seconds of its block. */
  blockTime: number
  wire: Uint8Array
  signature: string
  error: TransactionError | null
  fee: number
  computeUnits: number
  logs: string[]
  inner: { index: number; instructions: InnerInstruction[] }[]
  returnData: { program: Address; data: Uint8Array } | null
  loaded: LoadedAddresses
  memo: string | null
  preBalances: bigint[]
  postBalances: bigint[]
  preTokenBalances: TokenBalance[]
  postTokenBalances: TokenBalance[]
  diffs: AccountDiff[]
}

/** The end of a block; the next slot begins with it. */
export type BlockRecord = {
  kind: 'block'
  slot: number
  parentSlot: number
  height: number
  hash: string
  previousHash: string
  /** Unix seconds. */
  blockTime: number
  transactions: number
  /** The slot that is open now; more than `slot` + 1 after time travel. */
  nextSlot: number
  /** Unix seconds of that slot. */
  nextTime: number
}

/** Accounts written by a cheat. */
export type AccountsRecord = { kind: 'accounts'; slot: number; diffs: AccountDiff[] }

/** How the chain's clock stands to the machine's. */
export type ClockSetting = { offsetMs: number; pausedAt: number | null }
export type ClockRecord = { kind: 'clock'; setting: ClockSetting }

export type JournalRecord = TransactionRecord | BlockRecord | AccountsRecord | ClockRecord

/** Below this the frame of compression eats what it saves. */
const COMPRESS_FROM = 256
const PLAIN = 0
const COMPRESSED = 1

/** V8's own format: exact for bigint and bytes, readable by every later Node. */
export function encodeRecord(record: unknown): Uint8Array {
  const plain = serialize(record)
  if (plain.length < COMPRESS_FROM) return Buffer.concat([Buffer.from([PLAIN]), plain])
  const packed = zstdCompressSync(plain, { params: { [constants.ZSTD_c_compressionLevel]: 1 } })
  return Buffer.concat([Buffer.from([COMPRESSED]), packed])
}

export function decodeRecord(bytes: Uint8Array): unknown {
  const body = bytes.subarray(1)
  return deserialize(bytes[0] === COMPRESSED ? zstdDecompressSync(body) : body)
}

/** A record of our own journal: its frame's checksum has been verified, its kinds are written only here. */
export function decodeJournalRecord(bytes: Uint8Array): JournalRecord {
  const record = decodeRecord(bytes)
  if (!isJournalRecord(record))
    throw new Error('The journal holds a record of an unknown kind: it is from a newer version.')
  return record
}

const KINDS = new Set<unknown>(['transaction', 'block', 'accounts', 'clock'])

function isJournalRecord(record: unknown): record is JournalRecord {
  return typeof record === 'object' && record !== null && 'kind' in record && KINDS.has(record.kind)
}
