/**
 * Writes `generated/` from the program's IDL, so that names, order and types of every account, event, argument and
 * error come from the program itself:  node programs/client/generate.ts [--check]
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type IdlDefinition, type IdlField, type IdlType, readIdl } from './idl.ts'

const CLIENT = fileURLToPath(new URL('.', import.meta.url))
const idl = readIdl(readFileSync(new URL('../artifacts/perps.json', import.meta.url), 'utf8'))

const camel = (name: string): string => name.replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
const fieldName = (name: string): string => (name.startsWith('_') ? `_${camel(name.slice(1))}` : camel(name))
const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1)
const definitions = new Map(idl.types.map((type) => [type.name, type]))

/** Byte arrays that are text to people. */
const BYTE_FORMS: Record<string, (size: number) => string> = {
  symbol: (size) => `text(${size})`,
  name: (size) => `text(${size})`,
  feed_id: (size) => `hex(${size})`,
  payload_hash: (size) => `hex(${size})`,
}

function layoutOf(type: IdlType, field = ''): string {
  if (typeof type === 'string') return type
  if ('defined' in type) return lowerFirst(type.defined.name)
  if ('option' in type) return `option(${layoutOf(type.option)})`
  if ('vec' in type) return `vec(${layoutOf(type.vec)})`
  const [item, size] = type.array
  if (field.startsWith('_')) return `reserved(${size})`
  return BYTE_FORMS[field]?.(size) ?? `array(${layoutOf(item)}, ${size})`
}

function docs(lines: readonly string[] | undefined, indent: string): string {
  if (lines === undefined || lines.length === 0) return ''
  return `${indent}/** ${lines.join(' ').replaceAll('*/', '* /')} */\n`
}

function structSource(fields: readonly IdlField[], indent = ''): string {
  const lines = fields.map(
    ({ name, type, docs: text }) =>
      `${docs(text, `${indent}  `)}${indent}  ${fieldName(name)}: ${layoutOf(type, name)},\n`,
  )
  return lines.length === 0 ? 'struct({})' : `struct({\n${lines.join('')}${indent}})`
}

function definitionSource({ name, type, docs: text }: IdlDefinition): string {
  const constant = lowerFirst(name)
  if (type.kind === 'struct') {
    return `${docs(text, '')}export const ${constant} = ${structSource(type.fields)}\nexport type ${name} = Decoded<typeof ${constant}>\n`
  }
  const hasValues = type.variants.some(({ fields }) => fields !== undefined)
  const layout = hasValues
    ? `variants({\n${type.variants.map((variant) => `  ${lowerFirst(variant.name)}: ${variant.fields?.[0] === undefined ? 'null' : layoutOf(variant.fields[0])},\n`).join('')}})`
    : `choice(\n${type.variants.map((variant) => `  '${lowerFirst(variant.name)}',\n`).join('')})`
  return `${docs(text, '')}export const ${constant} = ${layout}\nexport type ${name} = Decoded<typeof ${constant}>\n`
}

/** Definitions after those they use. */
function inOrderOfUse(names: Iterable<string>, placed = new Set<string>()): string[] {
  const order: string[] = []
  const place = (name: string): void => {
    if (placed.has(name)) return
    placed.add(name)
    for (const used of uses(definition(name))) place(used)
    order.push(name)
  }
  for (const name of names) place(name)
  return order
}

function definition(name: string): IdlDefinition {
  const found = definitions.get(name)
  if (found === undefined) throw new Error(`the IDL names the type ${name} but does not define it`)
  return found
}

function uses({ type }: IdlDefinition): string[] {
  const types =
    type.kind === 'struct'
      ? type.fields.map((field) => field.type)
      : type.variants.flatMap(({ fields }) => fields ?? [])
  return types.flatMap(definedIn)
}

function definedIn(type: IdlType): string[] {
  if (typeof type === 'string') return []
  if ('defined' in type) return [type.defined.name]
  if ('option' in type) return definedIn(type.option)
  if ('vec' in type) return definedIn(type.vec)
  return definedIn(type.array[0])
}

