/** Pyth's `PriceUpdateV2` account, fully verified form. Localnet writes such accounts; every cluster has them. */
import { type Decoded, decode, encode, hex, i32, i64, pubkey, startsWith, struct, u8, u64 } from './layout.ts'

/** Programs whose price accounts the exchange believes: Pyth's receiver before and after its 2026 redeployment. */
export const PYTH_RECEIVERS = [
  'rec5EKMGg6MxZYaMdyBfgwp4d5rB9T1VQH5pJv5LtFJ',
  'rec2HHDDnjLfj4kE7VyEtFA1HPGQLK33259532cRyHp',
] as const

/** Length of the account: fields, then one byte of padding. */
export const PRICE_UPDATE_SIZE = 134

const DISCRIMINATOR = [0x22, 0xf1, 0x23, 0x63, 0x9d, 0x7e, 0xf4, 0xcd]
/** Any other level moves every later field by a byte. */
const FULLY_VERIFIED = 1
const PARTLY_VERIFIED = 0
const VERIFICATION_OFFSET = 40

const fields = struct({
  writeAuthority: pubkey,
  verification: u8,
  /** 64 hex digits. */
  feedId: hex(32),
  /** Prices and confidences are value · 10^exponent. */
  price: i64,
  confidence: u64,
  exponent: i32,
  /** Unix seconds. */
  publishTime: i64,
  prevPublishTime: i64,
  emaPrice: i64,
  emaConfidence: u64,
  postedSlot: u64,
})

export type PriceUpdate = Omit<Decoded<typeof fields>, 'verification'>

/** @throws RangeError for other accounts and for updates that are only partially verified. */
export function decodePriceUpdate(data: Uint8Array): PriceUpdate {
  if (!startsWith(data, DISCRIMINATOR)) throw new RangeError('the account is not a Pyth price update')
  const { verification, ...update } = decode(fields, data.subarray(DISCRIMINATOR.length))
  if (verification !== FULLY_VERIFIED) throw new RangeError('the price update is not fully verified')
  return update
}

/** True for an update whose signatures were only partly checked: its fields are one byte further and not to be believed. */
export function isPartlyVerified(data: Uint8Array): boolean {
  return startsWith(data, DISCRIMINATOR) && data[VERIFICATION_OFFSET] === PARTLY_VERIFIED
}

export function encodePriceUpdate(update: PriceUpdate): Uint8Array {
  const data = new Uint8Array(PRICE_UPDATE_SIZE)
  data.set(DISCRIMINATOR)
  data.set(encode(fields, { ...update, verification: FULLY_VERIFIED }), DISCRIMINATOR.length)
  return data
}
