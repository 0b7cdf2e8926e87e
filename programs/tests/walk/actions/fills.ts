/** What keepers do for orders: fill them, at their one price or from the cached one, against makers and the pool. */
import { attempt, writable } from '../attempt.ts'
import type { Market, Sub } from '../mirror.ts'
import { FILL_WINDOW, FLAG, has, isBuy, isImmediate, KIND, limitAt, type Order, priceRuleOf, STAGE } from '../order.ts'
import { type Action, addresses, type Walk } from '../walk.ts'

const MOST_MAKERS = 4

export type OwnOrder = { readonly sub: Sub; readonly order: Order }

/** Its limit now; null when a pegged one has no price. */
function limitOf(order: Order, market: Market): bigint | null {
  const isNowhere = has(order, FLAG.pegged) && market.price.price + order.pegOffset <= 0n
  return isNowhere ? null : limitAt(order, market.price.price)
}

export function activeOrders(walk: Walk, marketIndex?: number): OwnOrder[] {
  return walk
    .subs()
    .flatMap((sub) =>
      sub.orders
        .filter(
          (order) => order.stage === STAGE.active && (marketIndex === undefined || order.marketIndex === marketIndex),
        )
        .map((order) => ({ sub, order })),
    )
}

/** Resting orders that a taker may meet, the best prices first, of different accounts. */
export function makersFor(
  walk: Walk,
  market: Market,
  taker: { sub: Sub; side: number; limit: bigint | null; placedAt: bigint },
): OwnOrder[] {
  const wantsLow = taker.side === 0
  const priced = activeOrders(walk, market.index).flatMap((own) => {
    const price = limitOf(own.order, market)
    return price === null ? [] : [{ ...own, price }]
  })
  const fitting = priced.filter(
    ({ sub, order, price }) =>
      order.side !== taker.side &&
      order.kind === KIND.limit &&
      priceRuleOf(order, BigInt(walk.now)) === 'cached' &&
      order.placedAt <= taker.placedAt &&
      (sub.authority !== taker.sub.authority || walk.random.chance(0.1)) &&
      sub.key !== taker.sub.key &&
      (taker.limit === null ||
        taker.limit === 0n ||
        (wantsLow ? price <= taker.limit : price >= taker.limit) ||
        walk.random.chance(0.05)),
  )
  const sorted = fitting.toSorted((a, b) => Number(wantsLow ? a.price - b.price : b.price - a.price))
  const chosen: OwnOrder[] = []
  for (const own of sorted) if (!chosen.some(({ sub }) => sub.key === own.sub.key)) chosen.push(own)
  return chosen.slice(0, walk.random.int(0, MOST_MAKERS))
}

/** An account that earns rewards and is no party of the trade. */
export function keeperAccount(walk: Walk, parties: readonly Sub[]): string | null {
  if (walk.random.chance(0.1)) return null
  const free = walk.subs().filter((sub) => parties.every((party) => party.key !== sub.key))
  return walk.random.pick(free)?.key ?? null
}

function isFillable(walk: Walk, { sub, order }: OwnOrder): boolean {
  const now = BigInt(walk.now)
  const market = walk.mirror.market(order.marketIndex)
  if (isImmediate(order) && now >= order.eligibleFrom + FILL_WINDOW) return true
  if (priceRuleOf(order, now) === 'one') return walk.feeds[market.index]?.across(Number(order.eligibleFrom)) != null
  const { price, publishTime } = market.price
  const limit = limitOf(order, market)
  if (limit === null) return false
  const crosses = isBuy(order) ? limit > price : limit < price
  const isFresh = publishTime >= order.eligibleFrom && now - publishTime <= 3n
  if (crosses && isFresh) return true
  const taker = { sub, side: order.side, limit, placedAt: order.placedAt }
  return publishTime >= order.eligibleFrom && makersFor(walk, market, taker).length > 0
}

export const executeOrder: Action = (walk) => {
  if (walk.keepersAreOut) return null
  const { random } = walk
  const open = activeOrders(walk)
  // Looking at a few keeps a step short; another step looks at others.
  const sample = Array.from({ length: 6 }, () => random.pick(open)).filter((own) => own !== undefined)
  const chosen = sample.find((own) => isFillable(walk, own)) ?? (random.chance(0.03) ? sample[0] : undefined)
  if (!chosen) return null
  const { sub, order } = chosen
  const market = walk.mirror.market(order.marketIndex)
  const feed = walk.feeds[market.index]
  const one = priceRuleOf(order, BigInt(walk.now)) === 'one' ? feed?.across(Number(order.eligibleFrom)) : null
  const taker = { sub, side: order.side, limit: limitOf(order, market), placedAt: order.placedAt }
  const makers = random.chance(0.75) ? makersFor(walk, market, taker) : []
  const parties = [sub, ...makers.map((maker) => maker.sub)]
  const accounts = {
    keeper: random.pick(walk.traders)?.authority ?? null,
    exchange: addresses.exchange,
    market: market.key,
    subAccount: sub.key,
    userAccount: addresses.user(sub.authority),
    keeperSubAccount: keeperAccount(walk, parties),
    priceUpdate: feed && (one || random.chance(0.3)) ? feed.show(walk.chain, one ?? feed.latest) : null,
  }
  const label = makers.length > 0 ? 'executeOrder with makers' : 'executeOrder'
  return attempt(
    'executeOrder',
    accounts,
    { orderId: order.orderId, makerOrderIds: makers.map((maker) => maker.order.orderId) },
    {
      label,
      remaining: [...makers.map((maker) => writable(maker.sub.key)), ...walk.marginAccounts(parties, [market.key])],
    },
  )
}
