import type { TransactionInstruction } from '@solana/web3.js'

/** Above the most that was used, for what differs between two accounts of the same kind. */
const MARGIN = 1.3
const SMALLEST = 2_000
/** What the chain lets one transaction use. */
const MOST_COMPUTE_UNITS = 1_400_000

/** Compute units that transactions of one kind have used, so that each asks, and pays, for what it needs. */
export type ComputeLimits = {
  /** Undefined while no transaction of the kind has been seen. */
  limitFor(kind: string): number | undefined
  used(kind: string, units: number): void
  /** One ran out of units: the kind is to be learnt anew. */
  forget(kind: string): void
}

export function createComputeLimits(): ComputeLimits {
  const most = new Map<string, number>()
  return {
    limitFor: (kind) => {
      const units = most.get(kind)
      if (units === undefined) return undefined
      return Math.min(Math.max(Math.ceil(units * MARGIN), SMALLEST), MOST_COMPUTE_UNITS)
    },
    used: (kind, units) => {
      if (units > (most.get(kind) ?? 0)) most.set(kind, units)
    },
    forget: (kind) => {
      most.delete(kind)
    },
  }
}

/** Instructions of one kind do the same work: the same instruction with as many accounts (makers, markets, vaults). */
export function kindOf(instructions: readonly TransactionInstruction[]): string {
  return instructions.map(({ data, keys }) => `${data.subarray(0, 8).toString('hex')}/${keys.length}`).join('+')
}
