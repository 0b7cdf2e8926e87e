import { keccak_256 } from '@noble/hashes/sha3.js'
import { Reader } from '#client/layout.ts'

/** One price out of an accumulator message, with what the receiver program needs to check it. Times are Unix seconds. */
export type PythUpdate = {
  /** 64 hex digits. */
  feedId: string
  /** Prices and confidences are value · 10^exponent. */
  price: bigint
  confidence: bigint
  exponent: number
  publishTime: bigint
  prevPublishTime: bigint
  emaPrice: bigint
  emaConfidence: bigint
  /** The signed bytes of this price, and the sibling hashes that lead from them to the root of the VAA. */
  message: Uint8Array
  proof: readonly Uint8Array[]
}

/** What Hermes hands out: prices of one moment, proved to be under one signed root. */
export type AccumulatorMessage = { vaa: Uint8Array; emitter: string; signedBy: VaaSigners; updates: PythUpdate[] }
/** The guardian set (or router set) that signed, and how many of it did. */
export type VaaSigners = { set: number; signatures: number }

export type AccumulatorRefusal = 'malformed' | 'wrong-emitter' | 'bad-proof'
export type AccumulatorVerdict =
  | { ok: true; message: AccumulatorMessage }
  | { ok: false; refusal: AccumulatorRefusal; reason: string }

const PYTHNET = 26
/** Pythnet's emitter under the Wormhole guardians, and under Pyth's own routers since August 2026. */
export const PYTH_EMITTERS: readonly string[] = [
  'e101faedac5851e32b9b23b5f9411a8c2bac4aae3ed4dd7b811dd1a72ea4aa71',
  '507974686e6574507974686e6574507974686e6574507974686e657450797468',
]

const MAGIC = 0x504e_4155 // "PNAU"
const ROOT_MAGIC = 0x4155_5756 // "AUWV"
const SIGNATURE_SIZE = 66
const HASH_SIZE = 20
const PRICE_KIND = 0
/** A message of 255 updates stays far below. */
const MAX_BYTES = 100_000

/**
 * Reads a message and proves each price against the signed root. Signatures are not checked here: the receiver program
 * does that on chain, and off chain the message comes from Hermes over TLS.
 */
export function readAccumulator(bytes: Uint8Array): AccumulatorVerdict {
  if (bytes.length > MAX_BYTES) return refuse('malformed', `it is ${bytes.length} bytes long`)
  try {
    return read(bytes)
  } catch (error) {
    // The reader's word for data that ends too early; anything else is a bug.
    if (error instanceof RangeError) return refuse('malformed', error.message)
    throw error
  }
}

function read(bytes: Uint8Array): AccumulatorVerdict {
  const reader = new Reader(bytes)
  if (u32(reader) !== MAGIC) return refuse('malformed', 'it does not begin with PNAU')
  const major = u8(reader)
  if (major !== 1) return refuse('malformed', `its version is ${major}`)
  u8(reader)
  // Later minor versions may put more into the header.
  reader.take(u8(reader))
  const kind = u8(reader)
  if (kind !== 0) return refuse('malformed', `its proof is of kind ${kind}`)

  const vaa = reader.bytes(u16(reader))
  const signed = readVaa(vaa)
  if (typeof signed === 'string') return refuse('malformed', signed)
  if (signed.chain !== PYTHNET || !PYTH_EMITTERS.includes(signed.emitter)) {
    return refuse('wrong-emitter', `it was emitted by ${signed.emitter} on chain ${signed.chain}`)
  }

  const updates: PythUpdate[] = []
  for (let left = u8(reader); left > 0; left--) {
    const message = reader.bytes(u16(reader))
    const proof = Array.from({ length: u8(reader) }, () => reader.bytes(HASH_SIZE))
    if (!isProved(message, proof, signed.root))
      return refuse('bad-proof', `update ${updates.length} is not under the root`)
    // Other kinds (averages) are no prices.
    if (message[0] === PRICE_KIND) updates.push({ ...readPrice(message), message, proof })
  }
  if (reader.remaining > 0) return refuse('malformed', `${reader.remaining} bytes follow it`)
  return { ok: true, message: { vaa, emitter: signed.emitter, signedBy: signed.signedBy, updates } }
}

/** The parts of a Wormhole message that matter here, or why it is none. */
function readVaa(vaa: Uint8Array) {
  const reader = new Reader(vaa)
  const version = u8(reader)
  if (version !== 1) return `its VAA has version ${version}`
  const set = u32(reader)
  const signatures = u8(reader)
  reader.take(signatures * SIGNATURE_SIZE)
  // Time and nonce: the prices have times of their own.
  reader.take(8)
  const chain = u16(reader)
  const emitter = hex(reader.bytes(32))
  // Sequence and consistency level.
  reader.take(9)
  if (u32(reader) !== ROOT_MAGIC || u8(reader) !== 0) return 'its VAA holds no Merkle root'
  // Slot and ring size of Pythnet.
  reader.take(12)
  return { signedBy: { set, signatures }, chain, emitter, root: reader.bytes(HASH_SIZE) }
}

function readPrice(message: Uint8Array): Omit<PythUpdate, 'message' | 'proof'> {
  const reader = new Reader(message)
  u8(reader)
  return {
    feedId: hex(reader.bytes(32)),
    price: i64(reader),
    confidence: u64(reader),
    exponent: i32(reader),
    publishTime: i64(reader),
    prevPublishTime: i64(reader),
    emaPrice: i64(reader),
    emaConfidence: u64(reader),
  }
}

function isProved(message: Uint8Array, proof: readonly Uint8Array[], root: Uint8Array): boolean {
  let node = hash(0, message)
  for (const sibling of proof)
    node = Buffer.compare(node, sibling) < 0 ? hash(1, node, sibling) : hash(1, sibling, node)
  return Buffer.compare(node, root) === 0
}

/** Keccak-256 cut to 20 bytes; the prefix keeps leaves and nodes apart. */
function hash(prefix: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return keccak_256(Buffer.concat([Uint8Array.of(prefix), ...parts])).subarray(0, HASH_SIZE)
}

function refuse(refusal: AccumulatorRefusal, reason: string): AccumulatorVerdict {
  return { ok: false, refusal, reason }
}

// The message is big-endian throughout, DataView's default.
type Take = ReturnType<Reader['take']>
const at =
  <T>(size: number, get: (view: DataView, at: number) => T) =>
  (reader: Reader): T => {
    const taken: Take = reader.take(size)
    return get(taken.view, taken.at)
  }
const u8 = at(1, (view, offset) => view.getUint8(offset))
const u16 = at(2, (view, offset) => view.getUint16(offset))
const u32 = at(4, (view, offset) => view.getUint32(offset))
const i32 = at(4, (view, offset) => view.getInt32(offset))
const u64 = at(8, (view, offset) => view.getBigUint64(offset))
const i64 = at(8, (view, offset) => view.getBigInt64(offset))
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
