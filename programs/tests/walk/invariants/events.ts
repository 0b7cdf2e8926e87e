/** Events prove their own completeness: each sequence an account moves by is in exactly one of them. */
import type { Step } from '../walk.ts'
import { equal } from './broken.ts'

export function checkSequences({ touches, outcome }: Step): void {
  if (!outcome.ok) return
  const moved: bigint[] = []
  for (const { before, after } of touches) {
    const state = after ?? before
    if (state === null || !('sequence' in state)) continue
    const from = before !== null && 'sequence' in before ? before.sequence : 0n
    // Closing an account is the last of its events.
    const to = after === null ? from + 1n : state.sequence
    for (let sequence = from + 1n; sequence <= to; sequence++) moved.push(sequence)
  }
  const told = new Set<string>()
  for (const { name, data } of outcome.events) collect(name, data, told)
  const sequences = [...told].map((pair) => BigInt(pair.split(' ')[1] ?? 0))
  equal(text(sequences), text(moved), 'events carry every sequence once')
}

function text(sequences: readonly bigint[]): string {
  return sequences.toSorted((a, b) => Number(a - b)).join(' ')
}

/** Pairs of account and sequence, each once however often the event tells them; 0 is an account it did not touch. */
function collect(path: string, value: unknown, into: Set<string>): void {
  if (Array.isArray(value)) {
    for (const [at, item] of value.entries()) collect(`${path}.${at}`, item, into)
  } else if (value !== null && typeof value === 'object') {
    const fields = new Map<string, unknown>(Object.entries(value))
    for (const [name, field] of fields) {
      if (typeof field !== 'bigint') collect(`${path}.${name}`, field, into)
      else if (/sequence$/i.test(name) && field > 0n)
        into.add(`${accountOf(fields, name) ?? `${path}.${name}`} ${field}`)
    }
  }
}

/** `liquidatorSequence` is that of `liquidatorSubAccount`, `sequence` beside `subAccount` that of the sub-account. */
function accountOf(fields: ReadonlyMap<string, unknown>, sequence: string): string | null {
  const owner = sequence.replace(/sequence$/i, '')
  const isPools = owner === '' && fields.has('subAccountSequence')
  const names = owner === '' ? (isPools ? [] : ['subAccount']) : [owner, `${owner}SubAccount`]
  const key = names.map((name) => fields.get(name)).find((field) => typeof field === 'string')
  return typeof key === 'string' ? key : null
}
