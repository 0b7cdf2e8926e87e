import type { Clock } from '#server/platform/clock.ts'
import { createEndpoint, type EndpointStatus, type RpcEndpoint } from './rpc-endpoint.ts'
import { watchEndpoints } from './rpc-watch.ts'

const SILENT = { answered: () => undefined, failed: () => undefined, seen: () => undefined, banned: () => undefined }

/** One look at each endpoint, as a chain over them would judge it; a sentence says what is wrong. */
export async function inspectEndpoints(endpoints: readonly RpcEndpoint[], clock: Clock): Promise<EndpointStatus[]> {
  const looked = endpoints.map((endpoint) => createEndpoint(endpoint, new URL(endpoint.url).host, clock, SILENT))
  const watch = watchEndpoints(looked)
  await watch.probe()
  await watch.compare()
  return looked.map(({ status }) => ({ ...status }))
}

export function describeEndpoint({ ban, slot, lag, latencyMs, error }: EndpointStatus): string {
  if (error !== null || slot === null) return error ?? BANS[ban ?? 'failing']
  const seen = `slot ${slot}${lag !== null && lag > 0 ? `, ${lag} behind` : ''}, ${latencyMs} ms`
  return ban === null ? seen : `${BANS[ban]} (${seen})`
}

const BANS: Readonly<Record<NonNullable<EndpointStatus['ban']>, string>> = {
  failing: 'does not answer',
  'rate-limited': 'limits us: use another plan, or another endpoint',
  refused: 'refuses us: check the key in its URL',
  lagging: 'lags behind the others',
  disagrees: 'tells another block than the others: remove it',
  'other-chain': 'belongs to another cluster: check CLUSTER and its URL',
}
