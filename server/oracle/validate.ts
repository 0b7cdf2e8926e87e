import {
  assessQuality,
  MIN_EXPONENT,
  type OraclePrice,
  type PriceSource,
  type SourcePrice,
  scaleToPrice,
} from './price.ts'

/** Why something a source gave was not taken. Each is counted; none stops the source. */
export const REFUSALS = [
  'malformed',
  'wrong-emitter',
  'bad-proof',
  'wrong-owner',
  'not-verified',
  'bad-quote',
  'too-few-quotes',
  'unknown-feed',
  'bad-exponent',
  'not-positive',
  'bad-confidence',
  'out-of-range',
  'from-the-future',
  'too-old',
  'repeated',
  'not-newer',
  'jump',
] as const
export type Refusal = (typeof REFUSALS)[number]

export type Verdict = { ok: true; price: OraclePrice } | { ok: false; refusal: Refusal }

/** Pyth's own time may run ahead of ours by a little; a minute is a broken clock. The program refuses the same. */
const MAX_AHEAD_MS = 60_000
/** Nothing may be done with a price older than a minute, and nobody publishes one five minutes late. */
const MAX_AGE_MS = 300_000
/** More than ten-fold within a minute is a wrong exponent or a wrong feed, not a market. */
const MAX_JUMP_FACTOR = 10n
const JUMP_WINDOW_MS = 60_000
/** A thousand million dollars for one whole unit, 1e6. */
const MAX_PRICE = 10n ** 15n

export type ValidationContext = {
  source: PriceSource
  /** The market of a feed, undefined when it is not ours. */
  marketOf: (feedId: string) => string | undefined
  /** The last price taken for this feed from this source. */
  previous: OraclePrice | undefined
  nowMs: number
}

/** Normalises and judges one price. Pure: the caller keeps `previous` and counts refusals. */
export function validatePrice(raw: SourcePrice, { source, marketOf, previous, nowMs }: ValidationContext): Verdict {
  const market = marketOf(raw.feedId)
  if (market === undefined) return refuse('unknown-feed')
  if (!Number.isInteger(raw.exponent) || raw.exponent < MIN_EXPONENT || raw.exponent > 0) return refuse('bad-exponent')
  if (raw.price <= 0n || raw.emaPrice <= 0n) return refuse('not-positive')
  if (raw.confidence < 0n) return refuse('bad-confidence')
  if (raw.publishedAt > nowMs + MAX_AHEAD_MS) return refuse('from-the-future')
  if (raw.publishedAt < nowMs - MAX_AGE_MS) return refuse('too-old')
  // Pyth's times are whole seconds and its messages come more often: repeats are normal, older ones are not.
  if (raw.publishedAt === previous?.publishedAt) return refuse('repeated')
  if (previous !== undefined && raw.publishedAt < previous.publishedAt) return refuse('not-newer')

  const price = scaleToPrice(raw.price, raw.exponent, 'nearest')
  const confidence = scaleToPrice(raw.confidence, raw.exponent, 'up')
  const emaPrice = scaleToPrice(raw.emaPrice, raw.exponent, 'nearest')
  // Less than half of the smallest unit is no price here.
  if (price === 0n || emaPrice === 0n) return refuse('not-positive')
  if ([price, confidence, emaPrice].some((amount) => amount > MAX_PRICE)) return refuse('out-of-range')
  if (previous !== undefined && isJump(previous, { price, publishedAt: raw.publishedAt })) return refuse('jump')
  const quality = assessQuality({ price, confidence, emaPrice }, nowMs - raw.publishedAt)
  return {
    ok: true,
    price: {
      market,
      feedId: raw.feedId,
      price,
      confidence,
      emaPrice,
      publishedAt: raw.publishedAt,
      source,
      quality,
      flags: [],
    },
  }
}

type PriceAt = Pick<OraclePrice, 'price' | 'publishedAt'>

/** True for a change that no market makes, between prices of any source. */
export function isJump(from: PriceAt, to: PriceAt): boolean {
  if (to.publishedAt - from.publishedAt >= JUMP_WINDOW_MS) return false
  return to.price > from.price * MAX_JUMP_FACTOR || from.price > to.price * MAX_JUMP_FACTOR
}

function refuse(refusal: Refusal): Verdict {
  return { ok: false, refusal }
}
