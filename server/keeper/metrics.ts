import type { SendOutcome } from '#server/chain/index.ts'
import { LATENCY_BUCKETS_S, type Metrics } from '#server/platform/metrics.ts'

export type KeeperMetrics = ReturnType<typeof createKeeperMetrics>

export function createKeeperMetrics(metrics: Metrics) {
  const transactions = metrics.counter({
    name: 'quantdesk_keeper_transactions_total',
    help: 'Keeper transactions by loop and what became of them',
    labelNames: ['loop', 'outcome'],
  })
  const failures = metrics.counter({
    name: 'quantdesk_keeper_loop_failures_total',
    help: 'Rounds of a keeper loop that ended with an error',
    labelNames: ['loop'],
  })
  const fillDelay = metrics.histogram({
    name: 'quantdesk_keeper_fill_delay_seconds',
    help: 'From the second a market order became eligible to its execution',
    buckets: LATENCY_BUCKETS_S,
  })
  const priceAge = metrics.histogram({
    name: 'quantdesk_keeper_price_delay_seconds',
    help: 'From the publication of a price to its place on chain',
    buckets: LATENCY_BUCKETS_S,
  })
  return {
    sent: (loop: string, { kind }: SendOutcome) => transactions.inc({ loop, outcome: kind }),
    loopFailed: (loop: string) => failures.inc({ loop }),
    filled: (delayMs: number) => fillDelay.observe(Math.max(0, delayMs) / 1000),
    priced: (delayMs: number) => priceAge.observe(Math.max(0, delayMs) / 1000),
  }
}
