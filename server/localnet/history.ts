import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { type Address, decodeBase58 } from './base58.ts'
import { readDurable, writeDurable } from './durable-file.ts'
import { type Journal, type Locator, readSegment } from './journal.ts'
import { type BlockRecord, decodeJournalRecord, type TransactionRecord } from './records.ts'
import { accountKeys, decodeTransaction } from './wire.ts'

export type HistoryLimits = {
  /** Transactions kept; the oldest segment goes when the younger ones hold at least this many. */
  transactions: number
  /** Blocks kept, by the same rule. */
  blocks: number
}

export const DEFAULT_HISTORY: HistoryLimits = { transactions: 500_000, blocks: 1_000_000 }

/** Place of a transaction in the order of the chain. */
export type TransactionRef = { segment: number; ordinal: number }

/** What memory holds of a segment: where its records are, by signature, by address, by slot. */
type SegmentIndex = {
  segment: number
  signatures: Map<string, number>
  offsets: number[]
  lengths: number[]
  slots: number[]
  byAddress: Map<Address, number[]>
  blocks: { slot: number; offset: number; length: number; firstOrdinal: number; transactions: number }[]
}

export type History = ReturnType<typeof createHistory>

/** Decoded records of the newest transactions, which is what nearly every reader wants. */
const CACHED_RECORDS = 2_048

export function createHistory(directory: string, journal: Pick<Journal, 'read' | 'drop'>, limits: HistoryLimits) {
  const sealed: SegmentIndex[] = []
  let live: SegmentIndex = emptyIndex(0)
  const cache = new Map<string, TransactionRecord>()

  const indexPath = (segment: number): string => join(directory, `${String(segment).padStart(8, '0')}.index`)
  const cacheKey = ({ segment, ordinal }: TransactionRef): string => `${segment}:${ordinal}`
  const indexOf = (segment: number): SegmentIndex | undefined =>
    segment === live.segment ? live : sealed.find((index) => index.segment === segment)

  function* newestFirst(): Generator<SegmentIndex> {
    yield live
    for (let index = sealed.length - 1; index >= 0; index--) {
      const segment = sealed[index]
      if (segment !== undefined) yield segment
    }
  }

  function remember(ref: TransactionRef, record: TransactionRecord): void {
    cache.set(cacheKey(ref), record)
    if (cache.size > CACHED_RECORDS) for (const oldest of cache.keys()) return void cache.delete(oldest)
  }

  function readTransaction(ref: TransactionRef): TransactionRecord {
    const cached = cache.get(cacheKey(ref))
    if (cached !== undefined) return cached
    const index = indexOf(ref.segment)
    const offset = index?.offsets[ref.ordinal]
    const length = index?.lengths[ref.ordinal]
    if (offset === undefined || length === undefined) throw new Error(`There is no transaction ${cacheKey(ref)}.`)
    const record = decodeJournalRecord(journal.read({ segment: ref.segment, offset, length }))
    if (record.kind !== 'transaction')
      throw new Error(`The index of segment ${ref.segment} points at a ${record.kind}.`)
    return record
  }

  function findBlock(slot: number): { segment: number; block: SegmentIndex['blocks'][number] } | undefined {
    for (const { segment, blocks } of newestFirst()) {
      const first = blocks[0]
      if (first === undefined || first.slot > slot) continue
      const block = blocks[lowerBound(blocks, slot)]
      return block?.slot === slot ? { segment, block } : undefined
    }
    return undefined
  }

  /** Lets the oldest go; segments from `needed` on are what recovery reads. */
  function prune(needed: number): void {
    let transactions = live.offsets.length
    let blocks = live.blocks.length
    for (const index of sealed) {
      transactions += index.offsets.length
      blocks += index.blocks.length
    }
    for (let oldest = sealed[0]; oldest !== undefined; oldest = sealed[0]) {
      transactions -= oldest.offsets.length
      blocks -= oldest.blocks.length
      const enough = transactions >= limits.transactions || blocks >= limits.blocks
      if (!enough || oldest.segment >= needed) return
      sealed.shift()
      journal.drop(oldest.segment)
      rmSync(indexPath(oldest.segment), { force: true })
    }
  }

  return {
    addTransaction({ offset, length }: Locator, record: TransactionRecord, keys: readonly Address[]): TransactionRef {
      const ref = { segment: live.segment, ordinal: live.offsets.length }
      indexTransaction(live, offset, length, record, keys)
      remember(ref, record)
      return ref
    },

    addBlock({ offset, length }: Locator, block: BlockRecord): void {
      indexBlock(live, offset, length, block)
    },

    find(signature: string): TransactionRef | undefined {
      const key = signatureKey(signature)
      for (const { segment, signatures } of newestFirst()) {
        const ordinal = signatures.get(key)
        if (ordinal !== undefined) return { segment, ordinal }
      }
      return undefined
    },

    readTransaction,

    slotOf({ segment, ordinal }: TransactionRef): number {
      return indexOf(segment)?.slots[ordinal] ?? 0
    },

    /** Transactions that name the address, newest first, from the one before `before`. */
    *ofAddress(address: Address, before?: TransactionRef): Generator<TransactionRef> {
      for (const { segment, byAddress } of newestFirst()) {
        if (before !== undefined && segment > before.segment) continue
        const ordinals = byAddress.get(address) ?? []
        for (let index = ordinals.length - 1; index >= 0; index--) {
          const ordinal = ordinals[index]
          if (ordinal === undefined) continue
          if (before?.segment === segment && ordinal >= before.ordinal) continue
          yield { segment, ordinal }
        }
      }
    },

    block(slot: number): BlockRecord | undefined {
      const found = findBlock(slot)
      if (found === undefined) return undefined
      const record = decodeJournalRecord(journal.read({ segment: found.segment, ...found.block }))
      return record.kind === 'block' ? record : undefined
    },

    transactionsOf(slot: number): TransactionRef[] {
      const found = findBlock(slot)
      if (found === undefined) return []
      const { segment, block } = found
      return Array.from({ length: block.transactions }, (_, index) => ({
        segment,
        ordinal: block.firstOrdinal + index,
      }))
    },

    /** Slots with a block, ascending, `from` and `to` included. */
    *slots(from: number, to: number): Generator<number> {
      for (const { blocks } of [...sealed, live]) {
        for (let index = lowerBound(blocks, from); index < blocks.length; index++) {
          const slot = blocks[index]?.slot
          if (slot === undefined || slot > to) return
          yield slot
        }
      }
    },

    get firstSlot(): number | undefined {
      for (const { blocks } of [...sealed, live]) {
        const first = blocks[0]
        if (first !== undefined) return first.slot
      }
      return undefined
    },

    /** Takes segments from before the snapshot into the history; a missing index is built from the records. */
    load(before: number): void {
      const segments = readdirSync(directory)
        .flatMap((name) => /^(\d{8})\.journal$/.exec(name)?.[1] ?? [])
        .map(Number)
        .filter((segment) => segment < before)
        .sort((a, b) => a - b)
      for (const segment of segments) sealed.push(loadIndex(directory, indexPath(segment), segment))
    },

    /** Closes the index of the live segment and begins the next. */
    beginSegment(segment: number): void {
      if (live.segment > 0) {
        writeDurable(indexPath(live.segment), serialize(live))
        sealed.push(live)
      }
      live = emptyIndex(segment)
    },

    prune,
  }
}

