/** What the walks did, how often it went through, and what of it was refused why. */
import type { PerpsEvent } from '#client/events.ts'
import { PROGRAM_ERRORS } from '#client/generated/errors.ts'
import type { Outcome } from './chain.ts'

const PROGRAM: ReadonlySet<string> = new Set(Object.values(PROGRAM_ERRORS).map(({ code }) => code))

type Row = { done: number; refused: number; units: number; readonly errors: Map<string, number> }

export class Report {
  readonly #rows = new Map<string, Row>()
  readonly #events = new Map<string, number>()
  worstDust = 0n

  count(label: string, outcome: Outcome): void {
    const row = this.#row(label)
    if (outcome.ok) {
      row.done++
      row.units = Math.max(row.units, outcome.units)
    } else {
      row.refused++
      row.errors.set(outcome.error, (row.errors.get(outcome.error) ?? 0) + 1)
    }
  }

  countEvent(event: PerpsEvent): void {
    this.#tally(event.name, 1)
    if ('covered' in event.data && event.data.covered.loss > 0n) {
      this.#tally('  loss covered', 1)
      for (const part of ['insurance', 'pool', 'socialised', 'deficit'] as const) {
        if (event.data.covered[part] > 0n) this.#tally(`  loss borne by ${part}`, 1)
      }
    }
  }

  /** Plain, for another process. */
  toJson(): ReportJson {
    const rows = [...this.#rows].map(([label, row]) => ({ label, ...row, errors: [...row.errors] }))
    return { rows, events: [...this.#events], worstDust: String(this.worstDust) }
  }

  add({ rows, events, worstDust }: ReportJson): void {
    for (const { label, done, refused, units, errors } of rows) {
      const row = this.#row(label)
      row.done += done
      row.refused += refused
      row.units = Math.max(row.units, units)
      for (const [error, count] of errors) row.errors.set(error, (row.errors.get(error) ?? 0) + count)
    }
    for (const [name, count] of events) this.#tally(name, count)
    if (BigInt(worstDust) > this.worstDust) this.worstDust = BigInt(worstDust)
  }

  get actions(): number {
    return [...this.#rows.values()].reduce((sum, { done, refused }) => sum + done + refused, 0)
  }

  done(prefix: string): number {
    return [...this.#rows].filter(([label]) => label.startsWith(prefix)).reduce((sum, [, row]) => sum + row.done, 0)
  }

  get #errors(): Set<string> {
    const met = [...this.#rows.values()].flatMap(({ errors }) => [...errors.keys()])
    return new Set(met.filter((error) => PROGRAM.has(error)))
  }

  get lines(): string[] {
    const rows = [...this.#rows].toSorted(([a], [b]) => a.localeCompare(b))
    const table = rows.map(([label, { done, refused, units, errors }]) => {
      const why = [...errors].toSorted(([, a], [, b]) => b - a).slice(0, 4)
      const reasons = why.map(([error, count]) => `${error} ${count}`).join(', ')
      return `${label.padEnd(38)} ${String(done).padStart(7)} ${String(refused).padStart(7)} ${String(units).padStart(7)}  ${reasons}`
    })
    const events = [...this.#events].toSorted(([a], [b]) => a.localeCompare(b))
    return [
      `${'action'.padEnd(38)} ${'done'.padStart(7)} ${'refused'.padStart(7)} ${'units'.padStart(7)}  most often because of`,
      ...table,
      '',
      ...events.map(([name, count]) => `${name.padEnd(38)} ${String(count).padStart(7)}`),
      '',
      `${this.#errors.size} errors of the program met`,
      `worst rounding residue in a funding pot: ${this.worstDust} (quote 1e6)`,
    ]
  }

  #row(label: string): Row {
    const row = this.#rows.get(label) ?? { done: 0, refused: 0, units: 0, errors: new Map<string, number>() }
    this.#rows.set(label, row)
    return row
  }

  #tally(name: string, count: number): void {
    this.#events.set(name, (this.#events.get(name) ?? 0) + count)
  }
}

export type ReportJson = {
  readonly rows: readonly {
    readonly label: string
    readonly done: number
    readonly refused: number
    readonly units: number
    readonly errors: readonly (readonly [string, number])[]
  }[]
  readonly events: readonly (readonly [string, number])[]
  readonly worstDust: string
}
