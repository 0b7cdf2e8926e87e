import {
  accountHealth,
  curveOf,
  freeCollateral,
  maxOrderSize,
  type Portfolio,
  poolQuote,
  poolRoom,
  positionIn,
  withFill,
} from '#client/math/index.ts'
import type { Base, Price } from '#client/units.ts'
import type { Side } from '#server/exchange/schema.ts'
import { answerOf } from '../account/answer.ts'
import type { MarketView } from '../account/market-view.ts'
import { floorStep, type TicketFields } from './fields.ts'

const ONE_BASE = 10n ** 9n

/** True for an order that is filled or dropped at the next price, instead of resting. */
export const takesAtOnce = ({ type, timeInForce }: Pick<TicketFields, 'type' | 'timeInForce'>): boolean =>
  type === 'market' || timeInForce === 'ioc'

/** Base of the account's position on the other side of this order: what it would close. */
export function closableBase(side: Side, market: MarketView, portfolio: Portfolio): Base {
  const { base } = positionIn(portfolio, market)
  return side === 'buy' ? (base < 0n ? -base : 0n) : base > 0n ? base : 0n
}

/**
 * The largest size, on a step, that margin and the pool accept now and that keeps what it opens within leverage × free
 * collateral. What only closes needs no free collateral. 0 where the formulas have no answer at this price.
 */
export function largestBase(...order: Parameters<typeof largest>): Base {
  return answerOf(() => largest(...order)) ?? 0n
}

function largest(fields: TicketFields, limitPrice: Price, market: MarketView, portfolio: Portfolio | null): Base {
  if (portfolio === null) return 0n
  const { side, reduceOnly } = fields
  const closable = closableBase(side, market, portfolio)
  if (reduceOnly) return closable
  const price = takesAtOnce(fields) ? market.price.price : limitPrice
  const power = (freeAfterClosing(side, closable, market, portfolio) * BigInt(Math.round(fields.leverage * 100))) / 100n
  const highest = min(closable + (power * ONE_BASE) / price, openInterestRoom(side, market))
  return floorStep(
    takesAtOnce(fields)
      ? maxOrderSize(portfolio, market, { side, highest, worstPrice: limitPrice })
      : maxOrderSize(portfolio, market, { side, highest, limitPrice }),
    market.stepSize,
  )
}

function freeAfterClosing(side: Side, closable: Base, market: MarketView, portfolio: Portfolio): bigint {
  const base = side === 'buy' ? closable : -closable
  const closed =
    closable === 0n
      ? portfolio
      : withFill(portfolio, market, { base, quote: poolQuote(curveOf(market), base), fee: 0n }).portfolio
  return freeCollateral(accountHealth(closed, 'Initial'))
}

/** Base this side's open interest may still grow by. A cap of 0 means that only the pool's own cap holds. */
export function openInterestRoom(side: Side, market: MarketView): Base {
  const { openInterestCap, openInterestLong, openInterestShort } = market
  const room = poolRoom(curveOf(market), market, side)
  if (openInterestCap === 0n) return room
  const left = openInterestCap - (side === 'buy' ? openInterestLong : openInterestShort)
  return min(room, left < 0n ? 0n : left)
}

const min = (a: bigint, b: bigint): bigint => (a < b ? a : b)
