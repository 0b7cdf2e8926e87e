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

/** What the pool was worth at one time: `nav` for all its `shares`. */
export type PoolValue = { readonly shares: bigint; readonly nav: Quote }

/**
 * Shares, rounded down, for `deposit` at the higher value per share, when it was requested or now (before the deposit). A
 * pool that was worth nothing at the request, or had no shares, does not count.
 * @throws MathError FirstDepositTooSmall, ZeroShares, PoolWiped (shares without capital), Overflow.
 */
export function mintShares(deposit: Quote, atRequest: PoolValue, now: PoolValue): ShareMint {
  if (now.shares === 0n) {
    if (deposit < FIRST_DEPOSIT) throw new MathError('FirstDepositTooSmall', `${deposit} is below ${FIRST_DEPOSIT}`)
    return { shares: deposit - LOCKED_SHARES, locked: LOCKED_SHARES }
  }
  const bought = (pool: PoolValue): bigint => mulDivFloor(deposit, pool.shares, positive(pool.nav))
  const hadPrice = atRequest.shares > 0n && atRequest.nav > 0n
  const shares = hadPrice ? min(bought(now), bought(atRequest)) : bought(now)
  return { shares: nonZero(u64(shares)), locked: 0n }
}

/**
 * Quote, rounded down, for `shares` at the lower value per share, when the exit was requested or now. Per share, because
 * deposits and other exits between the two change the pool's value without changing what a share is worth.
 * @throws MathError ZeroShares, PoolWiped, DivisionByZero (no shares at all), Overflow.
 */
export function redeemShares(shares: bigint, atRequest: PoolValue, now: PoolValue): Quote {
  const worth = (pool: PoolValue): Quote => mulDivFloor(shares, positive(pool.nav), pool.shares)
  return nonZero(u64(min(worth(atRequest), worth(now))))
}

function positive(nav: Quote): Quote {
  if (nav <= 0n) throw new MathError('PoolWiped', `the pool is worth ${nav}`)
  return nav
}

function nonZero(amount: bigint): bigint {
  if (amount === 0n) throw new MathError('ZeroShares', 'the amount is too small')
  return amount
}
