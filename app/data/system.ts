import { useQuery } from '@tanstack/react-query'
import { useTRPC } from './trpc.ts'

/** Cluster, endpoints and program of this deployment; fixed while the page is open. */
export function useSystemConfig() {
  const trpc = useTRPC()
  // Wallets and the chain depend on it, so it is asked for until the server answers.
  return useQuery({ ...trpc.system.config.queryOptions(), staleTime: Number.POSITIVE_INFINITY, retry: true }).data
}

const PROBE_MS = 5_000
/** An endpoint that keeps a question this long is of no use for trading. */
const ANSWER_WITHIN_MS = 3_000

/** Round trip of the smallest question to the RPC endpoint the browser uses, ms; null when it does not answer. */
export function useRpcLatency(): number | null | undefined {
  const rpcUrl = useSystemConfig()?.rpcUrl
  return useQuery({
    queryKey: ['rpc-latency', rpcUrl],
    enabled: rpcUrl !== undefined,
    refetchInterval: PROBE_MS,
    retry: false,
    queryFn: ({ signal }) => (rpcUrl === undefined ? null : probe(rpcUrl, signal)),
  }).data
}

async function probe(rpcUrl: string, signal: AbortSignal): Promise<number | null> {
  const startedAt = performance.now()
  const answer = await fetch(rpcUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'getHealth' }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
  }).catch(() => undefined)
  return answer?.ok === true ? performance.now() - startedAt : null
}
