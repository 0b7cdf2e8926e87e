import { createHash } from 'node:crypto'
import { decodeBase58, encodeBase58 } from './base58.ts'
import type { BlockRecord, ClockSetting } from './records.ts'

export const SLOT_MS = 400
export const SLOTS_PER_EPOCH = 432_000
/** A blockhash serves for this many blocks after the one it was the latest in. */
export const MAX_BLOCKHASH_AGE = 150
/** Slots between processed and finalized, as on a healthy cluster. */
export const FINALITY_SLOTS = 32

/** More than the age, so that older commitments find theirs. */
const KEPT_BLOCKHASHES = MAX_BLOCKHASH_AGE + FINALITY_SLOTS + 1
const KEPT_SLOT_HASHES = 512

/** A blockhash from the slot and height in which it became the latest. */
export type Blockhash = { hash: string; slot: number; height: number }

/** Where the chain stands: everything of it but the accounts. */
export type Chain = {
  genesisHash: string
  /** The open slot: transactions land in it. */
  slot: number
  parentSlot: number
  /** Block height of the open slot. */
  height: number
  /** Oldest first. */
  blockhashes: Blockhash[]
  /** Newest first. */
  slotHashes: { slot: number; hash: string }[]
  /** Unix seconds of the open slot. */
  unixTime: number
  epochStartTime: number
  clock: ClockSetting
  transactionCount: number
}

export function newChain(genesisHash: string, unixTime: number): Chain {
  return {
    genesisHash,
    slot: 1,
    parentSlot: 0,
    height: 1,
    blockhashes: [{ hash: genesisHash, slot: 1, height: 1 }],
    slotHashes: [{ slot: 0, hash: genesisHash }],
    unixTime,
    epochStartTime: unixTime,
    clock: { offsetMs: 0, pausedAt: null },
    transactionCount: 0,
  }
}

export const epochOf = (slot: number): number => Math.floor(slot / SLOTS_PER_EPOCH)

export function latestBlockhash({ blockhashes, genesisHash }: Chain): string {
  return blockhashes.at(-1)?.hash ?? genesisHash
}

/** The blockhash if a transaction may still use it at the open slot. */
export function validBlockhash(chain: Chain, hash: string): Blockhash | undefined {
  return chain.blockhashes.find((entry) => entry.hash === hash && chain.height <= entry.height + MAX_BLOCKHASH_AGE)
}

/** The latest blockhash that the bank of `slot` knows. */
export function blockhashAt({ blockhashes }: Chain, slot: number): Blockhash | undefined {
  return blockhashes.findLast((entry) => entry.slot <= slot) ?? blockhashes[0]
}

/** The end of the open block. `transactions` are the ids of what landed in it. */
export function blockEnd(
  chain: Chain,
  transactions: readonly string[],
  next: { slot: number; unixTime: number },
): BlockRecord {
  const previousHash = latestBlockhash(chain)
  const digest = createHash('sha256')
    .update(decodeBase58(previousHash) ?? '')
    .update(`${chain.slot}`)
  for (const signature of transactions) digest.update(signature)
  return {
    kind: 'block',
    slot: chain.slot,
    parentSlot: chain.parentSlot,
    height: chain.height,
    hash: encodeBase58(digest.digest()),
    previousHash,
    blockTime: chain.unixTime,
    transactions: transactions.length,
    nextSlot: next.slot,
    // Real time may be set back; the chain's never is.
    nextTime: Math.max(chain.unixTime, next.unixTime),
  }
}

/** Ends the open block and opens the next slot. */
export function advance(chain: Chain, { slot, hash, nextSlot, nextTime }: BlockRecord): void {
  chain.parentSlot = slot
  chain.slot = nextSlot
  chain.height += 1
  chain.blockhashes.push({ hash, slot: nextSlot, height: chain.height })
  if (chain.blockhashes.length > KEPT_BLOCKHASHES) chain.blockhashes.shift()
  chain.slotHashes.unshift({ slot, hash })
  if (chain.slotHashes.length > KEPT_SLOT_HASHES) chain.slotHashes.pop()
  chain.unixTime = nextTime
  if (epochOf(nextSlot) > epochOf(slot)) chain.epochStartTime = chain.unixTime
}

/** Milliseconds of the chain's clock: the machine's plus what time travel added, or frozen. */
export function chainNow({ clock }: Pick<Chain, 'clock'>, now: number): number {
  return (clock.pausedAt ?? now) + clock.offsetMs
}
