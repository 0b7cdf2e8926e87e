/** What a fill does to a position. */
import type { Base, Quote } from '../units.ts'
import { abs, floorDivSigned, i64 } from './fixed.ts'

/** A position's own numbers. Quotes are signed cash: a long has paid, so they are negative. */
export type Position = {
  readonly base: Base
  /** Cash of the trades that opened what is held now. */
  readonly quoteEntry: Quote
  /** The same with fees (and funding, which the caller adds): closing at this total loses nothing. */
  readonly quoteBreakEven: Quote
}

export type FillOutcome = {
  readonly position: Position
  /** To be added to the USDC balance; zero unless the fill reduces. Fees are not in it. */
  readonly realisedPnl: Quote
  /** Base of the old position that the fill closed. */
  readonly closedBase: Base
}

/**
 * Applies a fill of `base` (> 0 bought) for `quote` (signed cash of this account: buying is negative) at a cost of
 * `fee` (a rebate is negative).
 *
 * Nothing is lost: new entry + realised PnL = old entry + quote. A reduction removes its share of the entry rounded
 * down, so PnL rounds down; a flip splits the quote towards zero and the new side's entry takes what is left.
 * @throws MathError Overflow.
 */
export function applyFill(position: Position, base: Base, quote: Quote, fee: Quote): FillOutcome {
  const after = position.base + base
  const { quoteEntry, quoteBreakEven, realisedPnl, closedBase } = split(position, base, quote)
  return {
    position: {
      base: i64(after),
      quoteEntry: i64(quoteEntry),
      // A flat position owes nothing: its fee is already paid from the balance.
      quoteBreakEven: after === 0n ? 0n : i64(quoteBreakEven - fee),
    },
    realisedPnl: i64(realisedPnl),
    closedBase,
  }
}

function split(
  position: Position,
  base: bigint,
  quote: bigint,
): Omit<FillOutcome, 'position'> & Omit<Position, 'base'> {
  const { base: held, quoteEntry, quoteBreakEven } = position
  if (held === 0n || base === 0n || held > 0n === base > 0n) {
    return { quoteEntry: quoteEntry + quote, quoteBreakEven: quoteBreakEven + quote, realisedPnl: 0n, closedBase: 0n }
  }
  if (abs(base) <= abs(held)) {
    const removed = floorDivSigned(quoteEntry * abs(base), abs(held))
    return {
      quoteEntry: quoteEntry - removed,
      quoteBreakEven: quoteBreakEven - floorDivSigned(quoteBreakEven * abs(base), abs(held)),
      realisedPnl: removed + quote,
      closedBase: abs(base),
    }
  }
  const closing = (quote * held) / -base
  return {
    quoteEntry: quote - closing,
    quoteBreakEven: quote - closing,
    realisedPnl: quoteEntry + closing,
    closedBase: abs(held),
  }
}
