/** Shares of the liquidity pool, 6 decimals like the USDC that buys the first ones. */
import type { Quote } from '../units.ts'
import { MathError } from './error.ts'
import { min, mulDivFloor, QUOTE, u64 } from './fixed.ts'

/** Smallest first deposit ($1 000). */
export const FIRST_DEPOSIT: Quote = 1_000n * QUOTE
/** Shares of the first deposit that nobody owns, so that the share price cannot be inflated by a donation. */
export const LOCKED_SHARES = 1_000_000n

export type ShareMint = {
  /** To the depositor. */
  readonly shares: bigint
  /** Added to the total but owned by nobody. */
  readonly locked: bigint
}

/**
 * Shares, rounded down, for `deposit` into a pool worth `nav` before it.
 * @throws MathError FirstDepositTooSmall, ZeroShares, PoolWiped (shares without capital), Overflow.
 */
export function mintShares(deposit: Quote, totalShares: bigint, nav: Quote): ShareMint {
  if (totalShares === 0n) {
    if (deposit < FIRST_DEPOSIT) throw new MathError('FirstDepositTooSmall', `${deposit} is below ${FIRST_DEPOSIT}`)
    return { shares: deposit - LOCKED_SHARES, locked: LOCKED_SHARES }
  }
  return { shares: nonZero(u64(mulDivFloor(deposit, totalShares, positive(nav)))), locked: 0n }
}

/**
 * Quote, rounded down, for `shares` at the lower of the value when the exit was requested and the value now.
 * @throws MathError ZeroShares, PoolWiped, DivisionByZero (no shares at all), Overflow.
 */
export function redeemShares(shares: bigint, totalShares: bigint, navAtRequest: Quote, nav: Quote): Quote {
  return nonZero(u64(mulDivFloor(shares, positive(min(nav, navAtRequest)), totalShares)))
}

function positive(nav: Quote): Quote {
  if (nav <= 0n) throw new MathError('PoolWiped', `the pool is worth ${nav}`)
  return nav
}

function nonZero(amount: bigint): bigint {
  if (amount === 0n) throw new MathError('ZeroShares', 'the amount is too small')
  return amount
}
