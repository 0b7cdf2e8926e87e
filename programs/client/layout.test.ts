import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  array,
  bool,
  choice,
  decode,
  encode,
  hex,
  i32,
  i64,
  option,
  pubkey,
  reserved,
  struct,
  text,
  u8,
  u16,
  u32,
  u64,
  variants,
  vec,
} from './layout.ts'

const sample = struct({
  flag: bool,
  tiny: u8,
  _gap: reserved(3),
  short: u16,
  int: u32,
  signed: i32,
  big: u64,
  bigSigned: i64,
  key: pubkey,
  feed: hex(4),
  name: text(6),
  list: vec(u16),
  maybe: option(u64),
  pair: array(u8, 2),
  side: choice('buy', 'sell'),
  target: variants({ id: u64, all: null }),
})

const value = fc.record({
  flag: fc.boolean(),
  tiny: fc.nat(0xff),
  short: fc.nat(0xffff),
  int: fc.nat(0xffff_ffff),
  signed: fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff }),
  big: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  bigSigned: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  key: fc.constantFrom('11111111111111111111111111111111', 'So11111111111111111111111111111111111111112'),
  feed: fc.constantFrom('00ff10ab', 'deadbeef'),
  name: fc.constantFrom('', 'SOL', 'SOLSOL', 'Zoë', '€uro'),
  list: fc.array(fc.nat(0xffff), { maxLength: 5 }),
  maybe: fc.option(fc.bigInt({ min: 0n, max: 9n })),
  pair: fc.tuple(fc.nat(0xff), fc.nat(0xff)),
  side: fc.constantFrom('buy' as const, 'sell' as const),
  target: fc.oneof(
    fc.record({ kind: fc.constant('id' as const), value: fc.bigInt({ min: 0n, max: 9n }) }),
    fc.record({ kind: fc.constant('all' as const) }),
  ),
})

describe('layouts', () => {
  it('read back what they write', () => {
    fc.assert(
      fc.property(value, (given) => {
        expect(decode(sample, encode(sample, given))).toEqual(given)
      }),
    )
  })

  it('know their size and where fields start', () => {
    const fixed = struct({ a: u8, _pad: reserved(7), b: u64, c: array(pubkey, 2) })
    expect([fixed.size, fixed.offsets.b, fixed.offsets.c]).toEqual([80, 8, 16])
    expect(sample.size).toBeNull()
  })

  it('are little-endian, and write padding as zeros', () => {
    expect([...encode(struct({ a: u16, _pad: reserved(2), b: i32 }), { a: 258, b: -2 })]).toEqual([
      2, 1, 0, 0, 254, 255, 255, 255,
    ])
  })

  it.each([
    ['a number beyond its type', () => encode(u8, 256)],
    ['a negative unsigned number', () => encode(u64, -1n)],
    ['a fraction', () => encode(u32, 1.5)],
    ['a key of the wrong length', () => encode(pubkey, '111')],
    ['text that is too long', () => encode(text(3), 'SOL-PERP')],
    ['hex of the wrong length', () => encode(hex(4), 'ff')],
    ['what is not hex', () => encode(hex(1), 'zz')],
    ['an unknown variant', () => decode(choice('a'), Uint8Array.of(1))],
    ['data that ends early', () => decode(u64, new Uint8Array(7))],
    ['a list longer than its data', () => decode(vec(u8), Uint8Array.of(255, 255, 255, 255))],
  ])('refuse %s', (_, act) => {
    expect(act).toThrow(RangeError)
  })
})
