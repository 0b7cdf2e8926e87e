import { min } from '#client/math/fixed.ts'
import {
  accountHealth,
  curveOf,
  freeCollateral,
  largestSize,
  oneFillCap,
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
import { isImmediate } from './kinds.ts'

const ONE_BASE = 10n ** 9n

/** Base of the account's position on the other side of this order: what it would close. */
export function closableBase(side: Side, market: MarketView, portfolio: Portfolio): Base {
  const { base } = positionIn(portfolio, market)
  return side === 'buy' ? (base < 0n ? -base : 0n) : base > 0n ? base : 0n
}

type Sized = {
  fields: TicketFields
  /** About the price it trades at. */
  reference: Price
  market: MarketView
  portfolio: Portfolio
  /** Whether margin lacks nothing for this size. */
  isCarried: (size: Base) => boolean
}

/**
 * The largest size, on a step, that margin and the pool accept now and that keeps what it opens within leverage × free
 * collateral; what only closes needs none. 0 where the formulas have no answer.
 */
export function largestBase(input: Sized): Base {
  return answerOf(() => largest(input)) ?? 0n
}

function largest({ fields, reference, market, portfolio, isCarried }: Sized): Base {
  const { side, reduceOnly } = fields
  const closable = closableBase(side, market, portfolio)
  if (reduceOnly) return closable
  const power = (freeAfterClosing(side, closable, market, portfolio) * BigInt(Math.round(fields.leverage * 100))) / 100n
  const room = min(closable + (power * ONE_BASE) / reference, openInterestRoom(side, market))
  const highest = isImmediate(fields) ? min(room, oneFillCap(market.depth)) : room
  return largestSize(0n, floorStep(highest, market.stepSize), market.stepSize, isCarried)
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
