import { z } from 'zod'

/** A JSON Schema (2020-12) as zod writes it. */
export type JsonSchema = z.core.JSONSchema.BaseSchema

/**
 * Makes JSON Schemas whose named parts are shared: what a schema calls itself with `meta({ id })` is kept once in
 * `components`, under that name, and referred to.
 */
export function schemaWriter(): { components: Record<string, JsonSchema>; write(schema: unknown, io: Io): JsonSchema } {
  const components: Record<string, JsonSchema> = {}
  return {
    components,
    write: (schema, io) => {
      const { $defs = {}, ...written } = z.toJSONSchema(zodSchema(schema), { io, unrepresentable: 'any' })
      for (const [name, part] of Object.entries($defs)) {
        const added = withReferences(part)
        const known = components[name]
        if (known !== undefined && JSON.stringify(known) !== JSON.stringify(added)) {
          throw new TypeError(`two schemas are named ${name}: give one of them another id`)
        }
        components[name] = added
      }
      return withReferences(written)
    },
  }
}

type Io = 'input' | 'output'

function zodSchema(schema: unknown): z.ZodType {
  if (schema instanceof z.ZodType) return schema
  throw new TypeError('every procedure needs zod schemas')
}

/**
 * zod refers to `#/$defs/Name`; the documents keep their schemas elsewhere. The bounds of a double's integers say nothing.
 * A tuple of one kind is written as an array of a fixed length, which every tool understands.
 */
function withReferences(schema: JsonSchema): JsonSchema {
  return JSON.parse(JSON.stringify(schema), (key, value: unknown) => {
    if (key === '$schema') return undefined
    if (key === '$ref' && typeof value === 'string') return value.replace('#/$defs/', '#/components/schemas/')
    if (key === 'minimum' && value === Number.MIN_SAFE_INTEGER) return undefined
    if (key === 'maximum' && value === Number.MAX_SAFE_INTEGER) return undefined
    return isTuple(value) ? asArray(value) : value
  })
}

type Tuple = { prefixItems: [unknown, ...unknown[]] }

function isTuple(value: unknown): value is Tuple {
  return typeof value === 'object' && value !== null && 'prefixItems' in value && Array.isArray(value.prefixItems)
}

function asArray({ prefixItems, ...rest }: Tuple): object {
  const [first, ...others] = prefixItems
  const isOneKind = others.every((other) => JSON.stringify(other) === JSON.stringify(first))
  return isOneKind ? { ...rest, items: first } : { ...rest, prefixItems }
}
