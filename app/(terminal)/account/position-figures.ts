import { type Portfolio, summarise, unrealisedPnl } from '#client/math/index.ts'
import type { Base, Price, Quote } from '#client/units.ts'
import type { PositionDto } from '#server/exchange/schema.ts'
import { abs, toBase, toQuote } from './decimal.ts'
import type { MarketView } from './market-view.ts'
import { accruedFunding } from './portfolio.ts'

const ONE_BASE = 10n ** 9n
const RATIO = 10_000n

/** A position's fixed figures; those that move with the price are functions of it below. */
export type PositionFigures = {
  base: Base
  quoteEntry: Quote
  side: 'long' | 'short'
  /** Average price of what is held. */
  entryPrice: Price
}

export function positionFigures(position: PositionDto): PositionFigures {
  const base = toBase(position.base)
  const quoteEntry = toQuote(position.quoteEntry)
  return {
    base,
    quoteEntry,
    side: base >= 0n ? 'long' : 'short',
    entryPrice: priceOf(quoteEntry, base),
  }
}

/** Quote per base, rounded to nearest; 0 without a cost. */
function priceOf(quote: Quote, base: Base): Price {
  if (base === 0n || quote > 0n === base > 0n) return 0n
  return (abs(quote) * ONE_BASE + abs(base) / 2n) / abs(base)
}

/** A market's fees on a fill, and its funding. */
export type ClosingTerms = Parameters<typeof accruedFunding>[1] &
  Pick<MarketView, 'takerFeePpm' | 'keeperRewardPpm' | 'keeperRewardFlat'>

const PPM = 1_000_000n

/**
 * Average price at which closing loses nothing: fees paid and funding settled so far, funding accrued since, and the
 * fee and the keeper's reward of closing included. Rounded against the trader; 0 when gains have paid the whole cost.
 */
export function breakEvenPrice(position: PositionDto, terms: ClosingTerms): Price {
  const base = toBase(position.base)
  const cash = toQuote(position.quoteBreakEven) + accruedFunding(position, terms) - terms.keeperRewardFlat
  const feePpm = BigInt(terms.takerFeePpm + terms.keeperRewardPpm)
  if (base === 0n || cash > 0n === base > 0n) return 0n
  const value = abs(cash) * ONE_BASE * PPM
  if (base < 0n) return value / (abs(base) * (PPM + feePpm))
  const received = base * (PPM - feePpm)
  return (value + received - 1n) / received
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
