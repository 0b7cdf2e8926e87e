import {
  assessQuality,
  MIN_EXPONENT,
  type OraclePrice,
  type PriceSource,
  type SourcePrice,
  scaleToPrice,
} from './price.ts'

/** Why a price from a source was not taken. Each is counted; none stops the source. */
export const REFUSALS = [
  'unknown-feed',
  'bad-exponent',
  'bad-confidence',
  'from-the-future',
  'not-newer',
  'jump',
] as const
export type Refusal = (typeof REFUSALS)[number]

export type Verdict = { ok: true; price: OraclePrice } | { ok: false; refusal: Refusal }

/** Pyth's own time may run ahead of ours by a little; a minute is a broken clock. */
const MAX_AHEAD_MS = 60_000
/** More than ten-fold within a minute is a wrong exponent or a wrong feed, not a market. */
const MAX_JUMP_FACTOR = 10n
const JUMP_WINDOW_MS = 60_000

export type ValidationContext = {
  source: PriceSource
  /** The market of a feed, undefined when it is not ours. */
  marketOf: (feedId: string) => string | undefined
  /** The last price taken for this feed. */
  previous: OraclePrice | undefined
  nowMs: number
}

/** Normalises and judges one price. Pure: the caller keeps `previous` and counts refusals. */
export function validatePrice(raw: SourcePrice, { source, marketOf, previous, nowMs }: ValidationContext): Verdict {
  const market = marketOf(raw.feedId)
  if (market === undefined) return refuse('unknown-feed')
  if (!Number.isInteger(raw.exponent) || raw.exponent < MIN_EXPONENT || raw.exponent > 0) return refuse('bad-exponent')
  if (raw.confidence < 0n) return refuse('bad-confidence')
  if (raw.publishedAt > nowMs + MAX_AHEAD_MS) return refuse('from-the-future')
  if (previous !== undefined && raw.publishedAt <= previous.publishedAt) return refuse('not-newer')

  const price = scaleToPrice(raw.price, raw.exponent, 'nearest')
  if (
    previous !== undefined &&
    raw.publishedAt - previous.publishedAt < JUMP_WINDOW_MS &&
    isJump(previous.price, price)
  ) {
    return refuse('jump')
  }
  const confidence = scaleToPrice(raw.confidence, raw.exponent, 'up')
  const emaPrice = scaleToPrice(raw.emaPrice, raw.exponent, 'nearest')
  const quality = assessQuality({ price, confidence, emaPrice }, nowMs - raw.publishedAt)
  return {
    ok: true,
    price: { market, feedId: raw.feedId, price, confidence, emaPrice, publishedAt: raw.publishedAt, source, quality },
  }
}

function isJump(from: bigint, to: bigint): boolean {
  return from > 0n && to > 0n && (to > from * MAX_JUMP_FACTOR || from > to * MAX_JUMP_FACTOR)
}

function refuse(refusal: Refusal): Verdict {
  return { ok: false, refusal }
}
