import type { EventOf } from '#client/events.ts'
import type { Change } from '../changes.ts'
import { quoteBalance } from './accounts.ts'
import { fillPrice, marketAfter } from './fills.ts'
import { cancel } from './orders.ts'
import { chainTime, type Directory, type Place } from './place.ts'
import { projectPosition } from './positions.ts'

const magnitude = (value: bigint) => (value < 0n ? -value : value)

export function projectPositionLiquidated(
  event: EventOf<'PositionLiquidated'>,
  place: Place,
  directory: Directory,
): Change[] {
  const at = chainTime(event.at)
  const { subAccount, baseChange } = event
  const { signature, path } = place
  const market = directory.market(event.marketIndex)
  const authority = directory.authority(subAccount)
  const who = { signature, path, sub_account: subAccount, authority, market }
  const size = magnitude(baseChange)
  const quote = magnitude(event.quoteChange)
  // The liquidation fee is in the price; only the insurance fee is charged on top.
  const fee = event.insuranceFee
  const fill = {
    side: baseChange > 0n ? ('buy' as const) : ('sell' as const),
    price: fillPrice(quote, size),
    size,
    quote,
    realised_pnl: event.realisedPnl,
    oracle_price: event.oraclePrice,
    position_base_after: event.positionBase,
    sequence: event.sequence,
    market_sequence: event.marketSequence,
    at,
  }
  const changes: Change[] = [
    ...event.canceledOrders.flatMap((order) => cancel(subAccount, order, 'liquidation', at, place, directory)),
    {
      kind: 'insert',
      table: 'trades',
      row: {
        ...who,
        ...fill,
        order_id: null,
        taker: true,
        liquidation: true,
        fee,
        funding_payment: -event.fundingPayment,
        published_at: chainTime(event.publishTime),
        slot: BigInt(place.slot),
      },
    },
    {
      kind: 'insert',
      table: 'liquidations',
      row: {
        ...who,
        ...fill,
        liquidator: event.liquidatorSubAccount,
        type: event.positionBase === 0n ? 'whole' : 'partial',
        liquidation_fee: event.liquidationFee,
        insurance_fee: event.insuranceFee,
        reward: event.liquidatorReward,
        loss: event.loss,
      },
    },
    projectPosition(
      {
        subAccount,
        market,
        authority,
        baseChange,
        base: event.positionBase,
        quoteEntry: event.positionQuoteEntry,
        quoteBreakEven: event.positionQuoteBreakEven,
        fundingIndex: event.positionBase > 0n ? event.fundingIndexLong : event.fundingIndexShort,
        realisedPnl: event.realisedPnl,
        fundingPaid: event.fundingPayment,
        fees: fee,
      },
      at,
    ),
    ...quoteBalance(subAccount, event.sequence, event.quoteBalance, at, directory),
    {
      kind: 'update',
      table: 'markets',
      key: { market },
      set: { ...marketAfter(event), sequence: event.marketSequence, updated_at: at },
    },
  ]
  if (event.fundingPayment !== 0n) {
    changes.push({
      kind: 'insert',
      table: 'funding_payments',
      row: {
        ...who,
        amount: -event.fundingPayment,
        position_base: event.positionBase - baseChange,
        sequence: event.sequence,
        at,
      },
    })
  }
  if (event.liquidatorSubAccount !== null && event.liquidatorSequence !== 0n) {
    changes.push(
      ...quoteBalance(
        event.liquidatorSubAccount,
        event.liquidatorSequence,
        event.liquidatorQuoteBalance,
        at,
        directory,
      ),
    )
  }
  return changes
}
