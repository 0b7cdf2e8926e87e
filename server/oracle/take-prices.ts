import type { Clock } from '#server/platform/clock.ts'
import type { Log } from '#server/platform/log.ts'
import type { Metrics } from '#server/platform/metrics.ts'
import { priceChooser } from './choose-price.ts'
import { clockWatch } from './clock-watch.ts'
import { type KeptSource, keepSource, type SourceState } from './keep-source.ts'
import { oracleMetrics } from './metrics.ts'
import type { OraclePrice, PriceSource } from './price.ts'
import type { OracleSource, SourceReport } from './source.ts'
import { type Refusal, validatePrice } from './validate.ts'

export type TakePricesOptions = {
  /** Best first. */
  sources: readonly OracleSource[]
  /** The markets that a source must deliver, by feed id. */
  markets: ReadonlyMap<string, string>
  onPrice: (price: OraclePrice, receivedAt: number) => void
  clock: Clock
  metrics: Metrics
  log: Log
}

type Refused = { source: PriceSource; market: string; reason: Refusal; times: number }

/** Refused so far, by market (`unknown` where there is none) and reason. */
export type RefusalCounts = ReadonlyMap<string, Partial<Record<Refusal, number>>>

/** How a source is doing, for people and alerts. */
export type SourceHealth = SourceState & {
  source: PriceSource
  /** 0 is the preferred one. */
  rank: number
  /** Markets whose published prices come from it now. */
  active: string[]
  /** Publication of its newest price; null before the first. */
  lastPublishedAt: number | null
  refused: Partial<Record<Refusal, number>>
}

export type TakenPrices = {
  /** Refused over all sources, by market. */
  refused(): RefusalCounts
  health(): SourceHealth[]
  /** Resolves when all sources have ended. */
  ended: Promise<void>
}

/** Runs all sources: every price is normalised and judged, the best fresh one is published, the rest compared or counted. */
export function takePrices(
  { sources, markets, onPrice, clock, metrics, log }: TakePricesOptions,
  signal: AbortSignal,
): TakenPrices {
  const names = sources.map(({ name }) => name)
  const chooser = priceChooser(names)
  const measures = oracleMetrics(metrics)
  const jumps = clockWatch(clock)
  const uptime = () => performance.now()
  const marketNames = [...new Set(markets.values())]

  const kept = new Map<PriceSource, KeptSource>()
  const newest = new Map<PriceSource, number>()
  const refused = new Map<string, Refused>()

  const refuse = (source: PriceSource, reason: Refusal, feedId: string | undefined, detail: string) => {
    const market = markets.get(feedId ?? '') ?? 'unknown'
    const key = `${source} ${market} ${reason}`
    const count = refused.get(key) ?? { source, market, reason, times: 0 }
    refused.set(key, { ...count, times: count.times + 1 })
    measures.refused.inc({ source, market, reason })
    log.debug({ source, market, reason, detail }, 'price refused')
  }

  for (const [rank, source] of sources.entries()) {
    const { name } = source
    const previous = new Map<string, OraclePrice>()
    const report: SourceReport = {
      onAlive: () => undefined,
      onRefused: (reason, detail, feedId) => refuse(name, reason, feedId, detail),
      isNeeded: () => !names.slice(0, rank).some((better) => chooser.delivers(better, marketNames, uptime())),
      onPrice: (raw) => {
        const jumpMs = jumps.since()
        if (jumpMs !== 0) {
          measures.clockJumps.inc()
          log.error({ jumpMs }, `the clock of this machine jumped by ${jumpMs} ms; prices are judged by the new time`)
        }
        const nowMs = clock.now()
        const verdict = validatePrice(raw, {
          source: name,
          marketOf: (feedId) => markets.get(feedId),
          previous: previous.get(raw.feedId),
          nowMs,
        })
        if (!verdict.ok) return refuse(name, verdict.refusal, raw.feedId, `published at ${raw.publishedAt}`)
        previous.set(raw.feedId, verdict.price)
        newest.set(name, verdict.price.publishedAt)
        kept.get(name)?.delivered()

        const before = chooser.activeSource(verdict.price.market)
        const choice = chooser.offer(verdict.price, nowMs, uptime())
        if (choice.kind === 'refuse') return refuse(name, choice.refusal, raw.feedId, 'against the published price')
        if (choice.kind === 'keep') return
        if (before !== name) {
          measures.switches.inc({ market: choice.price.market, source: name })
          log.info({ market: choice.price.market, source: name, before }, `prices come from ${name} now`)
        }
        measures.taken.inc({ source: name, market: choice.price.market, quality: choice.price.quality })
        onPrice(choice.price, nowMs)
      },
    }
    kept.set(name, keepSource(source, report, log, signal))
  }

  return {
    refused: () => countsBy(refused.values(), ({ market }) => market),
    health: () => {
      const counts = countsBy(refused.values(), ({ source }) => source)
      return [...kept].map(([source, { state }], rank) => ({
        source,
        rank,
        ...state(),
        active: marketNames.filter((market) => chooser.activeSource(market) === source),
        lastPublishedAt: newest.get(source) ?? null,
        refused: counts.get(source) ?? {},
      }))
    },
    ended: Promise.all([...kept.values()].map(({ ended }) => ended)).then(() => undefined),
  }
}

function countsBy<Key>(refused: Iterable<Refused>, keyOf: (each: Refused) => Key) {
  const counts = new Map<Key, Partial<Record<Refusal, number>>>()
  for (const each of refused) {
    const key = keyOf(each)
    const known = counts.get(key) ?? {}
    counts.set(key, { ...known, [each.reason]: (known[each.reason] ?? 0) + each.times })
  }
  return counts
}