const emptyIndex = (segment: number): SegmentIndex => ({
  segment,
  signatures: new Map(),
  offsets: [],
  lengths: [],
  slots: [],
  byAddress: new Map(),
  blocks: [],
})

function indexTransaction(
  index: SegmentIndex,
  offset: number,
  length: number,
  record: TransactionRecord,
  keys: readonly Address[],
): void {
  const ordinal = index.offsets.length
  index.offsets.push(offset)
  index.lengths.push(length)
  index.slots.push(record.slot)
  index.signatures.set(Buffer.from(record.wire).toString('latin1', 1, 1 + SIGNATURE_KEY), ordinal)
  for (const key of keys) {
    const ordinals = index.byAddress.get(key)
    if (ordinals === undefined) index.byAddress.set(key, [ordinal])
    else ordinals.push(ordinal)
  }
}

function indexBlock(index: SegmentIndex, offset: number, length: number, block: BlockRecord): void {
  const { slot, transactions } = block
  index.blocks.push({ slot, offset, length, firstOrdinal: index.offsets.length - transactions, transactions })
}

function loadIndex(directory: string, path: string, segment: number): SegmentIndex {
  const stored = existsSync(path) ? readDurable(path) : undefined
  if (stored !== undefined) return deserialize(stored)
  const index = emptyIndex(segment)
  for (const { offset, payload } of readSegment(directory, segment).records) {
    const record = decodeJournalRecord(payload)
    if (record.kind === 'block') indexBlock(index, offset, payload.length, record)
    if (record.kind !== 'transaction') continue
    const keys = accountKeys(decodeTransaction(record.wire).message, record.loaded)
    indexTransaction(index, offset, payload.length, record, keys)
  }
  writeDurable(path, serialize(index))
  return index
}

/** 12 of a signature's 64 bytes: nobody can choose them, and a map of half a million stays small. */
const SIGNATURE_KEY = 12

function signatureKey(signature: string): string {
  return Buffer.from(decodeBase58(signature) ?? []).toString('latin1', 0, SIGNATURE_KEY)
}

/** Index of the first block at or after `slot`. */
function lowerBound(blocks: readonly { slot: number }[], slot: number): number {
  let low = 0
  let high = blocks.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((blocks[middle]?.slot ?? 0) < slot) low = middle + 1
    else high = middle
  }
  return low
}
