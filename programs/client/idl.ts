/** The part of Anchor's IDL format (spec 0.1.0) that the program uses. */
import { z } from 'zod'

const PRIMITIVES = ['bool', 'u8', 'u16', 'u32', 'i32', 'u64', 'i64', 'pubkey'] as const

export type IdlType =
  | (typeof PRIMITIVES)[number]
  | { defined: { name: string } }
  | { option: IdlType }
  | { vec: IdlType }
  | { array: [IdlType, number] }

const type: z.ZodType<IdlType> = z.lazy(() =>
  z.union([
    z.enum(PRIMITIVES),
    z.object({ defined: z.object({ name: z.string() }) }),
    z.object({ option: type }),
    z.object({ vec: type }),
    z.object({ array: z.tuple([type, z.number().int()]) }),
  ]),
)

const docs = z.array(z.string()).optional()
const field = z.object({ name: z.string(), type, docs })
const variant = z.object({ name: z.string(), fields: z.tuple([type]).optional() })
const definition = z.object({
  name: z.string(),
  docs,
  type: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('struct'), fields: z.array(field).default([]) }),
    z.object({ kind: z.literal('enum'), variants: z.array(variant) }),
  ]),
})
const tagged = z.object({ name: z.string(), discriminator: z.array(z.number().int()).length(8) })
const account = z.object({
  name: z.string(),
  docs,
  writable: z.boolean().optional(),
  signer: z.boolean().optional(),
  optional: z.boolean().optional(),
  address: z.string().optional(),
})

const idl = z.object({
  address: z.string(),
  instructions: z.array(tagged.extend({ docs, accounts: z.array(account), args: z.array(field) })),
  accounts: z.array(tagged),
  events: z.array(tagged),
  errors: z.array(z.object({ code: z.number().int(), name: z.string(), msg: z.string().optional() })),
  types: z.array(definition),
})

export type IdlField = z.infer<typeof field>
export type IdlDefinition = z.infer<typeof definition>
export type Idl = z.infer<typeof idl>

/** @throws ZodError when the IDL uses something this client cannot read; extend it here and in generate.ts. */
export function readIdl(json: string): Idl {
  return idl.parse(JSON.parse(json))
}
