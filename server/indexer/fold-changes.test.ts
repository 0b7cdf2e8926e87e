import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Change } from './changes.ts'
import { foldChanges } from './fold-changes.ts'

type Row = Record<string, unknown>

const AT = new Date(0)
const small = fc.bigInt({ min: -5n, max: 5n })
const row = fc.record({ idle: small, shares: small, epoch: small, pending_deposits: small, sequence: small })
const address = fc.constantFrom('a', 'b')

const change: fc.Arbitrary<Change> = fc.oneof(
  fc
    .tuple(address, row)
    .map(
      ([name, cells]): Change => ({ kind: 'put', table: 'pools', row: { address: name, ...cells, updated_at: AT } }),
    ),
  fc
    .tuple(
      address,
      fc.record({ idle: small, shares: small }, { requiredKeys: [] }),
      fc.record({ shares: small, epoch: small }, { requiredKeys: [] }),
    )
    // A change sets a column or adds to it, never both.
    .map(
      ([name, set, add]): Change => ({
        kind: 'update',
        table: 'pools',
        key: { address: name },
        set,
        add: 'shares' in set ? {} : add,
      }),
    ),
  address.map((name): Change => ({ kind: 'remove', table: 'pools', key: { address: name } })),
)

/** What the changes mean, one after the other; null when one changes a row that is not there. */
function apply(
  changes: readonly { kind: string; row?: object; key?: object; set?: object; add?: object }[],
  start: Map<string, Row>,
) {
  const rows = new Map([...start].map(([name, cells]) => [name, { ...cells }]))
  for (const { kind, row: cells, key, set, add } of changes) {
    const name = String(Reflect.get(cells ?? key ?? {}, 'address'))
    if (kind === 'put') rows.set(name, { ...cells })
    else if (kind === 'remove') rows.delete(name)
    else {
      const found = rows.get(name)
      if (found === undefined) return null
      for (const [column, value] of Object.entries(add ?? {}))
        found[column] = (found[column] as bigint) + (value as bigint)
      Object.assign(found, set)
    }
  }
  return rows
}

it('means the same as the changes one after the other, with one change per row', () => {
  const start = new Map([
    ['a', { address: 'a', idle: 1n, shares: 2n, epoch: 3n, pending_deposits: 4n, sequence: 5n, updated_at: AT }],
  ])
  fc.assert(
    fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
      const expected = apply(changes, start)
      fc.pre(expected !== null)
      const folded = foldChanges(changes)
      const names = folded.map((one) => ('row' in one ? one.row.address : one.key.address))
      expect(new Set(names).size).toBe(names.length)
      expect(apply(folded, start)).toEqual(expected)
    }),
    { numRuns: 500 },
  )
})

it('keeps every fact', () => {
  const fact = (sequence: bigint): Change => ({
    kind: 'insert',
    table: 'funding_rates',
    row: {
      market: 'SOL-PERP',
      sequence,
      at: AT,
      rate_daily: 1n,
      index_long: 1n,
      index_short: 1n,
      oracle_price: 1n,
      mark_price: 1n,
    },
  })
  expect(foldChanges([fact(1n), fact(2n), fact(1n)])).toHaveLength(3)
})
