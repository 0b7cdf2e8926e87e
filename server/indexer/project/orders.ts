import { ORDER_FLAGS } from '#client/accounts.ts'
import type { EventOf } from '#client/events.ts'
import type { CanceledOrder, CancelReason } from '#client/generated/types.ts'
import type { CancelReason as CancelReasonColumn } from '#server/platform/db/types.ts'
import type { Change } from '../changes.ts'
import { touch } from './accounts.ts'
import { chainTime, type Directory, type Place } from './place.ts'

const REASONS = {
  requested: 'requested',
  lapsed: 'lapsed',
  priceLimit: 'price_limit',
  nothingToReduce: 'nothing_to_reduce',
  insufficientMargin: 'insufficient_margin',
  poolCapacity: 'pool_capacity',
  liquidation: 'liquidation',
  riskRefused: 'risk_refused',
  priceRefused: 'price_refused',
} as const satisfies Record<CancelReason, CancelReasonColumn>

export function projectOrderPlaced(
  event: EventOf<'OrderPlaced'>,
  { signature, path }: Place,
  directory: Directory,
): Change[] {
  const at = chainTime(event.at)
  const { subAccount, orderId, size, limitPrice } = event
  const authority = directory.authority(subAccount)
  const market = directory.market(event.marketIndex)
  return [
    touch(subAccount, event.sequence, at),
    {
      kind: 'put',
      table: 'orders',
      row: {
        sub_account: subAccount,
        order_id: orderId,
        authority,
        market,
        client_id: event.clientId === 0n ? null : event.clientId,
        side: event.side,
        type: event.kind,
        time_in_force: event.timeInForce === 'immediateOrCancel' ? 'ioc' : 'gtc',
        reduce_only: (event.flags & ORDER_FLAGS.reduceOnly) !== 0,
        post_only: (event.flags & ORDER_FLAGS.postOnly) !== 0,
        size,
        filled: 0n,
        quote_filled: 0n,
        limit_price: limitPrice,
        status: 'open',
        reason: null,
        eligible_at: chainTime(event.eligibleFrom),
        placed_at: at,
        updated_at: at,
        signature,
      },
    },
    {
      kind: 'insert',
      table: 'order_events',
      row: {
        signature,
        path,
        sub_account: subAccount,
        order_id: orderId,
        authority,
        market,
        kind: 'placed',
        size,
        price: limitPrice,
        at,
      },
    },
  ]
}

export function projectOrderCanceled(event: EventOf<'OrderCanceled'>, place: Place, directory: Directory): Change[] {
  const at = chainTime(event.at)
  return [
    touch(event.subAccount, event.sequence, at),
    ...event.orders.flatMap((order) => cancel(event.subAccount, order, event.reason, at, place, directory)),
  ]
}

/** An order that left the book with something unfilled. One that nobody filled in its window has expired. */
export function cancel(
  subAccount: string,
  { orderId, marketIndex, filled }: Pick<CanceledOrder, 'orderId' | 'marketIndex' | 'filled'>,
  reason: CancelReason,
  at: Date,
  { signature, path }: Place,
  directory: Directory,
): Change[] {
  const status = reason === 'lapsed' ? 'expired' : 'canceled'
  return [
    {
      kind: 'update',
      table: 'orders',
      key: { sub_account: subAccount, order_id: orderId },
      set: { status, reason: REASONS[reason], filled, updated_at: at },
    },
    {
      kind: 'insert',
      table: 'order_events',
      row: {
        signature,
        path,
        sub_account: subAccount,
        order_id: orderId,
        authority: directory.authority(subAccount),
        market: directory.market(marketIndex),
        kind: status,
        reason: REASONS[reason],
        size: filled,
        at,
      },
    },
  ]
}
