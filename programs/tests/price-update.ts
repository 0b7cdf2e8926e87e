/** Pyth's PriceUpdateV2 as bytes (134, little-endian). */
import { PublicKey } from '@solana/web3.js'

export const RECEIVER = new PublicKey('rec5EKMGg6MxZYaMdyBfgwp4d5rB9T1VQH5pJv5LtFJ')
export const NEW_RECEIVER = new PublicKey('rec2HHDDnjLfj4kE7VyEtFA1HPGQLK33259532cRyHp')

export type PriceUpdate = {
  feedId: Uint8Array
  price: bigint
  confidence: bigint
  emaPrice: bigint
  exponent: number
  publishTime: number
  prevPublishTime: number
  /** 1 is Full. */
  verification: number
  discriminator: Uint8Array
}

const DISCRIMINATOR = Uint8Array.of(0x22, 0xf1, 0x23, 0x63, 0x9d, 0x7e, 0xf4, 0xcd)

export function priceUpdateData(
  update: Partial<PriceUpdate> & Pick<PriceUpdate, 'feedId' | 'price' | 'publishTime'>,
): Buffer {
  const data = Buffer.alloc(134)
  data.set(update.discriminator ?? DISCRIMINATOR, 0)
  data.writeUInt8(update.verification ?? 1, 40)
  data.set(update.feedId, 41)
  data.writeBigInt64LE(update.price, 73)
  data.writeBigUInt64LE(update.confidence ?? 0n, 81)
  data.writeInt32LE(update.exponent ?? -6, 89)
  data.writeBigInt64LE(BigInt(update.publishTime), 93)
  data.writeBigInt64LE(BigInt(update.prevPublishTime ?? update.publishTime - 1), 101)
  data.writeBigInt64LE(update.emaPrice ?? update.price, 109)
  return data
}
