import type { Clock } from '#server/platform/clock.ts'
import type { Log } from '#server/platform/log.ts'
import type { Metrics } from '#server/platform/metrics.ts'
import type { OraclePrice } from './price.ts'
import type { OracleSource } from './source.ts'
import { type Refusal, validatePrice } from './validate.ts'

export type TakePricesOptions = {
  source: OracleSource
  marketOf: (feedId: string) => string | undefined
  onPrice: (price: OraclePrice, receivedAt: number) => void
  clock: Clock
  metrics: Metrics
  log: Log
}

/** Prices refused so far, by market (or feed id of a stranger) and reason. */
export type RefusalCounts = ReadonlyMap<string, Partial<Record<Refusal, number>>>

/** Runs a source: every price is normalised and judged, what passes goes to `onPrice`, the rest is counted. */
export function takePrices(
  { source, marketOf, onPrice, clock, metrics, log }: TakePricesOptions,
  signal: AbortSignal,
): { refused: RefusalCounts; ended: Promise<void> } {
  const previous = new Map<string, OraclePrice>()
  const refused = new Map<string, Partial<Record<Refusal, number>>>()
  const takenTotal = metrics.counter({
    name: 'quantdesk_oracle_prices_total',
    help: 'Prices taken from the oracle source',
    labelNames: ['market', 'quality'],
  })
  const refusedTotal = metrics.counter({
    name: 'quantdesk_oracle_refusals_total',
    help: 'Prices of the oracle source that were not taken',
    labelNames: ['market', 'reason'],
  })

  const ended = source.start((raw) => {
    const nowMs = clock.now()
    const verdict = validatePrice(raw, { source: source.name, marketOf, previous: previous.get(raw.feedId), nowMs })
    if (verdict.ok) {
      previous.set(raw.feedId, verdict.price)
      takenTotal.inc({ market: verdict.price.market, quality: verdict.price.quality })
      onPrice(verdict.price, nowMs)
      return
    }
    const market = marketOf(raw.feedId) ?? 'unknown'
    const counts = refused.get(market) ?? {}
    refused.set(market, { ...counts, [verdict.refusal]: (counts[verdict.refusal] ?? 0) + 1 })
    refusedTotal.inc({ market, reason: verdict.refusal })
    log.debug({ feedId: raw.feedId, market, reason: verdict.refusal, publishedAt: raw.publishedAt }, 'price refused')
  }, signal)
  return { refused, ended }
}
