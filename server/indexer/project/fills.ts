import type { EventOf } from '#client/events.ts'
import type { Change } from '../changes.ts'
import { quoteBalance } from './accounts.ts'
import { cancel } from './orders.ts'
import { chainTime, type Directory, type Place } from './place.ts'
import { projectPosition } from './positions.ts'

const BASE_UNIT = 1_000_000_000n

/** Average price of a fill, 1e6 per base unit, to the nearest unit. */
export function fillPrice(quote: bigint, size: bigint): bigint {
  return (quote * BASE_UNIT + size / 2n) / size
}

export function projectOrderFilled(event: EventOf<'OrderFilled'>, place: Place, directory: Directory): Change[] {
  const at = chainTime(event.at)
  const { subAccount, orderId, side, size, quote } = event
  const { signature, path } = place
  const market = directory.market(event.marketIndex)
  const authority = directory.authority(subAccount)
  const who = { signature, path, sub_account: subAccount, authority, market }
  const fee = event.fee + event.keeperReward
  const changes: Change[] = [
    {
      kind: 'update',
      table: 'orders',
      key: { sub_account: subAccount, order_id: orderId },
      set: { filled: event.orderFilled, status: event.orderStatus, updated_at: at },
      add: { quote_filled: quote },
    },
    {
      kind: 'insert',
      table: 'order_events',
      row: { ...who, order_id: orderId, kind: 'filled', size, price: fillPrice(quote, size), at },
    },
    {
      kind: 'insert',
      table: 'trades',
      row: {
        ...who,
        order_id: orderId,
        side,
        taker: true,
        liquidation: false,
        price: fillPrice(quote, size),
        size,
        quote,
        fee,
        realised_pnl: event.realisedPnl,
        funding_payment: -event.fundingPayment,
        oracle_price: event.oraclePrice,
        published_at: chainTime(event.publishTime),
        position_base_after: event.positionBase,
        sequence: event.sequence,
        market_sequence: event.marketSequence,
        slot: BigInt(place.slot),
        at,
      },
    },
    projectPosition(
      {
        subAccount,
        market,
        authority,
        baseChange: side === 'buy' ? size : -size,
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
  if (event.cancelReason !== null) {
    changes.push(
      ...cancel(subAccount, { ...event, filled: event.orderFilled }, event.cancelReason, at, place, directory),
    )
  }
  if (event.fundingPayment !== 0n) {
    const positionBase = event.positionBase - (side === 'buy' ? size : -size)
    changes.push({
      kind: 'insert',
      table: 'funding_payments',
      row: { ...who, amount: -event.fundingPayment, position_base: positionBase, sequence: event.sequence, at },
    })
  }
  if (event.keeperSubAccount !== null && event.keeperSequence !== 0n) {
    changes.push(...quoteBalance(event.keeperSubAccount, event.keeperSequence, event.keeperQuoteBalance, at, directory))
  }
  return changes
}

/** The market's columns after a fill or a liquidation. */
export function marketAfter(event: EventOf<'OrderFilled'> | EventOf<'PositionLiquidated'>) {
  return {
    open_interest_long: event.openInterestLong,
    open_interest_short: event.openInterestShort,
    pool_base: event.poolBase,
    pool_quote: event.poolQuote,
    pool_allocation: event.poolAllocation,
    funding_index_long: event.fundingIndexLong,
    funding_index_short: event.fundingIndexShort,
  }
}
