import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { PublicKey, type VersionedTransaction } from '@solana/web3.js'
import type { Seal, SealPlace } from '#server/platform/seal/index.ts'

/** What Node's crypto wants before the 32 bytes of an Ed25519 seed. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')

export const secretPlace = (userId: string, keyId: string): SealPlace => {
  return { column: 'app.signing_secrets.sealed', userId, rowId: keyId }
}

/** A new key, of which only the sealed seed is kept. */
export async function makeHeldKey(seal: Seal, place: SealPlace): Promise<{ publicKey: string; sealed: Buffer }> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const der = privateKey.export({ format: 'der', type: 'pkcs8' })
  const { x = '' } = publicKey.export({ format: 'jwk' })
  try {
    const sealed = await seal.seal(der.subarray(PKCS8.length), place)
    return { publicKey: new PublicKey(Buffer.from(x, 'base64url')).toBase58(), sealed }
  } finally {
    der.fill(0)
  }
}

/**
 * Signs as the key that pays, which is opened for this alone: its bytes are wiped here and never leave OpenSSL's memory.
 * @throws AppError INTERNAL when the secret was sealed for another place.
 */
export async function signWithHeld(
  transaction: VersionedTransaction,
  publicKey: PublicKey,
  seal: Seal,
  sealed: Uint8Array,
  place: SealPlace,
): Promise<void> {
  const key = await openKey(seal, sealed, place)
  transaction.addSignature(publicKey, sign(null, transaction.message.serialize(), key))
}

async function openKey(seal: Seal, sealed: Uint8Array, place: SealPlace): Promise<KeyObject> {
  const seed = await seal.open(sealed, place)
  const der = Buffer.concat([PKCS8, seed])
  try {
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  } finally {
    der.fill(0)
    seed.fill(0)
  }
}
