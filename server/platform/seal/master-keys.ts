import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { AppError } from '../errors.ts'

/**
 * Wraps the data keys of sealed rows. The key itself may be anywhere: here it is in memory; a KMS has the same two calls,
 * which is why they are asynchronous. `context` must be bound to the wrapped key (a KMS calls it encryption context).
 */
export type MasterKey = {
  /** Eight bytes that name the key in what it wrapped. */
  readonly id: Buffer
  wrap(dataKey: Uint8Array, context: Uint8Array): Promise<Buffer>
  /** @throws when the key or the context is another. */
  unwrap(wrapped: Uint8Array, context: Uint8Array): Promise<Buffer>
}

/** The first seals; the others still open what they sealed, until all of it is wrapped anew. */
export type MasterKeys = readonly [MasterKey, ...MasterKey[]]

export const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
export const OVERHEAD_BYTES = NONCE_BYTES + TAG_BYTES

/** AES-256-GCM: nonce, ciphertext, tag. */
export function encrypt(key: Uint8Array, plain: Uint8Array, context: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES }).setAAD(context)
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** @throws when key, text or context is not what it was. */
export function decrypt(key: Uint8Array, sealed: Uint8Array, context: Uint8Array): Buffer {
  const nonce = sealed.subarray(0, NONCE_BYTES)
  const tag = sealed.subarray(sealed.length - TAG_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES }).setAAD(context)
  decipher.setAuthTag(tag)
  return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES)), decipher.final()])
}

/** A key held in the memory of this process. */
export function localMasterKey(key: Uint8Array): MasterKey {
  if (key.length !== KEY_BYTES) {
    throw new AppError('BAD_INPUT', { message: `a master key has ${KEY_BYTES} bytes, this one ${key.length}` })
  }
  return {
    id: createHash('sha256').update('quantdesk master key').update(key).digest().subarray(0, 8),
    wrap: async (dataKey, context) => encrypt(key, dataKey, context),
    unwrap: async (wrapped, context) => decrypt(key, wrapped, context),
  }
}

/** Keys in base64, with commas between them, the one that seals first. @throws AppError BAD_INPUT */
export function parseMasterKeys(text: string): MasterKeys {
  const [first = '', ...rest] = text.split(',').map((part) => part.trim())
  return [parseOne(first), ...rest.map(parseOne)]
}

const parseOne = (base64: string): MasterKey => localMasterKey(Buffer.from(base64, 'base64'))

export const newMasterKey = (): string => randomBytes(KEY_BYTES).toString('base64')
