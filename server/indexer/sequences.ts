import type { PerpsEvent } from '#client/events.ts'

/** The accounts of the exchange that exist once, by address. */
export type Singletons = { exchange: string; pool: string; insurance: string }

export type SequenceStep = { address: string; sequence: bigint }

/**
 * Which accounts an event changed, each with the sequence it brought that account to, in ascending order: one account may
 * be named twice. Sequences start at 1 and rise by one, so a missing one proves a missing event. A sequence of 0 means
 * that the account was not part of it.
 */
export function sequencesOf(event: PerpsEvent, singletons: Singletons): SequenceStep[] {
  return stepsOf(event, singletons)
    .filter(({ sequence }) => sequence !== 0n)
    .toSorted((a, b) => (a.sequence < b.sequence ? -1 : a.sequence > b.sequence ? 1 : 0))
}

function stepsOf({ name, data }: PerpsEvent, { exchange, pool, insurance }: Singletons): SequenceStep[] {
  switch (name) {
    case 'ExchangeInitialized':
    case 'PauseChanged':
    case 'ChangeProposed':
    case 'ChangeCanceled':
      return [{ address: exchange, sequence: data.sequence }]
    case 'ChangeExecuted':
      return [
        { address: exchange, sequence: data.sequence },
        { address: data.target, sequence: data.targetSequence },
      ]
    case 'RiskTightened':
      return [
        { address: exchange, sequence: data.sequence },
        { address: data.market?.market ?? '', sequence: data.market?.sequence ?? 0n },
        { address: data.tokenVault?.tokenVault ?? '', sequence: data.tokenVault?.sequence ?? 0n },
      ]
    case 'FeesCollected':
      return [
        { address: data.market, sequence: data.marketSequence },
        { address: insurance, sequence: data.insuranceSequence },
        { address: pool, sequence: data.poolSequence },
        { address: data.tokenVault, sequence: data.tokenVaultSequence },
        { address: data.treasurySubAccount, sequence: data.treasurySequence },
      ]
    case 'InsuranceRefilled':
      return [
        { address: insurance, sequence: data.sequence },
        { address: data.subAccount, sequence: data.subAccountSequence },
        ...(data.market === null ? [] : [marketStep(data.market)]),
      ]
    case 'TokenVaultInitialized':
      return [{ address: data.tokenVault, sequence: data.sequence }]
    case 'MarketInitialized':
    case 'FundingAccrued':
      return [{ address: data.market, sequence: data.sequence }]
    case 'MarketAbandoned':
      return [marketStep(data.market)]
    case 'UserAccountCreated':
    case 'UserAccountUpdated':
      return []
    case 'SubAccountCreated':
    case 'SubAccountUpdated':
    case 'SubAccountClosed':
    case 'OrderPlaced':
    case 'OrderModified':
    case 'OrderTriggered':
    case 'OrderRearmed':
    case 'TrailingStopMoved':
    case 'OrderCanceled':
      return [{ address: data.subAccount, sequence: data.sequence }]
    case 'ReferralRewardsCollected':
    case 'CollateralDeposited':
    case 'CollateralWithdrawn':
      return [
        { address: data.subAccount, sequence: data.sequence },
        { address: data.tokenVault, sequence: data.tokenVaultSequence },
      ]
    case 'CollateralTransferred':
      return [
        { address: data.from, sequence: data.fromSequence },
        { address: data.to, sequence: data.toSequence },
        { address: data.tokenVault, sequence: data.tokenVaultSequence },
      ]
    case 'OrderFilled':
      return [
        partyStep(data.taker),
        ...data.makers.map(({ party }) => partyStep(party)),
        { address: data.market, sequence: data.marketSequence },
        { address: data.keeperSubAccount ?? '', sequence: data.keeperSequence },
      ]
    case 'PositionLiquidated':
      return [
        partyStep(data.party),
        ...data.makers.map(({ party }) => partyStep(party)),
        marketStep(data.market),
        { address: insurance, sequence: data.insuranceSequence },
        { address: data.liquidatorSubAccount ?? '', sequence: data.liquidatorSequence },
      ]
    case 'PositionDeleveraged':
      return [
        partyStep(data.party),
        partyStep(data.counterparty),
        marketStep(data.market),
        { address: insurance, sequence: data.insuranceSequence },
      ]
    case 'CollateralLiquidated':
      return [
        { address: data.subAccount, sequence: data.sequence },
        { address: data.liquidatorSubAccount, sequence: data.liquidatorSequence },
        { address: data.quoteVault, sequence: data.quoteVaultSequence },
      ]
    case 'BankruptcyResolved':
      return [
        { address: data.subAccount, sequence: data.sequence },
        marketStep(data.market),
        { address: insurance, sequence: data.insuranceSequence },
      ]
    case 'MarketSettled':
      return [marketStep(data.market), { address: insurance, sequence: data.insuranceSequence }]
    case 'PositionSettled':
      return [partyStep(data.party), marketStep(data.market), { address: insurance, sequence: data.insuranceSequence }]
    case 'PoolDepositRequested':
    case 'PoolSharesMinted':
    case 'PoolExitRequested':
    case 'PoolExited':
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
}

const partyStep = ({ subAccount, sequence }: { subAccount: string; sequence: bigint }): SequenceStep => ({
  address: subAccount,
  sequence,
})
const marketStep = ({ market, sequence }: { market: string; sequence: bigint }): SequenceStep => ({
  address: market,
  sequence,
})

/** What stands between the projection and an event. `ahead`: earlier sequences are missing. `seen`: this one was projected before. */
export type Readiness = 'ready' | 'ahead' | 'seen'

export function readiness(steps: readonly SequenceStep[], heads: ReadonlyMap<string, bigint>): Readiness {
  const reached = new Map<string, bigint>()
  let state: Readiness = 'ready'
  for (const { address, sequence } of steps) {
    const next = (reached.get(address) ?? heads.get(address) ?? 0n) + 1n
    if (sequence < next) return 'seen'
    if (sequence > next) state = 'ahead'
    reached.set(address, sequence)
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
