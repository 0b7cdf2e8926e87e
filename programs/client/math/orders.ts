/** What an order's own numbers mean: its price limit, its trigger, and a part of a position. */
import type { Base, Bps, Ppm, Price, Quote } from '../units.ts'
import type { Side } from './depth.ts'
import { MathError } from './error.ts'
import { takerFee } from './fees.ts'
import { abs, BASE, ceilDiv, max, min, mulDivCeil, mulDivFloor, RATIO, saturatingSub, u64 } from './fixed.ts'

/** A trailing stop's extreme moves by at least this share of itself (5 bp): anyone may ratchet, nobody is paid. */
export const RATCHET_STEP: Bps = 5

/** True when trading `size` for `quote` is no worse for the order's owner than `limitPrice`. */
export function isWithinLimit(side: Side, size: Base, quote: Quote, limitPrice: Price): boolean {
  return side === 'buy' ? quote * BASE <= size * limitPrice : quote * BASE >= size * limitPrice
}

/** Quote of trading `size` at exactly `limitPrice`, rounded so that the limit holds. @throws MathError Overflow. */
export function limitQuote(side: Side, size: Base, limitPrice: Price): Quote {
  return u64(side === 'buy' ? (size * limitPrice) / BASE : ceilDiv(size * limitPrice, BASE))
}

/** True when trading `size` for `quote` is, per unit of base, no worse than trading `otherSize` for `otherQuote`. */
export function isNoWorse(side: Side, size: Base, quote: Quote, otherSize: Base, otherQuote: Quote): boolean {
  return side === 'buy' ? quote * otherSize <= otherQuote * size : quote * otherSize >= otherQuote * size
}

/**
 * Price limit `slippage` worse than the oracle, to the tick on the oracle's side, so that it never allows more than
 * asked. The program takes any price for a market order; whole ticks only read better.
 * @throws MathError Overflow, also when a seller's slippage exceeds 100 %; DivisionByZero without a tick.
 */
export function slippageLimit(side: Side, price: Price, slippage: Bps, tick: Price = 1n): Price {
  const worse = BigInt(slippage)
  if (side === 'buy') return mulDivFloor(u64(mulDivFloor(price, RATIO + worse, RATIO)), 1n, tick) * tick
  return ceilDiv(u64(mulDivCeil(price, u64(RATIO - worse), RATIO)), tick) * tick
}

/** Share of `held`, rounded up to `step`, at most `held`. @throws MathError DivisionByZero without a step, Overflow. */
export function fractionSize(held: Base, fraction: Bps, step: Base): Base {
  return u64(min(ceilDiv(mulDivCeil(held, BigInt(fraction), RATIO), step) * step, held))
}

/**
 * Price limit of a pegged order: `offset` (signed) from the oracle, but a buyer's at most and a seller's at least `bound`
 * (0: none). @throws MathError InvalidPrice when oracle + offset is not positive, Overflow.
 */
export function peggedLimit(side: Side, oracle: Price, offset: Price, bound: Price): Price {
  const limit = positivePrice(oracle + offset)
  if (bound === 0n) return limit
  return side === 'buy' ? min(limit, bound) : max(limit, bound)
}

/** True once the oracle has reached the trigger, from the side the order waits on. */
export function isTriggered(isAbove: boolean, triggerPrice: Price, oracle: Price): boolean {
  return isAbove ? oracle >= triggerPrice : oracle <= triggerPrice
}

/**
 * Trigger of a trailing stop: a sell stop, which protects a long, sits `distance` below the highest price seen, a buy stop
 * above the lowest. @throws MathError InvalidPrice when it is not positive, Overflow.
 */
export function trailingTrigger(side: Side, extreme: Price, distance: Price): Price {
  return positivePrice(side === 'buy' ? extreme + distance : extreme - distance)
}

/**
 * The extreme of a trailing stop after `price`: the price itself when it is better for the position (higher for a sell
 * stop, lower for a buy stop) by at least {@link RATCHET_STEP} of the old extreme, else null.
 * @throws MathError InvalidPrice for a price of zero.
 */
export function ratchet(side: Side, extreme: Price, price: Price): Price | null {
  const gain = side === 'buy' ? extreme - positivePrice(price) : positivePrice(price) - extreme
  return gain > 0n && gain >= mulDivCeil(extreme, BigInt(RATCHET_STEP), RATIO) ? price : null
}

/**
 * True when trading `size` for `quote` is within `band` of its value at the oracle, without rounding.
 * @throws MathError Overflow for a band above 100 % of an extreme value.
 */
export function isNearOracle(size: Base, quote: Quote, oracle: Price, band: Bps): boolean {
  const value = size * oracle
  return abs(value - quote * BASE) <= mulDivFloor(value, BigInt(band), RATIO)
}

/** What trading `size` for `quote` loses against the oracle, rounded up; zero when it gains. @throws MathError Overflow. */
export function lossAgainstOracle(side: Side, size: Base, quote: Quote, oracle: Price): Quote {
  const [value, traded] = [size * oracle, quote * BASE]
  return u64(ceilDiv(side === 'buy' ? saturatingSub(traded, value) : saturatingSub(value, traded), BASE))
}

/** The most that filling `size` within `limitPrice` can cost against the oracle: the loss at the limit and the fee there. @throws MathError Overflow. */
export function worstCost(side: Side, size: Base, limitPrice: Price, oracle: Price, feePpm: Ppm): Quote {
  const quote = limitQuote(side, size, limitPrice)
  return u64(lossAgainstOracle(side, size, quote, oracle) + takerFee(quote, feePpm))
}

function positivePrice(price: bigint): Price {
  if (price <= 0n) throw new MathError('InvalidPrice', `${price} is not a positive price`)
  return u64(price)
}
