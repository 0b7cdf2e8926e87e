import { orderFlags } from '#client/accounts.ts'
import type { EventOf } from '#client/events.ts'
import type { CanceledOrder, CancelReason, OrderRecord, TimeInForce } from '#client/generated/types.ts'
import type {
  CancelReason as CancelReasonColumn,
  OrderEventKind,
  TimeInForce as TimeInForceColumn,
} from '#server/platform/db/types.ts'
import type { Change } from '../changes.ts'
import { touch } from './accounts.ts'
import { chainTime, type Directory, orNull, type Place } from './place.ts'

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
  expired: 'expired',
  groupFilled: 'group_filled',
  parentGone: 'parent_gone',
  selfTrade: 'self_trade',
  delegateBudget: 'delegate_budget',
  belowInitialMargin: 'below_initial_margin',
  marketSettled: 'market_settled',
} as const satisfies Record<CancelReason, CancelReasonColumn>

const TIMES_IN_FORCE = {
  goodTillCancel: 'gtc',
  immediateOrCancel: 'ioc',
  fillOrKill: 'fok',
  goodTillTime: 'gtt',
} as const satisfies Record<TimeInForce, TimeInForceColumn>

const STAGES = {
  active: 'active',
  awaitingTrigger: 'awaiting_trigger',
  awaitingParent: 'awaiting_parent',
} as const

/** What the program may change of an order after it was placed. */
function orderState(record: OrderRecord) {
  const { takes, byDelegate } = orderFlags(record.flags)
  return {
    size: record.size,
    filled: record.filled,
    limit_price: record.limitPrice,
    stage: STAGES[record.stage],
    trigger_price: orNull(record.triggerPrice),
    trailing_distance: orNull(record.trailingDistance),
    trailing_extreme: orNull(record.trailingExtreme),
    peg_offset: orderFlags(record.flags).pegged ? record.pegOffset : null,
    expires_at: record.expiresAt === 0n ? null : chainTime(record.expiresAt),
    eligible_at: chainTime(record.eligibleFrom),
    takes,
    by_delegate: byDelegate,
  }
}

export function projectOrderPlaced(event: EventOf<'OrderPlaced'>, place: Place, directory: Directory): Change[] {
  const at = chainTime(event.at)
  const { subAccount } = event
  const authority = directory.authority(subAccount)
  const market = directory.market(event.marketIndex)
  return [
    touch(subAccount, event.sequence, at),
    ...event.orders.flatMap((record): Change[] => {
      const { reduceOnly, postOnly, oneCancelsOther, bracket } = orderFlags(record.flags)
      return [
        {
          kind: 'put',
          table: 'orders',
          row: {
            sub_account: subAccount,
            order_id: record.orderId,
            authority,
            market,
            client_id: orNull(record.clientId),
            side: record.side,
            type: record.kind,
            time_in_force: TIMES_IN_FORCE[record.timeInForce],
            reduce_only: reduceOnly,
            post_only: postOnly,
            one_cancels_other: oneCancelsOther,
            bracket,
            trigger_direction: record.triggerDirection === 'none' ? null : record.triggerDirection,
            group_id: record.groupId === 0 ? null : BigInt(record.groupId),
            parent_id: orNull(record.parentId),
            quote_filled: 0n,
            status: 'open',
            reason: null,
            placed_at: at,
            updated_at: at,
            signature: place.signature,
            ...orderState(record),
          },
        },
        orderEvent('placed', subAccount, market, record, at, place, directory),
      ]
    }),
  ]
}

export function projectOrderModified(event: EventOf<'OrderModified'>, place: Place, directory: Directory): Change[] {
  return orderAfter('modified', event, place, directory)
}

export function projectOrderTriggered(event: EventOf<'OrderTriggered'>, place: Place, directory: Directory): Change[] {
  return orderAfter('triggered', event, place, directory)
}

