import { create } from 'zustand'
import type { NewOrder } from '#client/instructions/orders.ts'
import type { MarketId, OrderDto } from '#server/exchange/schema.ts'
import { baseText, priceText } from './decimal.ts'

/** An order the page has sent and the exchange's records do not show yet: drawn as such, never counted as placed. */
export type PendingOrder = Pick<
  OrderDto,
  'market' | 'side' | 'type' | 'limitPrice' | 'triggerPrice' | 'triggerDirection' | 'trailingDistance' | 'pegOffset'
> & {
  clientId: string
  /** Null for a bracket's child, which has none yet. */
  size: string | null
  at: number
}

type Pending = {
  orders: readonly PendingOrder[]
  /** Order ids whose cancellation or change is on its way. */
  changing: readonly string[]
}

export const usePending = create<Pending>()(() => ({ orders: [], changing: [] }))

export function pendingOrder(market: MarketId, order: NewOrder, at: number): PendingOrder {
  const orNull = (price: bigint | null | undefined): string | null =>
    price == null || price === 0n ? null : priceText(price)
  return {
    market,
    side: order.side,
    type: order.kind,
    clientId: String(order.clientId ?? 0n),
    size: order.size === 0n ? null : baseText(order.size),
    limitPrice: orNull(order.limitPrice),
    triggerPrice: orNull(order.triggerPrice),
    triggerDirection: order.triggerDirection === 'none' ? null : (order.triggerDirection ?? null),
    trailingDistance: orNull(order.trailingDistance),
    pegOffset: order.pegOffset == null ? null : priceText(order.pegOffset),
    at,
  }
}

export function addPendingOrders(added: readonly PendingOrder[]): void {
  usePending.setState(({ orders }) => ({ orders: [...orders, ...added] }))
}

export function removePendingOrders(clientIds: ReadonlySet<string>): void {
  usePending.setState(({ orders }) => ({ orders: orders.filter((order) => !clientIds.has(order.clientId)) }))
}

export function setChanging(orderIds: readonly string[], on: boolean): void {
  usePending.setState(({ changing }) => ({
    changing: on ? [...changing, ...orderIds] : changing.filter((id) => !orderIds.includes(id)),
  }))
}
