import { onUserMessage } from '#app/data/user.ts'
import type { FillDto, OrderDto, UserMessage } from '#server/exchange/schema.ts'
import { addBase } from './decimal.ts'

/** How an order ended, from the exchange's records. `open` when it still rests after the time to wait. */
export type OrderFate = { status: OrderDto['status']; reason: string | null; fills: readonly FillDto[] }

export type FateWatch = {
  /** Resolves when the records first show the order. */
  seen: Promise<void>
  /** Resolves when the order is over, or after `waitMs` with what is known. */
  settle: (waitMs: number) => Promise<OrderFate | null>
  stop: () => void
}

/** Orders whose end a toast awaits, so that nothing else announces it. Ids are counted by sub-account. */
const watched = new Set<string>()
const keyOf = ({ subAccount, orderId }: Pick<FillDto, 'subAccount' | 'orderId'>): string => `${subAccount}:${orderId}`

export const isWatched = (fill: FillDto): boolean => watched.has(keyOf(fill))

/**
 * Watches the order with this client id. Start it before sending: the fill may be told before the confirmation.
 * `announces`: the watcher tells of the fill, so nothing else needs to. The fill's message names only the order id, so both kinds are kept until the order itself has told its own.
 */
export function watchOrder(authority: string, clientId: string, { announces }: { announces: boolean }): FateWatch {
  let order: OrderDto | null = null
  const fills: FillDto[] = []
  const seen = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<void>()
  const own = (): FillDto[] => fills.filter((fill) => order !== null && keyOf(fill) === keyOf(order))
  const check = (): void => {
    if (order === null || order.status === 'open') return
    if (addBase(own().map((fill) => fill.size)) >= addBase([order.filled])) ended.resolve()
  }
  const stop = onUserMessage(authority, (message: UserMessage) => {
    if (message.type === 'order' && message.order.clientId === clientId) {
      order = message.order
      if (announces) watched.add(keyOf(order))
      seen.resolve()
    }
    if (message.type === 'fill') fills.push(message.fill)
    check()
  })
  return {
    seen: seen.promise,
    stop,
    settle: async (waitMs) => {
      await Promise.race([ended.promise, new Promise((resolve) => setTimeout(resolve, waitMs))])
      stop()
      return order === null ? null : { status: order.status, reason: order.reason, fills: own() }
    },
  }
}
