import type { Market, Order, SubAccount } from '#client/accounts.ts'
import { isResting, limitAt } from '#client/order-rules.ts'

/** An order that may be the other side of a fill, at the market's cached price. */
export type RestingOrder = {
  readonly subAccount: string
  readonly authority: string
  readonly orderId: bigint
  readonly price: bigint
  readonly placedAt: bigint
}

/** Of one market, best price first, the elder of two before the other. */
type Side = { readonly buy: readonly RestingOrder[]; readonly sell: readonly RestingOrder[] }
export type RestingOrders = ReadonlyMap<number, Side>

/** As many as one fill may meet. */
const MOST_MAKERS = 4

export function restingOrders(
  subAccounts: Iterable<readonly [string, SubAccount]>,
  markets: ReadonlyMap<number, Market>,
  now: bigint,
): RestingOrders {
  const books = new Map<number, { buy: RestingOrder[]; sell: RestingOrder[] }>()
  for (const index of markets.keys()) books.set(index, { buy: [], sell: [] })
  for (const [address, { authority, orders }] of subAccounts) {
    for (const order of orders) {
      const market = markets.get(order.marketIndex)
      if (market === undefined || market.price.price === 0n || !isResting(order, now)) continue
      const price = limitOrNull(order, market)
      if (price === null) continue
      const { orderId, placedAt } = order
      books.get(order.marketIndex)?.[order.side].push({ subAccount: address, authority, orderId, price, placedAt })
    }
  }
  const byAge = (a: RestingOrder, b: RestingOrder) => Number(a.placedAt - b.placedAt)
  for (const { buy, sell } of books.values()) {
    buy.sort((a, b) => Number(b.price - a.price) || byAge(a, b))
    sell.sort((a, b) => Number(a.price - b.price) || byAge(a, b))
  }
  return books
}

/**
 * The makers offered to an order: the best-priced ones within its limit, of other owners, no younger than it, one per
 * sub-account. The program judges each and passes over those it does not want.
 */
export function makersFor(
  order: Pick<Order, 'side' | 'marketIndex' | 'placedAt'>,
  authority: string,
  limitPrice: bigint,
  resting: RestingOrders,
): RestingOrder[] {
  const book = resting.get(order.marketIndex)
  const isBuy = order.side === 'buy'
  const makers = new Map<string, RestingOrder>()
  for (const maker of (isBuy ? book?.sell : book?.buy) ?? []) {
    if (isBuy ? maker.price > limitPrice : maker.price < limitPrice) break
    const fits = maker.authority !== authority && maker.placedAt <= order.placedAt && !makers.has(maker.subAccount)
    if (fits) makers.set(maker.subAccount, maker)
    if (makers.size === MOST_MAKERS) break
  }
  return [...makers.values()]
}

/** An order's limit at the market's cached price; null where a peg leads to no price at all. */
export function limitOrNull(order: Order, market: Market): bigint | null {
  try {
    return limitAt(order, market.price.price)
  } catch {
    return null
  }
}
