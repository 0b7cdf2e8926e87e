import type { Metrics } from '#server/platform/metrics.ts'

export function oracleMetrics(metrics: Metrics) {
  return {
    taken: metrics.counter({
      name: 'quantdesk_oracle_prices_total',
      help: 'Prices published, by the source they came from',
      labelNames: ['source', 'market', 'quality'],
    }),
    refused: metrics.counter({
      name: 'quantdesk_oracle_refusals_total',
      help: 'What sources gave and was not taken, by reason',
      labelNames: ['source', 'market', 'reason'],
    }),
    switches: metrics.counter({
      name: 'quantdesk_oracle_switches_total',
      help: 'Changes of the source that a market is priced by',
      labelNames: ['market', 'source'],
    }),
    clockJumps: metrics.counter({
      name: 'quantdesk_oracle_clock_jumps_total',
      help: 'Times the clock of this machine was moved by more than two seconds',
    }),
  }
}
