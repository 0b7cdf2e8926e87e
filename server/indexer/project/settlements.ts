import type { EventOf } from '#client/events.ts'
import type { Change } from '../changes.ts'
import { afterLoss } from './liquidations.ts'
import { marketAfter, projectParty, reduction } from './parties.ts'
import { chainTime, type Directory, type Place } from './place.ts'

export function projectMarketAbandoned(event: EventOf<'MarketAbandoned'>, directory: Directory): Change[] {
  return [marketAfter(event.market, chainTime(event.at), directory)]
}

export function projectMarketSettled(event: EventOf<'MarketSettled'>, place: Place, directory: Directory): Change[] {
  return [
    ...afterLoss(event, null, place, directory),
    {
      kind: 'update',
      table: 'markets',
      key: { market: directory.market(event.market.index) },
      set: { settlement_price: event.settlementPrice },
    },
  ]
}

export function projectPositionSettled(
  event: EventOf<'PositionSettled'>,
  place: Place,
  directory: Directory,
): Change[] {
  const at = chainTime(event.at)
  const { market, party, settlementPrice } = event
  const scene = {
    market: directory.market(market.index),
    marketSequence: market.sequence,
    fundingIndexLong: market.fundingIndexLong,
    fundingIndexShort: market.fundingIndexShort,
    cause: 'settlement' as const,
    oraclePrice: settlementPrice,
    publishedAt: at,
    at,
    place,
    directory,
  }
  // Nobody took: it is no trade of the public tape.
  return [
    ...projectParty(party, reduction(party, { fee: 0n, taker: false }), scene),
    ...afterLoss(event, party.subAccount, place, directory),
  ]
}
