import { useQuery } from '@tanstack/react-query'
import { listOf, readRecord } from './kept.ts'
import { keptStore } from './kept-store.ts'
import { useSystemConfig } from './system.ts'

/**
 * Which RPC endpoint this browser uses. Kept here and never sent to the server, as the settings are: the address of an
 * endpoint may hold its owner's key.
 */
export type RpcChoice = {
  /** Null: the exchange's own. */
  chosen: string | null
  /** Endpoints that the user has added. */
  urls: readonly string[]
}

const NONE: RpcChoice = { chosen: null, urls: [] }

export const useRpcChoice = keptStore<RpcChoice>('rpc', 1, NONE, (kept) => {
  const urls = listOf(kept.urls, (url) => (typeof url === 'string' && isRpcUrl(url) ? url : null))
  return { urls, chosen: urls.find((url) => url === kept.chosen) ?? null }
})

export const setRpcChoice = (change: Partial<RpcChoice>): void =>
  useRpcChoice.change((choice) => ({ ...choice, ...change }))

/** What the page's security policy lets a page connect to. */
export function isRpcUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname } = new URL(text)
  return protocol === 'https:' || (protocol === 'http:' && (hostname === '127.0.0.1' || hostname === 'localhost'))
}

/** The endpoint the browser uses; undefined until the server has told its own. */
export function useRpcUrl(): string | undefined {
  const own = useSystemConfig()?.rpcUrl
  const chosen = useRpcChoice((choice) => choice.chosen)
  return own === undefined ? undefined : (chosen ?? own)
}

const PROBE_MS = 5_000
/** An endpoint that keeps a question this long is of no use for trading. */
const ANSWER_WITHIN_MS = 3_000

/** Round trip of the smallest question to an RPC endpoint, by default the one in use, ms; null when it does not answer. */
export function useRpcLatency(of?: string): number | null | undefined {
  const used = useRpcUrl()
  const url = of ?? used
  return useQuery({
    queryKey: ['rpc-latency', url],
    enabled: url !== undefined,
    refetchInterval: PROBE_MS,
    retry: false,
    queryFn: ({ signal }) => (url === undefined ? null : probe(url, signal)),
  }).data
}

async function probe(url: string, signal: AbortSignal): Promise<number | null> {
  const startedAt = performance.now()
  const answer = await askRpc(url, 'getHealth', signal)
  return answer === undefined ? null : performance.now() - startedAt
}

/** Genesis hash of the chain that an endpoint serves; null when it does not answer. */
export async function genesisOf(url: string): Promise<string | null> {
  const answer = await askRpc(url, 'getGenesisHash', new AbortController().signal)
  const reply: unknown = await answer?.json().catch(() => undefined)
  const result = readRecord(JSON.stringify(reply ?? null)).result
  return typeof result === 'string' ? result : null
}

async function askRpc(url: string, method: string, signal: AbortSignal): Promise<Response | undefined> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
  }).catch(() => undefined)
  return answer?.ok === true ? answer : undefined
}
