import { type Portfolio, summarise, unrealisedPnl } from '#client/math/index.ts'
import type { Base, Price, Quote } from '#client/units.ts'
import type { PositionDto } from '#server/exchange/schema.ts'
import { abs, toBase, toQuote } from './decimal.ts'

const ONE_BASE = 10n ** 9n
const RATIO = 10_000n

/** A position's fixed figures; those that move with the price are functions of it below. */
export type PositionFigures = {
  base: Base
  quoteEntry: Quote
  side: 'long' | 'short'
  /** Average price of what is held. */
  entryPrice: Price
  /** Price at which closing loses nothing, fees and funding so far included. */
  breakEvenPrice: Price
}

export function positionFigures(position: PositionDto): PositionFigures {
  const base = toBase(position.base)
  const quoteEntry = toQuote(position.quoteEntry)
  return {
    base,
    quoteEntry,
    side: base >= 0n ? 'long' : 'short',
    entryPrice: priceOf(quoteEntry, base),
    breakEvenPrice: priceOf(toQuote(position.quoteBreakEven), base),
  }
}

/** Quote per base, rounded to nearest; 0 when a gain has paid the whole cost back. */
function priceOf(quote: Quote, base: Base): Price {
  if (base === 0n || quote > 0n === base > 0n) return 0n
  return (abs(quote) * ONE_BASE + abs(base) / 2n) / abs(base)
}

/** What the position is worth, rounded down. */
export const valueAt = (base: Base, price: Price): Quote => (abs(base) * price) / ONE_BASE

export const profitAt = ({ base, quoteEntry }: PositionFigures, price: Price): Quote =>
  unrealisedPnl(base, quoteEntry, price)

/**
 * Profit as a share (1e4) of the account's own money without any open profit: with one position that is the price's
 * change times the leverage. Null without money of its own.
 */
export function returnOnEquity(profit: Quote, portfolio: Portfolio): bigint | null {
  const { equity, unrealisedPnl: open } = summarise(portfolio)
  const own = equity - open
  return own <= 0n ? null : (profit * RATIO) / own
}

/** Value of the position as a multiple of the account's equity, 1e4 = 1×; null without equity. */
export function positionLeverage(base: Base, price: Price, portfolio: Portfolio): bigint | null {
  const { equity } = summarise(portfolio)
  return equity <= 0n ? null : (valueAt(base, price) * RATIO) / equity
}

/** (to − from) / from, ratio 1e4. */
export const distanceBps = (from: Price, to: Price): bigint => ((to - from) * RATIO) / from
