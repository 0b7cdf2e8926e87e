import type { EventOf } from '#client/events.ts'
import type { Change } from '../changes.ts'
import { moved, quoteBalance } from './accounts.ts'
import { insuranceAfter } from './liquidations.ts'
import { marketAfter } from './parties.ts'
import { chainTime, type Directory, type Place } from './place.ts'

export function projectFeesCollected(event: EventOf<'FeesCollected'>, place: Place, directory: Directory): Change[] {
  const at = chainTime(event.at)
  const { treasurySubAccount: subAccount, treasurySequence: sequence, toTreasury } = event
  return [
    {
      kind: 'update',
      table: 'markets',
      key: { market: directory.market(event.marketIndex) },
      set: { sequence: event.marketSequence, updated_at: at },
    },
    {
      kind: 'update',
      table: 'pools',
      key: { address: directory.pool },
      set: { idle: event.poolIdle, sequence: event.poolSequence, updated_at: at },
    },
    insuranceAfter(event, at, directory),
    ...(toTreasury === 0n
      ? quoteBalance(subAccount, sequence, event.treasuryQuoteBalance, at, directory)
      : moved(
          'treasury_fees',
          {
            subAccount,
            mint: directory.quoteMint(),
            amount: toTreasury,
            sequence,
            balance: event.treasuryQuoteBalance,
          },
          at,
          place,
          directory,
        )),
  ]
}

export function projectInsuranceRefilled(
  event: EventOf<'InsuranceRefilled'>,
  place: Place,
  directory: Directory,
): Change[] {
  const at = chainTime(event.at)
  const { subAccount, subAccountSequence: sequence, amount, quoteBalance: after } = event
  const given = { subAccount, mint: directory.quoteMint(), amount, sequence, balance: after }
  return [
    ...moved('insurance_refill', given, at, place, directory),
    ...(event.market === null ? [] : [marketAfter(event.market, at, directory)]),
    insuranceAfter({ insuranceBalance: event.balance, insuranceSequence: event.sequence }, at, directory),
  ]
}
