/** Why a formula has no answer; the same names as `MathError` of the Rust crate. */
export type MathErrorCode =
  /** The exact result does not fit the type the program keeps it in. */
  | 'Overflow'
  /** A divisor that must be positive is zero: an unset parameter, or an empty total. */
  | 'DivisionByZero'
  /** A price that must be positive is not, or its exponent is outside −18..=0. */
  | 'InvalidPrice'
  /** The trade would move the pool's curve to a price of zero or below, or its spread exceeds 100 %. */
  | 'OutsideCurve'
  /** The account's equity already covers the liquidation target. */
  | 'NotLiquidatable'
  /** The first deposit of a pool is below the minimum. */
  | 'FirstDepositTooSmall'
  /** The amount is too small to mint or redeem anything. */
  | 'ZeroShares'
  /** Shares exist but the pool has no capital left. */
  | 'PoolWiped'

export class MathError extends Error {
  override readonly name = 'MathError'
  readonly code: MathErrorCode

  constructor(code: MathErrorCode, detail: string) {
    super(`${code}: ${detail}`)
    this.code = code
  }
}
