import type { Market, Order, SubAccount } from '#client/accounts.ts'
import { halfSpreadPpm, oneFillCap, poolQuote } from '#client/math/pool.ts'
import type { PostedPrice } from '#server/oracle/index.ts'

/** An order whose turn has come, and how it is executed. */
export type DueOrder = {
  subAccount: string
  orderId: bigint
  marketIndex: number
  eligibleFrom: number
  /** `taker`: filled with the one price across `eligibleFrom`. `resting`: with the market's cached price. `lapsed`: taken off. */
  way: 'taker' | 'resting' | 'lapsed'
}

const BASE = 1_000_000_000n
/** The program's window for takers. */
const FILL_WINDOW_S = 10
/** The chain's clock may run behind ours; an order is called lapsed when it has lapsed there too. */
const CLOCK_SLACK_S = 2
/** The program fills resting orders only with a price this young. */
const RESTING_PRICE_AGE_S = 3

/** Everything that can be executed now: takers first, because theirs is one price only. */
export function dueOrders(
  subAccounts: Iterable<readonly [string, SubAccount]>,
  markets: ReadonlyMap<number, Market>,
  posted: ReadonlyMap<string, PostedPrice>,
  nowS: number,
): DueOrder[] {
  const due: DueOrder[] = []
  for (const [address, subAccount] of subAccounts) {
    for (const order of subAccount.orders) {
      const market = markets.get(order.marketIndex)
      const way = market === undefined ? null : wayOf(order, subAccount, market, posted.get(market.symbol), nowS)
      if (way === null) continue
      const eligibleFrom = Number(order.eligibleFrom)
      due.push({ subAccount: address, orderId: order.orderId, marketIndex: order.marketIndex, eligibleFrom, way })
    }
  }
  return due.sort((a, b) => Number(a.way !== 'taker') - Number(b.way !== 'taker') || a.eligibleFrom - b.eligibleFrom)
}

function wayOf(
  order: Order,
  subAccount: SubAccount,
  market: Market,
  posted: PostedPrice | undefined,
  nowS: number,
): DueOrder['way'] | null {
  const eligibleFrom = Number(order.eligibleFrom)
  if (order.kind === 'market' || order.timeInForce === 'immediateOrCancel') {
    if (nowS >= eligibleFrom + FILL_WINDOW_S + CLOCK_SLACK_S) return 'lapsed'
    return posted !== undefined && posted.publishTime >= eligibleFrom ? 'taker' : null
  }
  const publishTime = Number(market.price.publishTime)
  // A post-only order meets only other traders' orders, never the pool.
  if (order.postOnly || publishTime < eligibleFrom || nowS - publishTime > RESTING_PRICE_AGE_S) return null
  return fillsNow(order, subAccount, market) ? 'resting' : null
}

/** True when the pool's quote is within the order's limit, or when nothing is left for a reduce-only order to do. */
export function fillsNow(order: Order, subAccount: SubAccount, market: Market): boolean {
  const { params, ledger } = market
  const { price, confidence } = market.price
  const isBuy = order.side === 'buy'
  const held = subAccount.positions.find(({ marketIndex }) => marketIndex === order.marketIndex)?.base ?? 0n
  const reducible = held < 0n === isBuy ? (held < 0n ? -held : held) : 0n
  const remaining = order.size - order.filled
  const wanted = order.reduceOnly && reducible < remaining ? reducible : remaining
  if (wanted === 0n) return true
  const cap = oneFillCap(params.depthK)
  const size = wanted < cap ? wanted : cap
  const curve = {
    price,
    userNetBase: -ledger.poolBase,
    depth: params.depthK,
    halfSpreadPpm: halfSpreadPpm(price, confidence, params.spreadPpm, params.confMultiplierBps),
  }
  const quote = poolQuote(curve, isBuy ? size : -size)
  return isBuy ? quote * BASE <= order.limitPrice * size : quote * BASE >= order.limitPrice * size
}
