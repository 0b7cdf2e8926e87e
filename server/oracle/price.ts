import type { Price } from '#client/units.ts'

/**
 * Where a price comes from: recorded real data, which is marked as such wherever it shows; Pyth's Hermes as a stream, and
 * asked again and again; Pyth's accounts on Solana; the median of exchanges.
 */
export const PRICE_SOURCES = ['replay', 'hermes', 'hermes-rest', 'pyth-push', 'exchange'] as const
export type PriceSource = (typeof PRICE_SOURCES)[number]

/** Who stands behind a source. Two sources of one provider agree by nature, so that proves nothing. */
export const PROVIDERS: Readonly<Record<PriceSource, string>> = {
  replay: 'recording',
  hermes: 'Pyth',
  'hermes-rest': 'Pyth',
  'pyth-push': 'Pyth',
  exchange: 'exchanges',
}

/**
 * What is unusual about a live price. `fallback`: a better source is configured and does not deliver. `diverges`: another
 * source is more than 1 % away. `unchecked`: no source of another provider is fresh enough to compare with. `clock`: it
 * was published ahead of our clock, so nobody knows its age.
 */
export const PRICE_FLAGS = ['fallback', 'diverges', 'unchecked', 'clock'] as const
export type PriceFlag = (typeof PRICE_FLAGS)[number]

/** What a price may be used for, worst first; the program keeps the same ladder for its cached price. */
export const PRICE_QUALITIES = ['non-positive', 'volatile', 'uncertain', 'stale', 'valid'] as const
export type PriceQuality = (typeof PRICE_QUALITIES)[number]

/** A price in the form a Pyth-shaped source gives it: integers with a decimal exponent, not judged yet. */
export type SourcePrice = {
  /** 64 hex digits, no 0x. */
  feedId: string
  price: bigint
  confidence: bigint
  emaPrice: bigint
  /** value = integer × 10^exponent; −18..0. */
  exponent: number
  publishedAt: number
}

/** The one price type behind the sources: quote per whole base unit, 1e6. */
export type OraclePrice = {
  market: string
  feedId: string
  price: Price
  /** Half width of the interval the true price lies in, 1e6, rounded up. */
  confidence: Price
  /** Exponential moving average over about an hour, 1e6. */
  emaPrice: Price
  publishedAt: number
  source: PriceSource
  quality: PriceQuality
  /** Empty for a replayed price: it has nothing to be compared with. */
  flags: readonly PriceFlag[]
}

export const MIN_EXPONENT = -18
const PRICE_EXPONENT = -6

/** Confidence above 0.5 % of the price: too wide to fill the majors. */
const MAX_CONFIDENCE_PPM = 5_000n
/** A gap to the EMA above 10 %: no new positions at such a price. */
const MAX_EMA_GAP_PPM = 100_000n
const PPM = 1_000_000n

/** Age up to which a price may fill an order: the calmer the market, the longer. `[EMA gap in ppm up to, ms]`. */
const FILL_AGE: readonly (readonly [bigint, number])[] = [
  [10_000n, 10_000],
  [30_000n, 5_000],
]
const FILL_AGE_IN_MOVING_MARKET_MS = 2_000

/**
 * The quality of a price that is `ageMs` old. All amounts in one scale; a negative age (the source's clock is ahead)
 * counts as fresh.
 */
export function assessQuality(
  { price, confidence, emaPrice }: { price: bigint; confidence: bigint; emaPrice: bigint },
  ageMs: number,
): PriceQuality {
  if (price <= 0n) return 'non-positive'
  const gap = price > emaPrice ? price - emaPrice : emaPrice - price
  const gapPpm = emaPrice > 0n ? (gap * PPM) / emaPrice : 0n
  if (gapPpm > MAX_EMA_GAP_PPM) return 'volatile'
  if (confidence * PPM > price * MAX_CONFIDENCE_PPM) return 'uncertain'
  const fillAgeMs = FILL_AGE.find(([upTo]) => gapPpm <= upTo)?.[1] ?? FILL_AGE_IN_MOVING_MARKET_MS
  return ageMs > fillAgeMs ? 'stale' : 'valid'
}

/** The same with what its flags say: a price of unknown age is never sure. */
export function qualityNow(
  price: { price: bigint; confidence: bigint; emaPrice: bigint },
  flags: readonly PriceFlag[],
  ageMs: number,
): PriceQuality {
  const assessed = assessQuality(price, ageMs)
  return assessed === 'valid' && flags.includes('clock') ? 'uncertain' : assessed
}

/**
 * `value × 10^exponent` in price units (1e6). Price and EMA round to the nearest unit, a confidence rounds up, so that
 * scaling never makes a price look surer than its source said.
 * @throws RangeError when the exponent is outside −18..0.
 */
export function scaleToPrice(value: bigint, exponent: number, rounding: 'nearest' | 'up'): Price {
  if (!Number.isInteger(exponent) || exponent < MIN_EXPONENT || exponent > 0) {
    throw new RangeError(`price exponent ${exponent} is outside ${MIN_EXPONENT}..0`)
  }
  const shift = exponent - PRICE_EXPONENT
  if (shift >= 0) return value * 10n ** BigInt(shift)
  const divisor = 10n ** BigInt(-shift)
  const magnitude = value < 0n ? -value : value
  const scaled = (magnitude + (rounding === 'up' ? divisor - 1n : divisor / 2n)) / divisor
  return value < 0n ? -scaled : scaled
}
