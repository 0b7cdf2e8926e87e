/**
 * Reads and writes the program's bytes. Borsh and the program's zero-copy structs have one rule in common here: fields
 * follow each other without gaps (zero-copy types may have none), little-endian. So one set of layouts serves accounts,
 * events and instruction arguments, and types follow from the layouts.
 */
import bs58 from 'bs58'

/** A Solana address in base58. */
export type Address = string

export type Layout<T> = {
  /** Bytes it takes; null when that depends on the value. */
  readonly size: number | null
  read(reader: Reader): T
  write(writer: Writer, value: T): void
}
export type Decoded<L> = L extends Layout<infer T> ? T : never

export class Reader {
  readonly #view: DataView
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get remaining(): number {
    return this.#view.byteLength - this.#at
  }

  /** @throws RangeError when fewer bytes are left. */
  take(length: number): { view: DataView; at: number } {
    if (length > this.remaining) {
      throw new RangeError(
        `the data ends after ${this.#view.byteLength} bytes, ${length} more are needed at ${this.#at}`,
      )
    }
    const at = this.#at
    this.#at += length
    return { view: this.#view, at }
  }

  bytes(length: number): Uint8Array {
    const { view, at } = this.take(length)
    return new Uint8Array(view.buffer, view.byteOffset + at, length).slice()
  }
}

export class Writer {
  #bytes = new Uint8Array(256)
  #length = 0

