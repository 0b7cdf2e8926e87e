/** When an order may fill, by the program's rules. Times in unix seconds. */
import type { Order } from './accounts.ts'
import { peggedLimit, slippageLimit, worstCost } from './math/orders.ts'
import type { TradedMarket } from './math/preview.ts'
import type { Base, Price, Quote } from './units.ts'

/** An order that takes has this long from `eligibleFrom` on; then it lapses, or rests. */
export const FILL_WINDOW_S = 10n

type Timed = Pick<Order, 'kind' | 'timeInForce' | 'stage' | 'eligibleFrom'>
type Stop = Pick<Order, 'reduceOnly' | 'triggerDirection' | 'defaultLimit'>
type Clocked = Timed & Stop & Pick<Order, 'takes' | 'expiresAt'>

/** Never rests: filled at its one price, or gone. */
export function isImmediate({ kind, timeInForce }: Pick<Order, 'kind' | 'timeInForce'>): boolean {
  return kind === 'market' || timeInForce === 'immediateOrCancel' || timeInForce === 'fillOrKill'
}

/** From here on an order that takes can no longer fill at its one price. */
export const lapsesAt = ({ eligibleFrom }: Pick<Order, 'eligibleFrom'>): bigint => eligibleFrom + FILL_WINDOW_S

/** Fills at the one price published across `eligibleFrom`; until its window has passed nobody can take it back. */
export function isInFlight(order: Clocked, now: bigint): boolean {
  return order.stage === 'active' && (isImmediate(order) || order.takes) && now < lapsesAt(order)
}

/** Nobody filled it in its window. */
export function hasLapsed(order: Timed, now: bigint): boolean {
  return order.stage === 'active' && isImmediate(order) && now >= lapsesAt(order)
}

/** A stop without a limit of its owner's: when it misses its moment it waits for its trigger again instead of leaving. */
export function rearms({ reduceOnly, triggerDirection, defaultLimit }: Stop): boolean {
  return reduceOnly && triggerDirection !== 'none' && defaultLimit
}

/** Fills at one price, or will once it is set off, woken or waits again: nobody can take it back then. All others rest. */
export function takes(order: Clocked, now: bigint): boolean {
  return order.stage !== 'active' || isImmediate(order) || isInFlight(order, now)
}

/**
 * What filling `size` of an order that takes may cost at worst, by the cached price, or by the trigger of one that waits
 * for it. @throws MathError when a peg leads to no price.
 */
export function costOfTaking(
  order: Pick<Order, 'side' | 'stage' | 'triggerPrice' | 'limitPrice' | 'pegged' | 'pegOffset'>,
  size: Base,
  market: Pick<TradedMarket, 'price' | 'takerFeePpm' | 'defaultSlippage'>,
): Quote {
  const { side, stage, triggerPrice } = order
  const oracle = stage !== 'active' && triggerPrice > 0n ? triggerPrice : market.price.price
  const limit = limitAt(order, oracle)
  const worst = limit === 0n ? slippageLimit(side, oracle, market.defaultSlippage) : limit
  return worstCost(side, size, worst, oracle, market.takerFeePpm)
}

/** Its time is over: nobody filled it in its window, or it has expired. Anyone may take it off. */
export function isOver(order: Clocked, now: bigint): boolean {
  if (isInFlight(order, now)) return false
  return (hasLapsed(order, now) && !rearms(order)) || (order.expiresAt !== 0n && now >= order.expiresAt)
}

/** Rests: may be the other side of somebody's fill. */
export function isResting(order: Clocked, now: bigint): boolean {
  return order.stage === 'active' && !isImmediate(order) && !isInFlight(order, now) && !isOver(order, now)
}

/** Its price limit where the oracle stands at `oracle`. @throws MathError when a peg leads to no price. */
export function limitAt(
  { side, limitPrice, pegged, pegOffset }: Pick<Order, 'side' | 'limitPrice' | 'pegged' | 'pegOffset'>,
  oracle: Price,
): Price {
  return pegged ? peggedLimit(side, oracle, pegOffset, limitPrice) : limitPrice
}
