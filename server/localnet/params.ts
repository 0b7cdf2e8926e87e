import { z } from 'zod'
import { decodeBase58 } from './base58.ts'

/** A base58 text of so many bytes; the messages are a validator's. */
function base58(bytes: number) {
  return z.string().check((payload) => {
    const decoded = decodeBase58(payload.value)
    const problem = decoded === undefined ? 'Invalid' : decoded.length === bytes ? undefined : 'WrongSize'
    if (problem !== undefined) {
      payload.issues.push({ code: 'custom', message: `Invalid param: ${problem}`, input: payload.value })
    }
  })
}

export const address = base58(32)
export const signature = base58(64)
export const slot = z.int().nonnegative()

export const commitment = z.enum(['processed', 'confirmed', 'finalized'])

/** serde reads an absent field and null alike; so do we. */
export function optional<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullish().transform((value) => value ?? undefined)
}

export const viewFields = { commitment: optional(commitment), minContextSlot: optional(slot) }
/** The commitment object that ends most parameter lists. */
const viewObject = z.object(viewFields)
export const viewConfig = viewObject.nullish().transform((value): Partial<z.output<typeof viewObject>> => value ?? {})

export const accountEncoding = z.enum(['binary', 'base58', 'base64', 'base64+zstd', 'jsonParsed'])
export type AccountEncoding = z.output<typeof accountEncoding>

export const dataSlice = z.object({ offset: z.int().nonnegative(), length: z.int().nonnegative() })
export type DataSlice = z.output<typeof dataSlice>

export const accountFields = {
  ...viewFields,
  encoding: optional(accountEncoding),
  dataSlice: optional(dataSlice),
}
const accountObject = z.object(accountFields)
export const accountConfig = accountObject
  .nullish()
  .transform((value): Partial<z.output<typeof accountObject>> => value ?? {})
