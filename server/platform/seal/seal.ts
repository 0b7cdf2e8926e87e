import { randomBytes } from 'node:crypto'
import { AppError } from '../errors.ts'
import { decrypt, encrypt, KEY_BYTES, type MasterKeys, OVERHEAD_BYTES } from './master-keys.ts'
import type { SealedColumn } from './sealed-columns.ts'

/** Where a secret belongs. What was sealed for one place does not open at another. */
export type SealPlace = {
  column: SealedColumn
  userId: string
  rowId: string
}

/** Envelope encryption of secrets at rest: a data key for each, wrapped by a master key. */
export type Seal = {
  seal(secret: Uint8Array, place: SealPlace): Promise<Buffer>
  /** @throws AppError INTERNAL when it was sealed for another place, was changed, or its master key is gone. */
  open(box: Uint8Array, place: SealPlace): Promise<Buffer>
  /** The same secret under the newest master key, without opening it; undefined where it is so already. */
  rewrap(box: Uint8Array, place: SealPlace): Promise<Buffer | undefined>
}

/** The layout of a box: this byte, the master key's id, the wrapped data key, the ciphertext. */
const VERSION = 1
const ID_BYTES = 8
const LENGTH_BYTES = 2

export function createSeal(masters: MasterKeys): Seal {
  const [newest] = masters

  const parts = (box: Uint8Array) => {
    const bytes = Buffer.from(box)
    const wrappedAt = 1 + ID_BYTES + LENGTH_BYTES
    if (bytes.length < wrappedAt || bytes[0] !== VERSION) throw cannotOpen('it is no sealed box of version 1')
    const id = bytes.subarray(1, 1 + ID_BYTES)
    const textAt = wrappedAt + bytes.readUInt16BE(1 + ID_BYTES)
    if (bytes.length < textAt + OVERHEAD_BYTES) throw cannotOpen('it is cut off')
    const master = masters.find((one) => one.id.equals(id))
    if (master === undefined) throw cannotOpen(`its master key ${id.toString('hex')} is not configured`)
    return { master, wrapped: bytes.subarray(wrappedAt, textAt), text: bytes.subarray(textAt) }
  }

  const unwrap = async (box: Uint8Array, context: Buffer) => {
    const { master, wrapped, text } = parts(box)
    try {
      return { master, text, dataKey: await master.unwrap(wrapped, context) }
    } catch (cause) {
      throw cannotOpen('it was sealed for another place, or changed', cause)
    }
  }

  const box = async (dataKey: Uint8Array, text: Uint8Array, context: Buffer): Promise<Buffer> => {
    const wrapped = await newest.wrap(dataKey, context)
    const length = Buffer.alloc(LENGTH_BYTES)
    length.writeUInt16BE(wrapped.length)
    return Buffer.concat([Buffer.of(VERSION), newest.id, length, wrapped, text])
  }

  return {
    seal: async (secret, place) => {
      const context = contextOf(place)
      const dataKey = randomBytes(KEY_BYTES)
      return box(dataKey, encrypt(dataKey, secret, context), context)
    },
    open: async (sealed, place) => {
      const context = contextOf(place)
      const { dataKey, text } = await unwrap(sealed, context)
      try {
        return decrypt(dataKey, text, context)
      } catch (cause) {
        throw cannotOpen('it was sealed for another place, or changed', cause)
      }
    },
    rewrap: async (sealed, place) => {
      const context = contextOf(place)
      const { master, dataKey, text } = await unwrap(sealed, context)
      return master.id.equals(newest.id) ? undefined : box(dataKey, text, context)
    },
  }
}

/** Length before each part, so that no two places have the same bytes. */
function contextOf({ column, userId, rowId }: SealPlace): Buffer {
  return Buffer.concat(
    [`quantdesk seal ${VERSION}`, column, userId, rowId].flatMap((part) => {
      const bytes = Buffer.from(part)
      const length = Buffer.alloc(4)
      length.writeUInt32BE(bytes.length)
      return [length, bytes]
    }),
  )
}

function cannotOpen(why: string, cause?: unknown): AppError {
  return new AppError('INTERNAL', { message: `a sealed secret does not open: ${why}`, cause })
}
