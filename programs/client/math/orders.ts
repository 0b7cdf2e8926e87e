/** What an order's own numbers mean: its price limit, and a part of a position. */
import type { Base, Bps, Price, Quote } from '../units.ts'
import type { Side } from './depth.ts'
import { BASE, ceilDiv, min, mulDivCeil, mulDivFloor, RATIO, u64 } from './fixed.ts'

/** True when trading `size` for `quote` is no worse for the order's owner than `limitPrice`. */
export function isWithinLimit(side: Side, size: Base, quote: Quote, limitPrice: Price): boolean {
  return side === 'buy' ? quote * BASE <= size * limitPrice : quote * BASE >= size * limitPrice
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
