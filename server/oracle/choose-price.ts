import { type OraclePrice, PROVIDERS, type PriceFlag, type PriceSource, qualityNow } from './price.ts'
import { isJump, type Refusal } from './validate.ts'

/** What becomes of a price: published, kept for comparison while a better source delivers, or refused. */
export type Choice = { kind: 'publish'; price: OraclePrice } | { kind: 'keep' } | { kind: 'refuse'; refusal: Refusal }

export type PriceChooser = {
  /** `uptimeMs` runs evenly; `nowMs` is the time of day, which may jump. */
  offer(price: OraclePrice, nowMs: number, uptimeMs: number): Choice
  /** The source that a market's published prices come from now. */
  activeSource(market: string): PriceSource | undefined
  /** Whether `source` delivers fresh prices of every one of `markets`. */
  delivers(source: PriceSource, markets: readonly string[], uptimeMs: number): boolean
}

/** Two seconds before the oldest price that may fill an order in a calm market: time for another source to take over. */
export const FRESH_MS = 8_000
/** A better source that came back is believed again after delivering for this long, so that the two do not alternate. */
const RECOVERED_MS = 10_000
/** Two sources further apart than this are both in doubt. */
const MAX_DIVERGENCE_PPM = 10_000n
/** A price published this far ahead of our clock has no age that we could know. */
const MAX_LEAD_MS = 5_000
const PPM = 1_000_000n

/** `freshSince` is before all time for a source's first price: there is nothing to recover from. */
type Newest = { price: OraclePrice; receivedUptimeMs: number; lagMs: number; freshSince: number }

/**
 * Of several sources, in order of preference, decides for each market whose price is published, and compares it with the
 * others. Prices must have been validated against their own source. Pure state.
 */
export function priceChooser(preference: readonly PriceSource[]): PriceChooser {
  const newest = new Map<string, Map<PriceSource, Newest>>()
  const published = new Map<string, OraclePrice>()
  const active = new Map<string, PriceSource>()

  const isFresh = (entry: Newest | undefined, uptimeMs: number): entry is Newest =>
    entry !== undefined && uptimeMs - entry.receivedUptimeMs <= FRESH_MS && entry.lagMs <= FRESH_MS

  /** The best source that delivers; when none does, the one that knows most. */
  const choose = (market: string, entries: Map<PriceSource, Newest>, uptimeMs: number): PriceSource | undefined => {
    const current = active.get(market)
    const currentRank = current === undefined ? preference.length : preference.indexOf(current)
    const isCurrentFresh = current !== undefined && isFresh(entries.get(current), uptimeMs)
    for (const [rank, source] of preference.entries()) {
      const entry = entries.get(source)
      if (!isFresh(entry, uptimeMs)) continue
      const isBack = rank < currentRank && isCurrentFresh
      if (!isBack || uptimeMs - entry.freshSince >= RECOVERED_MS) return source
    }
    const byAge = [...entries].toSorted(([, a], [, b]) => b.price.publishedAt - a.price.publishedAt)
    return byAge[0]?.[0]
  }

  const judge = (
    price: OraclePrice,
    entries: Map<PriceSource, Newest>,
    nowMs: number,
    uptimeMs: number,
  ): OraclePrice => {
    const others = [...entries].filter(([source, entry]) => source !== price.source && isFresh(entry, uptimeMs))
    const furthest = widest(others.map(([, other]) => distance(price.price, other.price.price)))
    const diverges = furthest * PPM > price.price * MAX_DIVERGENCE_PPM
    const flags: PriceFlag[] = []
    if (price.source !== preference[0]) flags.push('fallback')
    if (diverges) flags.push('diverges')
    if (isUnchecked(price.source, others)) flags.push('unchecked')
    if (price.publishedAt > nowMs + MAX_LEAD_MS) flags.push('clock')
    // The true price may be either: the interval holds both, and whoever reads only it is warned too.
    const confidence = diverges && furthest > price.confidence ? furthest : price.confidence
    return {
      ...price,
      confidence,
      flags,
      quality: qualityNow({ ...price, confidence }, flags, nowMs - price.publishedAt),
    }
  }

  return {
    offer: (price, nowMs, uptimeMs) => {
      const entries = newest.get(price.market) ?? new Map<PriceSource, Newest>()
      newest.set(price.market, entries)
      const before = entries.get(price.source)
      const freshSince =
        before === undefined ? Number.NEGATIVE_INFINITY : isFresh(before, uptimeMs) ? before.freshSince : uptimeMs
      entries.set(price.source, { price, receivedUptimeMs: uptimeMs, lagMs: nowMs - price.publishedAt, freshSince })

      const chosen = choose(price.market, entries, uptimeMs)
      if (chosen !== price.source) return { kind: 'keep' }
      active.set(price.market, chosen)
      const last = published.get(price.market)
      // A source that takes over may be a little behind the one before it.
      if (last !== undefined && price.publishedAt <= last.publishedAt) return { kind: 'keep' }
      if (last !== undefined && isJump(last, price)) return { kind: 'refuse', refusal: 'jump' }
      const judged = judge(price, entries, nowMs, uptimeMs)
      published.set(price.market, judged)
      return { kind: 'publish', price: judged }
    },
    activeSource: (market) => active.get(market),
    delivers: (source, markets, uptimeMs) =>
      markets.every((market) => isFresh(newest.get(market)?.get(source), uptimeMs)),
  }
}

/** A recording is not today's market: there is nothing to compare it with, and its name says so. */
function isUnchecked(source: PriceSource, others: readonly (readonly [PriceSource, Newest])[]): boolean {
  return source !== 'replay' && others.every(([other]) => PROVIDERS[other] === PROVIDERS[source])
}

function distance(a: bigint, b: bigint): bigint {
  return a > b ? a - b : b - a
}

function widest(distances: readonly bigint[]): bigint {
  let furthest = 0n
  for (const each of distances) if (each > furthest) furthest = each
  return furthest
}
