/**
 * Integer arithmetic with the rounding written in the name, and the bounds of the types the program keeps results in:
 * bigint never overflows by itself, so each result passes through `u64`, `i64` … where Rust narrows it.
 */
import { MathError } from './error.ts'

export const BASE = 1_000_000_000n
export const QUOTE = 1_000_000n
export const RATIO = 10_000n
export const PPM = 1_000_000n

const bounded =
  (name: string, min: bigint, max: bigint) =>
  (value: bigint): bigint => {
    if (value < min || value > max) throw new MathError('Overflow', `${value} does not fit ${name}`)
    return value
  }

export const u32 = bounded('u32', 0n, 2n ** 32n - 1n)
export const u64 = bounded('u64', 0n, 2n ** 64n - 1n)
export const i64 = bounded('i64', -(2n ** 63n), 2n ** 63n - 1n)
export const u128 = bounded('u128', 0n, 2n ** 128n - 1n)

/** ⌊a·b / divisor⌋ for a, b ≥ 0. @throws MathError DivisionByZero, Overflow (above u128). */
export function mulDivFloor(a: bigint, b: bigint, divisor: bigint): bigint {
  if (divisor === 0n) throw new MathError('DivisionByZero', `${a}·${b} / 0`)
  return u128((a * b) / divisor)
}

/** ⌈a·b / divisor⌉ for a, b ≥ 0. @throws MathError DivisionByZero, Overflow (above u128). */
export function mulDivCeil(a: bigint, b: bigint, divisor: bigint): bigint {
  if (divisor === 0n) throw new MathError('DivisionByZero', `${a}·${b} / 0`)
  return u128((a * b + divisor - 1n) / divisor)
}

/** ⌈a / divisor⌉ for a ≥ 0. @throws MathError DivisionByZero. */
export function ceilDiv(a: bigint, divisor: bigint): bigint {
  return mulDivCeil(a, 1n, divisor)
}

/** ⌊a / divisor⌋ towards minus infinity, divisor > 0. @throws MathError DivisionByZero. */
export function floorDivSigned(a: bigint, divisor: bigint): bigint {
  if (divisor <= 0n) throw new MathError('DivisionByZero', `${a} / ${divisor}`)
  const quotient = a / divisor
  return a < 0n && quotient * divisor !== a ? quotient - 1n : quotient
}

export const abs = (value: bigint): bigint => (value < 0n ? -value : value)
export const min = (a: bigint, b: bigint): bigint => (a < b ? a : b)
export const max = (a: bigint, b: bigint): bigint => (a > b ? a : b)
export const saturatingSub = (a: bigint, b: bigint): bigint => max(a - b, 0n)
export const clamp = (value: bigint, low: bigint, high: bigint): bigint => min(max(value, low), high)
