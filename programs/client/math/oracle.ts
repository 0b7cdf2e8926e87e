/** From a published price to ours, and how long it may be used. */
import type { Bps, Price } from '../units.ts'
import { MathError } from './error.ts'
import { abs, min, mulDivCeil, mulDivFloor, RATIO, u64 } from './fixed.ts'

const MIN_EXPONENT = -18
const PRICE_DECIMALS = 6
const MAX_RATIO = 2n ** 32n - 1n

/**
 * A published price · 10^exponent, rounded down.
 * @throws MathError InvalidPrice when it is not positive (before or after rounding) or the exponent is outside −18..=0.
 */
export function scalePrice(value: bigint, exponent: number): Price {
  const { multiplier, divisor } = priceScale(exponent)
  const price = value <= 0n ? 0n : u64(mulDivFloor(value, multiplier, divisor))
  if (price === 0n) throw new MathError('InvalidPrice', `${value}e${exponent} is not a positive price`)
  return price
}

/** A published confidence interval · 10^exponent, rounded up: doubt is never rounded away. */
export function scaleConfidence(value: bigint, exponent: number): Price {
  const { multiplier, divisor } = priceScale(exponent)
  return u64(mulDivCeil(value, multiplier, divisor))
}

/** |price − EMA| / EMA, rounded up. @throws MathError DivisionByZero for an EMA of zero. */
export function emaGap(price: Price, ema: Price): Bps {
  return Number(min(mulDivCeil(abs(price - ema), RATIO, ema), MAX_RATIO))
}

/** confidence / price, rounded up. @throws MathError DivisionByZero for a price of zero. */
export function confidenceRatio(price: Price, confidence: Price): Bps {
  return Number(min(mulDivCeil(confidence, RATIO, price), MAX_RATIO))
}

/** Oldest price (seconds) that may fill an order, by the EMA gap: up to 1 % → 10 s, up to 3 % → 5 s, above → 2 s. */
export function maxFillAge(gap: Bps): bigint {
  if (gap <= 100) return 10n
  return gap <= 300 ? 5n : 2n
}

function priceScale(exponent: number): { multiplier: bigint; divisor: bigint } {
  if (!Number.isInteger(exponent) || exponent < MIN_EXPONENT || exponent > 0) {
    throw new MathError('InvalidPrice', `exponent ${exponent} is outside ${MIN_EXPONENT}..0`)
  }
  const power = 10n ** BigInt(Math.abs(exponent + PRICE_DECIMALS))
  return exponent + PRICE_DECIMALS >= 0 ? { multiplier: power, divisor: 1n } : { multiplier: 1n, divisor: power }
}
