import type { FillDto, OrderDto } from '#server/exchange/schema.ts'
import { clientIdOf, type Twap } from './model.ts'
import { useTwaps } from './store.ts'

/* Orders that are slices of something larger: their fills are told together, when the whole is over. */

const slices = new Set<string>()
const keyOf = ({ subAccount, orderId }: Pick<FillDto, 'subAccount' | 'orderId'>): string => `${subAccount}:${orderId}`

export const isSlice = (fill: FillDto): boolean => slices.has(keyOf(fill))

/** An order's own message comes before its fills and is the only one that has its client id. */
export function noteSlice(order: OrderDto): void {
  if (useTwaps.getState().twaps.some((twap) => isSliceOf(twap, order))) slices.add(keyOf(order))
}

const isSliceOf = (twap: Twap, { authority, clientId }: OrderDto): boolean =>
  clientId !== null && twap.authority === authority && BigInt(clientId) >> 12n === clientIdOf(twap, 0) >> 12n
