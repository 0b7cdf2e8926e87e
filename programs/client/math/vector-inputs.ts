/** What a line of the Rust crate's vectors holds, read in the types the formulas take. */
import type { Side } from './depth.ts'
import type { WarmUp } from './limits.ts'
import type { LiquidationInputs } from './liquidation.ts'
import type { MarginKind, OraclePrice, PositionRisk, TokenCollateral } from './margin.ts'
import type { PoolValue } from './shares.ts'

/** Reads the inputs of a case in order, in the type the formula takes. */
export class Inputs {
  readonly #values: readonly string[]
  #next = 0

  constructor(values: readonly string[]) {
    this.#values = values
  }

  int(): bigint {
    const value = this.#values[this.#next++]
    if (value === undefined) throw new RangeError(`the case has only ${this.#values.length} inputs`)
    return BigInt(value)
  }

  small(): number {
    return Number(this.int())
  }
}

// Arguments and object fields are evaluated in the order they are written, which is the order of the file.

/** A u128 is written as its high and low 64 bits. */
export const wide = (i: Inputs): bigint => (i.int() << 64n) | i.int()

export const side = (i: Inputs): Side => (i.int() === 1n ? 'buy' : 'sell')

export const oraclePrice = (i: Inputs): OraclePrice => ({ price: i.int(), confidence: i.int(), ema: i.int() })

export const positionRisk = (i: Inputs): PositionRisk => ({
  base: i.int(),
  quoteEntry: i.int(),
  funding: i.int(),
  openBids: i.int(),
  openAsks: i.int(),
  orderCost: i.int(),
  price: oraclePrice(i),
  age: i.int(),
  ratios: { initial: i.small(), maintenance: i.small(), liquidationBuffer: i.small() },
})

export const poolValue = (i: Inputs): PoolValue => ({ shares: i.int(), nav: i.int() })

export const warmUp = (i: Inputs): WarmUp => ({ locked: i.int(), from: i.int(), until: i.int() })

export const tokenCollateral = (i: Inputs): TokenCollateral => ({
  amount: i.int(),
  unit: i.int(),
  price: oraclePrice(i),
  age: i.int(),
  initialWeight: i.small(),
  maintenanceWeight: i.small(),
})

export const liquidationInputs = (i: Inputs): LiquidationInputs => ({
  base: i.int(),
  price: i.int(),
  equity: i.int(),
  target: i.int(),
  maintenance: i.small(),
  liquidationBuffer: i.small(),
  liquidationFee: i.small(),
  insuranceFee: i.small(),
  step: i.int(),
})

const KINDS: readonly MarginKind[] = ['Initial', 'Fill', 'Take', 'Maintenance', 'Liquidation']

export const marginKind = (i: Inputs): MarginKind => KINDS[i.small()] ?? 'Initial'
