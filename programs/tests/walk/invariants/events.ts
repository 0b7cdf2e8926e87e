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
  const told: bigint[] = []
  for (const { data } of outcome.events) collect(data, told)
  equal(text(told), text(moved), 'events carry every sequence once')
}

function text(sequences: bigint[]): string {
  return sequences.toSorted((a, b) => Number(a - b)).join(' ')
}

/** A sequence of 0 means that the event did not touch the account. */
function collect(value: unknown, into: bigint[]): void {
  if (Array.isArray(value)) for (const item of value) collect(item, into)
  else if (value !== null && typeof value === 'object') {
    for (const [name, field] of Object.entries(value)) {
      if (typeof field !== 'bigint') collect(field, into)
      else if (/sequence$/i.test(name) && field > 0n) into.push(field)
    }
  }
}
