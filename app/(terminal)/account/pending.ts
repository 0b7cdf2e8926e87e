import { create } from 'zustand'
import type { MarketId, OrderType, Side } from '#server/exchange/schema.ts'

/** An order the page has sent and the exchange's records do not show yet: drawn as such, never counted as placed. */
export type PendingOrder = {
  clientId: string
  market: MarketId
  side: Side
  type: OrderType
  size: string
  limitPrice: string
  reduceOnly: boolean
  at: number
}

type Pending = {
  orders: readonly PendingOrder[]
  /** Order ids whose cancellation is on its way. */
  canceling: readonly string[]
}

export const usePending = create<Pending>()(() => ({ orders: [], canceling: [] }))

export function addPendingOrder(order: PendingOrder): void {
  usePending.setState(({ orders }) => ({ orders: [...orders, order] }))
}

export function removePendingOrder(clientId: string): void {
  usePending.setState(({ orders }) => ({ orders: orders.filter((order) => order.clientId !== clientId) }))
}

export function setCanceling(orderIds: readonly string[], on: boolean): void {
  usePending.setState(({ canceling }) => ({
    canceling: on ? [...canceling, ...orderIds] : canceling.filter((id) => !orderIds.includes(id)),
  }))
}
