import { word } from '#app/i18n/t.ts'
import type { Base, Price } from '#client/units.ts'
import { baseText, priceText } from '../account/decimal.ts'
import type { MarketView } from '../account/market-view.ts'
import { MOST_SLICES, type TwapTerms } from '../twap/model.ts'
import type { TicketFields } from './fields.ts'

/** How far apart slices may be. */
export const INTERVALS = [
  { seconds: 5, label: word('every 5 s') },
  { seconds: 10, label: word('every 10 s') },
  { seconds: 30, label: word('every 30 s') },
  { seconds: 60, label: word('every minute') },
  { seconds: 300, label: word('every 5 min') },
  { seconds: 900, label: word('every 15 min') },
  { seconds: 3_600, label: word('every hour') },
] as const

const MINUTE_MS = 60_000
export const LEAST_MINUTES = 0.5
/** A week: what is to take longer is better left to orders that the chain keeps. */
export const MOST_MINUTES = 7 * 1_440

type Timed = Pick<TicketFields, 'duration' | 'intervalS'>

/** In ms; null while what is typed is none. */
export function durationOf({ duration }: Pick<TicketFields, 'duration'>): number | null {
  const minutes = Number(duration)
  return duration !== '' && minutes >= LEAST_MINUTES && minutes <= MOST_MINUTES ? minutes * MINUTE_MS : null
}

/** In so many slices; null where time and interval make no two, or too many. */
export function slicesOf(fields: Timed): number | null {
  const durationMs = durationOf(fields)
  const slices = durationMs === null ? 0 : Math.round(durationMs / 1_000 / fields.intervalS)
  return slices >= 2 && slices <= MOST_SLICES ? slices : null
}

export function twapTerms(fields: TicketFields, base: Base, limit: Price | null, market: MarketView): TwapTerms | null {
  const [durationMs, slices] = [durationOf(fields), slicesOf(fields)]
  if (durationMs === null || slices === null) return null
  const { side, randomise, reduceOnly, slippageBps } = fields
  return {
    market: market.market,
    side,
    size: baseText(base),
    slices,
    durationMs,
    randomise,
    limit: limit === null ? null : priceText(limit),
    reduceOnly,
    slippageBps,
  }
}
