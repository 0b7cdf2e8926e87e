import type { PerpsEvent } from '#client/events.ts'

/** The accounts of the exchange that exist once, by address. */
export type Singletons = { exchange: string; pool: string; insurance: string }

export type SequenceStep = { address: string; sequence: bigint }

/**
 * Which accounts an event changed, each with the sequence it brought that account to. Sequences start at 1 and rise by
 * one, so a missing one proves a missing event. A sequence of 0 means that the account was not part of it.
 */
export function sequencesOf({ name, data }: PerpsEvent, { exchange, pool, insurance }: Singletons): SequenceStep[] {
  const steps = ((): SequenceStep[] => {
    switch (name) {
      case 'ExchangeInitialized':
      case 'PauseChanged':
        return [{ address: exchange, sequence: data.sequence }]
      case 'TokenVaultInitialized':
        return [{ address: data.tokenVault, sequence: data.sequence }]
      case 'MarketInitialized':
      case 'FundingAccrued':
        return [{ address: data.market, sequence: data.sequence }]
      case 'UserAccountCreated':
        return []
      case 'SubAccountCreated':
      case 'SubAccountUpdated':
      case 'SubAccountClosed':
      case 'OrderPlaced':
      case 'OrderCanceled':
        return [{ address: data.subAccount, sequence: data.sequence }]
      case 'CollateralDeposited':
      case 'CollateralWithdrawn':
        return [
          { address: data.subAccount, sequence: data.sequence },
          { address: data.tokenVault, sequence: data.tokenVaultSequence },
        ]
      case 'OrderFilled':
        return [
          { address: data.subAccount, sequence: data.sequence },
          { address: data.market, sequence: data.marketSequence },
          { address: data.keeperSubAccount ?? '', sequence: data.keeperSequence },
        ]
      case 'PositionLiquidated':
        return [
          { address: data.subAccount, sequence: data.sequence },
          { address: data.market, sequence: data.marketSequence },
          { address: insurance, sequence: data.insuranceSequence },
          { address: data.liquidatorSubAccount ?? '', sequence: data.liquidatorSequence },
        ]
      case 'PoolDepositRequested':
      case 'PoolSharesMinted':
        return [
          { address: pool, sequence: data.sequence },
          { address: data.subAccount, sequence: data.subAccountSequence },
        ]
      case 'PoolAllocated':
        return [
          { address: pool, sequence: data.sequence },
          { address: data.market, sequence: data.marketSequence },
        ]
    }
  })()
  return steps.filter(({ sequence }) => sequence !== 0n)
}

/** What stands between the projection and an event. `ahead`: earlier sequences are missing. `seen`: this one was projected before. */
export type Readiness = 'ready' | 'ahead' | 'seen'

export function readiness(steps: readonly SequenceStep[], heads: ReadonlyMap<string, bigint>): Readiness {
  let state: Readiness = 'ready'
  for (const { address, sequence } of steps) {
    const next = (heads.get(address) ?? 0n) + 1n
    if (sequence < next) return 'seen'
    if (sequence > next) state = 'ahead'
  }
  return state
}

export type MissingRange = { address: string; from: bigint; to: bigint }

/** Sequences that no waiting event carries although a later one of the same account does: what a back-fill must find. */
export function missingSequences(
  waiting: readonly (readonly SequenceStep[])[],
  heads: ReadonlyMap<string, bigint>,
): MissingRange[] {
  const held = new Map<string, bigint[]>()
  for (const { address, sequence } of waiting.flat()) held.set(address, [...(held.get(address) ?? []), sequence])
  return [...held].flatMap(([address, sequences]) => {
    const ranges: MissingRange[] = []
    let next = (heads.get(address) ?? 0n) + 1n
    for (const sequence of sequences.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))) {
      if (sequence > next) ranges.push({ address, from: next, to: sequence - 1n })
      if (sequence >= next) next = sequence + 1n
    }
    return ranges
  })
}
