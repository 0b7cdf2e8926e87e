import type { EventOf } from '#client/events.ts'
import type { Change } from '../changes.ts'
import { chainTime, type Directory } from './place.ts'

export function projectFundingAccrued(event: EventOf<'FundingAccrued'>, directory: Directory): Change[] {
  const at = chainTime(event.at)
  const market = directory.market(event.marketIndex)
  const rate = { index_long: event.indexLong, index_short: event.indexShort, rate_daily: event.rateDaily }
  return [
    {
      kind: 'update',
      table: 'markets',
      key: { market },
      set: {
        funding_index_long: event.indexLong,
        funding_index_short: event.indexShort,
        funding_rate_daily: event.rateDaily,
        funding_at: at,
        oracle_price: event.oraclePrice,
        sequence: event.sequence,
        updated_at: at,
      },
    },
    {
      kind: 'insert',
      table: 'funding_rates',
      row: {
        market,
        sequence: event.sequence,
        at,
        ...rate,
        oracle_price: event.oraclePrice,
        mark_price: event.markPrice,
      },
    },
  ]
}
