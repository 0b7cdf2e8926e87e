import type { AccountName, Touch } from '../mirror.ts'
import type { Step } from '../walk.ts'

/** An invariant of the design that does not hold. */
export class Broken extends Error {}

export function holds(condition: boolean, rule: string): asserts condition {
  if (!condition) throw new Broken(rule)
}

export function equal(actual: unknown, expected: unknown, rule: string): void {
  if (actual !== expected) throw new Broken(`${rule}: ${String(actual)} is not ${String(expected)}`)
}

/** Accounts of one kind that the step could write. */
export function touched<Name extends AccountName>(step: Step, name: Name): Touch<Name>[] {
  return step.touches.filter((touch) => touch.name === name) as Touch<Name>[]
}