function orderAfter(
  kind: OrderEventKind,
  event: EventOf<'OrderModified'> | EventOf<'OrderTriggered'>,
  place: Place,
  directory: Directory,
): Change[] {
  const at = chainTime(event.at)
  const market = directory.market(event.marketIndex)
  return [
    touch(event.subAccount, event.sequence, at),
    ...rewritten(kind, event.subAccount, market, event.order, at, place, directory),
  ]
}

export function projectOrderRearmed(event: EventOf<'OrderRearmed'>, place: Place, directory: Directory): Change[] {
  const at = chainTime(event.at)
  const market = directory.market(event.marketIndex)
  return [
    touch(event.subAccount, event.sequence, at),
    ...rewritten('rearmed', event.subAccount, market, event.order, at, place, directory),
  ]
}

export function projectTrailingStopMoved(
  event: EventOf<'TrailingStopMoved'>,
  { signature, path }: Place,
  directory: Directory,
): Change[] {
  const at = chainTime(event.at)
  const { subAccount, orderId, trailingExtreme, triggerPrice } = event
  return [
    touch(subAccount, event.sequence, at),
    {
      kind: 'update',
      table: 'orders',
      key: { sub_account: subAccount, order_id: orderId },
      set: { trailing_extreme: trailingExtreme, trigger_price: triggerPrice, updated_at: at },
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
        market: directory.market(event.marketIndex),
        kind: 'trailed',
        size: 0n,
        price: triggerPrice,
        at,
      },
    },
  ]
}

export function projectOrderCanceled(event: EventOf<'OrderCanceled'>, place: Place, directory: Directory): Change[] {
  const at = chainTime(event.at)
  return [
    touch(event.subAccount, event.sequence, at),
    ...event.orders.flatMap((order) => cancel(event.subAccount, order, at, place, directory)),
  ]
}

/** An order that left the book with something unfilled. One whose time passed has expired. */
export function cancel(
  subAccount: string,
  { orderId, marketIndex, filled, reason }: Omit<CanceledOrder, 'clientId'>,
  at: Date,
  { signature, path }: Place,
  directory: Directory,
): Change[] {
  const status = reason === 'lapsed' || reason === 'expired' ? 'expired' : 'canceled'
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

/** An order of `market` that the fill of another one woke, cut or sent back to sleep. */
export function resized(
  subAccount: string,
  market: string,
  record: OrderRecord,
  at: Date,
  place: Place,
  directory: Directory,
): Change[] {
  return rewritten('resized', subAccount, market, record, at, place, directory)
}

/** The rest of an order after a fill of its own: bound to its next price, or back to where it waits or sleeps. */
export function goesOn(
  subAccount: string,
  market: string,
  record: OrderRecord,
  at: Date,
  place: Place,
  directory: Directory,
): Change[] {
  const kind = record.stage === 'awaitingTrigger' ? 'rearmed' : 'resized'
  const changes = rewritten(kind, subAccount, market, record, at, place, directory)
  return record.stage === 'active' ? changes.filter((change) => change.kind === 'update') : changes
}

function rewritten(
  kind: OrderEventKind,
  subAccount: string,
  market: string,
  record: OrderRecord,
  at: Date,
  place: Place,
  directory: Directory,
): Change[] {
  return [
    {
      kind: 'update',
      table: 'orders',
      key: { sub_account: subAccount, order_id: record.orderId },
      set: { ...orderState(record), updated_at: at },
    },
    orderEvent(kind, subAccount, market, record, at, place, directory),
  ]
}

function orderEvent(
  kind: OrderEventKind,
  subAccount: string,
  market: string,
  { orderId, size, limitPrice }: OrderRecord,
  at: Date,
  { signature, path }: Place,
  directory: Directory,
): Change {
  const authority = directory.authority(subAccount)
  const what = { kind, size, price: orNull(limitPrice), at }
  return {
    kind: 'insert',
    table: 'order_events',
    row: { signature, path, sub_account: subAccount, order_id: orderId, authority, market, ...what },
  }
}
