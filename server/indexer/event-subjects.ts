import type { PerpsEvent } from '#client/events.ts'
import type { CanceledOrder, MakerFill } from '#client/generated/types.ts'

/** What an event speaks of, whatever its kind: looked up by the names that all kinds share. */

/** Every sub-account an event names. */
export function subAccountsIn({ data }: PerpsEvent): string[] {
  const named = [
    'subAccount' in data ? data.subAccount : null,
    'keeperSubAccount' in data ? data.keeperSubAccount : null,
    'liquidatorSubAccount' in data ? data.liquidatorSubAccount : null,
    'treasurySubAccount' in data ? data.treasurySubAccount : null,
    'from' in data ? data.from : null,
    'to' in data ? data.to : null,
    ...partiesIn(data).map((party) => party.subAccount),
  ]
  return named.filter((subAccount) => subAccount !== null)
}

/** Index of every market an event names. */
export function marketIndexesIn({ name, data }: PerpsEvent): number[] {
  const named = [
    'marketIndex' in data ? data.marketIndex : null,
    'market' in data && typeof data.market === 'object' && data.market !== null ? data.market.index : null,
    'isolatedMarket' in data ? data.isolatedMarket : null,
    name === 'ChangeExecuted' && data.payload.kind === 'market' ? data.payload.value.index : null,
    ...canceledIn(data).map(({ marketIndex }) => marketIndex),
  ]
  return [...new Set(named.filter((index) => index !== null))]
}

/** Index of every market whose resting orders an event may have changed. */
export function bookIndexesIn(event: PerpsEvent): number[] {
  const { name, data } = event
  const isOfOrders = name.startsWith('Order') || makersIn(data).length > 0
  const changed = partiesIn(data).some((party) => party.changed.length > 0)
  const canceled = canceledIn(data).map(({ marketIndex }) => marketIndex)
  return isOfOrders || changed ? marketIndexesIn(event) : [...new Set(canceled)]
}

type Data = PerpsEvent['data']

function makersIn(data: Data): readonly MakerFill[] {
  return 'makers' in data ? data.makers : []
}

function partiesIn(data: Data) {
  return [
    ...('taker' in data ? [data.taker] : []),
    ...makersIn(data).map(({ party }) => party),
    ...('party' in data ? [data.party] : []),
    ...('counterparty' in data ? [data.counterparty] : []),
    ...('taken' in data && data.taken !== null ? [data.taken] : []),
  ]
}

function canceledIn(data: Data): readonly CanceledOrder[] {
  return [
    ...('orders' in data ? data.orders.filter((order) => 'reason' in order) : []),
    ...('canceled' in data ? data.canceled : []),
    ...partiesIn(data).flatMap((party) => party.canceled),
  ]
}
