import { LATENCY_BUCKETS_S, type Metrics } from '#server/platform/metrics.ts'
import type { Ban, EndpointEvents } from './rpc-endpoint.ts'

const BANS: readonly Ban[] = ['failing', 'rate-limited', 'refused', 'lagging', 'disagrees', 'other-chain']

/** Counts what endpoints do. */
export function rpcMetrics(metrics: Metrics): EndpointEvents {
  const latency = metrics.histogram({
    name: 'quantdesk_rpc_latency_seconds',
    help: 'Answers of the Solana RPC by endpoint',
    labelNames: ['endpoint'],
    buckets: LATENCY_BUCKETS_S,
  })
  const failures = metrics.counter({
    name: 'quantdesk_rpc_failures_total',
    help: 'Calls of the Solana RPC without a usable answer, by endpoint and kind',
    labelNames: ['endpoint', 'kind'],
  })
  const bans = metrics.gauge({
    name: 'quantdesk_rpc_banned',
    help: '1 while an endpoint gets no calls, by reason',
    labelNames: ['endpoint', 'reason'],
  })
  const slot = metrics.gauge({
    name: 'quantdesk_rpc_slot',
    help: 'Newest confirmed slot an endpoint has told',
    labelNames: ['endpoint'],
  })
  const lag = metrics.gauge({
    name: 'quantdesk_rpc_slot_lag',
    help: 'Slots an endpoint is behind the others',
    labelNames: ['endpoint'],
  })
  return {
    answered: (endpoint, ms) => latency.observe({ endpoint }, ms / 1_000),
    failed: (endpoint, kind) => failures.inc({ endpoint, kind }),
    banned: (endpoint, ban) => {
      for (const reason of BANS) bans.set({ endpoint, reason }, reason === ban ? 1 : 0)
    },
    seen: (endpoint, newest, behind) => {
      slot.set({ endpoint }, newest)
      lag.set({ endpoint }, behind)
    },
  }
}
