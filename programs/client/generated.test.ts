import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { BN, BorshCoder, convertIdlToCamelCase, type Idl } from '@coral-xyz/anchor'
import { PublicKey } from '@solana/web3.js'
import { describe, expect, it } from 'vitest'
import { accountSize, decodeMarket, decodeSubAccount } from './accounts.ts'
import { EVENT_NAMES } from './events.ts'
import { ACCOUNTS } from './generated/accounts.ts'
import { EVENTS } from './generated/events.ts'
import { INSTRUCTIONS } from './generated/instructions.ts'
import { readIdl } from './idl.ts'
import { buildInstruction, type InstructionName } from './instruction.ts'
import { encode, type Layout, reserved, text } from './layout.ts'

const json = readFileSync(new URL('../artifacts/perps.json', import.meta.url), 'utf8')
const idl = readIdl(json)
// Anchor's own coder is the independent witness of every byte.
const anchor = new BorshCoder(convertIdlToCamelCase(JSON.parse(json) as Idl))
const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

describe('generated/', () => {
  it('is what the IDL gives', () => {
    const run = spawnSync(process.execPath, [fileURLToPath(new URL('generate.ts', import.meta.url)), '--check'], {
      encoding: 'utf8',
    })
    expect(run.stderr).toBe('')
    expect(run.status).toBe(0)
  })

  it('holds every instruction, account and event of the program', () => {
    expect(Object.keys(INSTRUCTIONS).toSorted()).toEqual(idl.instructions.map(({ name }) => camel(name)).toSorted())
    expect(Object.keys(ACCOUNTS).toSorted()).toEqual(idl.accounts.map(({ name }) => name).toSorted())
    expect(EVENT_NAMES.toSorted()).toEqual(idl.events.map(({ name }) => name).toSorted())
  })
})

/** A value for every layout: distinct small numbers, so that a swapped field shows. */
function sampleOf(type: (typeof idl.types)[number]['type'] | string, next: () => number): unknown {
  if (typeof type === 'string') {
    if (type === 'bool') return next() % 2 === 0
    if (type === 'pubkey') return new PublicKey(new Uint8Array(32).fill(next())).toBase58()
    return type.endsWith('64') ? BigInt(next()) : next()
  }
  if (type.kind === 'enum') {
    const [first] = type.variants
    const kind = camel(first?.name.replace(/^./, (letter) => letter.toLowerCase()) ?? '')
    const isPlain = type.variants.every(({ fields }) => fields === undefined)
    return isPlain ? kind : { kind, value: sampleOfField(first?.fields?.[0] ?? 'u8', '', next) }
  }
  return Object.fromEntries(
    type.fields.map((field) => [camel(field.name), sampleOfField(field.type, field.name, next)]),
  )
}

type FieldType =
  | Parameters<typeof sampleOf>[0]
  | Exclude<(typeof idl.instructions)[number]['args'][number]['type'], string>

function sampleOfField(type: FieldType, field: string, next: () => number): unknown {
  if (typeof type === 'string') return sampleOf(type, next)
  if ('kind' in type) return sampleOf(type, next)
  if ('defined' in type) {
    const definition = idl.types.find(({ name }) => name === type.defined.name)
    return sampleOf(definition?.type ?? 'u8', next)
  }
  if ('option' in type) return sampleOfField(type.option, '', next)
  if ('vec' in type) return [sampleOfField(type.vec, '', next)]
  if (field === 'symbol' || field === 'name') return 'SOL-PERP'
  if (field === 'feed_id' || field === 'payload_hash') return 'ab'.repeat(type.array[1])
  return Array.from({ length: type.array[1] }, () => sampleOfField(type.array[0], '', next))
}

function counter(): () => number {
  let count = 0
  return () => ++count % 200
}

/** Our values in the forms Anchor's coder takes. */
function forAnchor(value: unknown, name = ''): unknown {
  if (typeof value === 'bigint') return new BN(value.toString())
  if (name === 'symbol') return [...encode(text(16), String(value))]
  if (name === 'name') return [...encode(text(32), String(value))]
  if (name === 'feedId' || name === 'payloadHash') return [...Buffer.from(String(value), 'hex')]
  if (typeof value === 'string') return value.length >= 32 ? new PublicKey(value) : { [value]: {} }
  if (Array.isArray(value)) return value.map((item) => forAnchor(item))
  if (typeof value !== 'object' || value === null) return value
  if ('kind' in value && 'value' in value) return { [String(value.kind)]: { 0: forAnchor(value.value) } }
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, forAnchor(field, key)]))
}

describe('bytes', () => {
  it.each(Object.keys(INSTRUCTIONS) as InstructionName[])('%s is encoded as Anchor encodes it', (name) => {
    const spec = idl.instructions.find((instruction) => camel(instruction.name) === name)
    if (spec === undefined) throw new Error(`no instruction ${name}`)
    const next = counter()
    const args = Object.fromEntries(spec.args.map((arg) => [camel(arg.name), sampleOfField(arg.type, arg.name, next)]))
    const accounts = Object.fromEntries(
      INSTRUCTIONS[name].accounts.map((account) => [account.name, PublicKey.unique()]),
    )
    const built = buildInstruction(name, accounts as never, args as never)
    const theirs = Object.fromEntries(Object.entries(args).map(([key, value]) => [key, forAnchor(value, key)]))
    expect(built.data.toString('hex')).toBe(anchor.instruction.encode(name, theirs).toString('hex'))
    expect(built.keys).toHaveLength(spec.accounts.length)
  })

  it.each(EVENT_NAMES)('%s is encoded as Anchor reads it', (name) => {
    const definition = idl.types.find((type) => type.name === name)
    const sample = sampleOf(definition?.type ?? 'u8', counter())
    const layout: Layout<unknown> = EVENTS[name].layout
    const data = Buffer.concat([Uint8Array.from(EVENTS[name].discriminator), encode(layout, sample)])
    const decoded = anchor.events.decode(data.toString('base64'))
    expect(JSON.stringify(decoded?.data)).toBe(JSON.stringify(forAnchor(sample)))
  })

  it.each(Object.keys(ACCOUNTS) as (keyof typeof ACCOUNTS)[])('%s has the size Anchor gives it', (name) => {
    expect(accountSize(name)).toBe(anchor.accounts.size(name.replace(/^./, (letter) => letter.toLowerCase())))
  })

  it('refuses another account, and says which it is', () => {
    const market = Buffer.concat([Uint8Array.from(ACCOUNTS.Market.discriminator), encode(reserved(2_000), undefined)])
    expect(() => decodeSubAccount(market)).toThrow('the account is Market, not SubAccount')
    expect(() => decodeMarket(new Uint8Array(8))).toThrow('not of this program')
    const older = Uint8Array.from(market)
    older[8] = 1
    expect(() => decodeMarket(older)).toThrow('has layout 1, this version reads 3')
  })
})