function imports(body: string, names: readonly string[], from: string, types: readonly string[] = []): string {
  // As a value, not as a field's name or a word of a comment.
  const isUsed = (name: string) => new RegExp(`(: |\\(|= )${name}[(,)<]`).test(body)
  const used = [...types.filter(isUsed).map((name) => `type ${name}`), ...names.filter(isUsed)]
  if (used.length === 0) return ''
  const sorted = used.toSorted((a, b) => a.replace('type ', '').localeCompare(b.replace('type ', '')))
  const line = `import { ${sorted.join(', ')} } from '${from}'\n`
  return line.length <= 121 ? line : `import {\n${sorted.map((name) => `  ${name},\n`).join('')}} from '${from}'\n`
}

const HEADER = '// Written by programs/client/generate.ts from programs/artifacts/perps.json. Do not edit.\n'
const LAYOUT_NAMES = [
  ...['array', 'bool', 'choice', 'hex', 'i32', 'i64', 'option', 'pubkey', 'reserved', 'struct', 'text', 'u16', 'u32'],
  ...['u64', 'u8', 'variants', 'vec'],
]

function source(body: string, typeNames: readonly string[] = []): string {
  const layouts = imports(body, LAYOUT_NAMES, '../layout.ts', ['Decoded'])
  const types = imports(body, typeNames.map(lowerFirst), './types.ts')
  return `${HEADER}${layouts}${types}\n${body}`
}

const bytes = (values: readonly number[]): string => `[${values.join(', ')}]`

function generate(): Record<string, string> {
  const topLevel = new Set([...idl.accounts, ...idl.events].map(({ name }) => name))
  const shared = inOrderOfUse(idl.types.map(({ name }) => name).filter((name) => !topLevel.has(name)))
  const types = shared.map((name) => definitionSource(definition(name))).join('\n')

  const records = (items: typeof idl.accounts): string =>
    items
      .map(({ name, discriminator }) => {
        const { type, docs: text } = definition(name)
        if (type.kind !== 'struct') throw new Error(`${name} is not a struct`)
        return `${docs(text, '  ')}  ${name}: {\n    discriminator: ${bytes(discriminator)},\n    layout: ${structSource(type.fields, '    ')},\n  },\n`
      })
      .join('')

  const instructions = idl.instructions
    .map(({ name, discriminator, accounts, args, docs: text }) => {
      const metas = accounts.map((account) => {
        const flags = (['writable', 'signer', 'optional'] as const).filter((flag) => account[flag] === true)
        const address = account.address === undefined ? '' : `, address: '${account.address}'`
        return `${docs(account.docs, '      ')}      { name: '${camel(account.name)}'${flags.map((flag) => `, ${flag}: true`).join('')}${address} },\n`
      })
      return `${docs(text, '  ')}  ${camel(name)}: {\n    discriminator: ${bytes(discriminator)},\n    accounts: [\n${metas.join('')}    ],\n    args: ${structSource(args, '    ')},\n  },\n`
    })
    .join('')

  const errors = idl.errors
    .map(({ code, name, msg }) => `  ${code}: { code: '${name}', message: ${quoted(msg ?? name)} },\n`)
    .join('')

  return {
    'types.ts': source(types),
    'accounts.ts': source(`export const ACCOUNTS = {\n${records(idl.accounts)}} as const\n`, shared),
    'events.ts': source(`export const EVENTS = {\n${records(idl.events)}} as const\n`, shared),
    'program.ts': `${HEADER}\nexport const PROGRAM_ADDRESS = '${idl.address}'\n`,
    'instructions.ts': source(`export const INSTRUCTIONS = {\n${instructions}} as const\n`, shared),
    'errors.ts': `${HEADER}\n/** By number; numbers are append-only. */\nexport const PROGRAM_ERRORS = {\n${errors}} as const\n`,
  }
}

const quoted = (sentence: string): string => (sentence.includes("'") ? JSON.stringify(sentence) : `'${sentence}'`)

const isCheck = process.argv.includes('--check')
mkdirSync(`${CLIENT}generated`, { recursive: true })
for (const [name, content] of Object.entries(generate())) {
  const path = `${CLIENT}generated/${name}`
  if (!isCheck) writeFileSync(path, content)
  else if (readFileSync(path, 'utf8') !== content) {
    process.stderr.write(`${path} does not match the IDL: run node programs/client/generate.ts\n`)
    process.exitCode = 1
  }
}