  take(length: number): { view: DataView; at: number } {
    const at = this.#length
    this.#length += length
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2))
      grown.set(this.#bytes)
      this.#bytes = grown
    }
    return { view: new DataView(this.#bytes.buffer), at }
  }

  bytes(bytes: Uint8Array): void {
    const { view, at } = this.take(bytes.length)
    new Uint8Array(view.buffer).set(bytes, at)
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }
}

/** @throws RangeError when the value does not fit: DataView would wrap it silently. */
function inRange<T extends number | bigint>(value: T, min: T, max: T, name: string): T {
  const isWhole = typeof value === 'bigint' || Number.isInteger(value)
  if (!isWhole || value < min || value > max) throw new RangeError(`${value} does not fit ${name}`)
  return value
}

function small(name: 'Uint8' | 'Uint16' | 'Uint32' | 'Int32', size: number, min: number, max: number): Layout<number> {
  return {
    size,
    read(reader) {
      const { view, at } = reader.take(size)
      return view[`get${name}`](at, true)
    },
    write(writer, value) {
      inRange(value, min, max, name)
      const { view, at } = writer.take(size)
      view[`set${name}`](at, value, true)
    },
  }
}

function wide(name: 'BigUint64' | 'BigInt64', min: bigint, max: bigint): Layout<bigint> {
  return {
    size: 8,
    read(reader) {
      const { view, at } = reader.take(8)
      return view[`get${name}`](at, true)
    },
    write(writer, value) {
      inRange(value, min, max, name)
      const { view, at } = writer.take(8)
      view[`set${name}`](at, value, true)
    },
  }
}

export const u8 = small('Uint8', 1, 0, 0xff)
export const u16 = small('Uint16', 2, 0, 0xffff)
export const u32 = small('Uint32', 4, 0, 0xffff_ffff)
export const i32 = small('Int32', 4, -0x8000_0000, 0x7fff_ffff)
export const u64 = wide('BigUint64', 0n, 2n ** 64n - 1n)
export const i64 = wide('BigInt64', -(2n ** 63n), 2n ** 63n - 1n)

export const bool: Layout<boolean> = {
  size: 1,
  read: (reader) => u8.read(reader) !== 0,
  write: (writer, value) => u8.write(writer, value ? 1 : 0),
}

/** Bytes of a fixed length, in a text form of their own. */
function fixed(
  size: number,
  encode: (bytes: Uint8Array) => string,
  decode: (text: string) => Uint8Array,
): Layout<string> {
  return {
    size,
    read: (reader) => encode(reader.bytes(size)),
    write(writer, text) {
      const bytes = decode(text)
      if (bytes.length !== size) throw new RangeError(`"${text}" is ${bytes.length} bytes long, not ${size}`)
      writer.bytes(bytes)
    },
  }
}

export const pubkey: Layout<Address> = fixed(32, bs58.encode, bs58.decode)

/** Bytes as lower-case hex digits. @throws RangeError for anything else. */
export const hex = (size: number): Layout<string> =>
  fixed(
    size,
    (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(''),
    (text) => {
      if (!/^([0-9a-f]{2})*$/i.test(text)) throw new RangeError(`"${text}" is not hex`)
      return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
    },
  )

/** UTF-8, zero padded. @throws RangeError when it is longer. */
export const text = (size: number): Layout<string> =>
  fixed(
    size,
    (bytes) => new TextDecoder().decode(bytes).replace(/\0+$/, ''),
    (value) => {
      const bytes = new TextEncoder().encode(value)
      return Uint8Array.from({ length: Math.max(size, bytes.length) }, (_, at) => bytes[at] ?? 0)
    },
  )

/** Padding and reserved bytes: written as zeros, not part of the value. */
export const reserved = (size: number): Layout<undefined> => ({
  size,
  read(reader) {
    reader.take(size)
  },
  write: (writer) => writer.bytes(new Uint8Array(size)),
})

export const array = <T>(item: Layout<T>, length: number): Layout<readonly T[]> => ({
  size: item.size === null ? null : item.size * length,
  read: (reader) => Array.from({ length }, () => item.read(reader)),
  write(writer, values) {
    if (values.length !== length) throw new RangeError(`${values.length} items given, ${length} needed`)
    for (const value of values) item.write(writer, value)
  },
})

export const vec = <T>(item: Layout<T>): Layout<readonly T[]> => ({
  size: null,
  read(reader) {
    const length = u32.read(reader)
    // Every item takes at least one byte, so a length beyond that is damage, not a reason to allocate.
    if (length > reader.remaining) throw new RangeError(`a list of ${length} items in ${reader.remaining} bytes`)
    return Array.from({ length }, () => item.read(reader))
  },
  write(writer, values) {
    u32.write(writer, values.length)
    for (const value of values) item.write(writer, value)
  },
})

export const option = <T>(item: Layout<T>): Layout<T | null> => ({
  size: null,
  read: (reader) => (bool.read(reader) ? item.read(reader) : null),
  write(writer, value) {
    bool.write(writer, value !== null)
    if (value !== null) item.write(writer, value)
  },
})

/** An enum without fields, as the name of its variant. @throws RangeError for an unknown one. */
export const choice = <const Names extends readonly string[]>(...names: Names): Layout<Names[number]> => ({
  size: 1,
  read(reader) {
    const index = u8.read(reader)
    const name = names[index]
    if (name === undefined) throw new RangeError(`variant ${index} is none of ${names.join(', ')}`)
    return name
  },
  write(writer, name) {
    const index = names.indexOf(name)
    if (index < 0) throw new RangeError(`"${name}" is none of ${names.join(', ')}`)
    u8.write(writer, index)
  },
})

type AnyLayout = Layout<unknown>

type Variants = Readonly<Record<string, AnyLayout | null>>
type Variant<V extends Variants> = {
  [K in keyof V & string]: V[K] extends AnyLayout
    ? { readonly kind: K; readonly value: Decoded<V[K]> }
    : { readonly kind: K }
}[keyof V & string]

/** An enum whose variants may hold one value: `{ kind: 'orderId', value: 7n }`. */
export function variants<const V extends Variants>(layouts: V): Layout<Variant<V>> {
  const names = Object.keys(layouts)
  const tag = choice(...names)
  return {
    size: null,
    read(reader) {
      const kind = tag.read(reader)
      const item = layouts[kind]
      return (item ? { kind, value: item.read(reader) } : { kind }) as Variant<V>
    },
    write(writer, variant) {
      tag.write(writer, variant.kind)
      const item = layouts[variant.kind]
      if (item && 'value' in variant) item.write(writer, variant.value)
    },
  }
}

type Fields = Readonly<Record<string, AnyLayout>>
/** Names that start with an underscore are padding. */
type Struct<F extends Fields> = { readonly [K in keyof F as K extends `_${string}` ? never : K]: Decoded<F[K]> }

export type StructLayout<F extends Fields> = Layout<Struct<F>> & {
  /** Where each field starts; only meaningful up to the first field of variable size. */
  readonly offsets: Readonly<Record<keyof F, number>>
}

export function struct<const F extends Fields>(fields: F): StructLayout<F> {
  const entries = Object.entries<AnyLayout>(fields)
  let size: number | null = 0
  const offsets: Record<string, number> = {}
  for (const [name, layout] of entries) {
    offsets[name] = size ?? Number.NaN
    size = size === null || layout.size === null ? null : size + layout.size
  }
  return {
    size,
    offsets: offsets as Record<keyof F, number>,
    read(reader) {
      const value: Record<string, unknown> = {}
      for (const [name, layout] of entries) {
        const field: unknown = layout.read(reader)
        if (!name.startsWith('_')) value[name] = field
      }
      return value as Struct<F>
    },
    write(writer, value) {
      for (const [name, layout] of entries) layout.write(writer, (value as Record<string, unknown>)[name])
    },
  }
}

export function encode<T>(layout: Layout<T>, value: T): Uint8Array {
  const writer = new Writer()
  layout.write(writer, value)
  return writer.finish()
}

export function decode<T>(layout: Layout<T>, bytes: Uint8Array): T {
  return layout.read(new Reader(bytes))
}

export function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return prefix.every((byte, at) => bytes[at] === byte)
}
