import { z } from 'zod'
import { post, RpcFailure } from './rpc-answer.ts'
import type { Ban, Endpoint } from './rpc-endpoint.ts'

/** Slots behind the others at which an endpoint is left, and at which it may come back. */
const LAG_LIMIT = 150
const LAG_FORGIVEN = 20
/** Blocks this far below the newest are the same on every honest node. */
const SETTLED_DEPTH = 40
/** A slot may have been skipped, or a node may not keep it: so many are tried. */
const SLOTS_COMPARED = 3
const TIMEOUT_MS = 3_000
const LAGGING: ReadonlySet<Ban> = new Set(['lagging'])
const DISAGREES: ReadonlySet<Ban> = new Set(['disagrees'])

const epochInfo = z.object({ result: z.object({ absoluteSlot: z.number().int().nonnegative() }) })
const block = z.object({ result: z.object({ blockhash: z.string() }) })
const genesis = z.object({ result: z.string() })

/** Looks after endpoints that stand in for each other. */
export type RpcWatch = {
  /** Asks each for its slot: who lags is left, who has caught up or answers again comes back. */
  probe(): Promise<void>
  /** Asks each for a block that all must know: who knows another is left. */
  compare(): Promise<void>
}

export function watchEndpoints(endpoints: readonly Endpoint[]): RpcWatch {
  const genesisOf = new Map<Endpoint, string>()

  const call = async <T>(endpoint: Endpoint, schema: z.ZodType<T>, method: string, params: unknown[]) => {
    const startedAt = performance.now()
    try {
      const text = await post(endpoint.url, JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }), TIMEOUT_MS)
      const parsed = schema.safeParse(JSON.parse(text))
      endpoint.answered(performance.now() - startedAt)
      return parsed.data
    } catch (error) {
      if (error instanceof RpcFailure) endpoint.failed(error)
      return undefined
    }
  }

  /** The chain is that of the endpoint named first among those that have ever told theirs. */
  const isOfTheChain = async (endpoint: Endpoint): Promise<boolean> => {
    if (!genesisOf.has(endpoint)) {
      const told = await call(endpoint, genesis, 'getGenesisHash', [])
      if (told !== undefined) genesisOf.set(endpoint, told.result)
    }
    const first = endpoints.map((one) => genesisOf.get(one)).find((hash) => hash !== undefined)
    return genesisOf.get(endpoint) === first
  }

  const probe = async () => {
    const slots = await Promise.all(
      endpoints.map(async (endpoint) => {
        const told = await call(endpoint, epochInfo, 'getEpochInfo', [{ commitment: 'confirmed' }])
        return { endpoint, slot: told?.result.absoluteSlot }
      }),
    )
    for (const { endpoint, slot } of slots) {
      if (slot !== undefined && !(await isOfTheChain(endpoint))) endpoint.ban('other-chain')
    }
    const known = slots.flatMap(({ endpoint, slot }) =>
      slot === undefined || endpoint.status.ban === 'other-chain' ? [] : [{ endpoint, slot }],
    )
    const newest = trustedSlot(known.map(({ slot }) => slot))
    for (const { endpoint, slot } of known) {
      const lag = newest - slot
      endpoint.seen(slot, lag)
      if (lag >= LAG_LIMIT) endpoint.ban('lagging')
      else if (lag <= LAG_FORGIVEN) endpoint.forgive(LAGGING)
    }
  }

  const compare = async () => {
    const slots = endpoints.flatMap((endpoint) =>
      endpoint.status.slot === null || endpoint.status.ban === 'other-chain' ? [] : [endpoint],
    )
    const oldest = Math.min(...slots.map(({ status }) => status.slot ?? Number.POSITIVE_INFINITY))
    for (let at = 0; at < SLOTS_COMPARED; at += 1) {
      const slot = oldest - SETTLED_DEPTH - at
      if (slots.length < 2 || slot < 0) return
      const votes = await Promise.all(slots.map(async (endpoint) => ({ endpoint, hash: await hashAt(endpoint, slot) })))
      const told = votes.filter(({ hash }) => hash !== undefined)
      if (told.length < 2) continue
      const right = majority(told.map(({ hash }) => hash ?? ''))
      for (const { endpoint, hash } of told) {
        if (hash === right) endpoint.forgive(DISAGREES)
        else endpoint.ban('disagrees')
      }
      return
    }
  }

  const hashAt = async (endpoint: Endpoint, slot: number): Promise<string | undefined> => {
    const config = {
      commitment: 'confirmed',
      transactionDetails: 'none',
      rewards: false,
      maxSupportedTransactionVersion: 0,
    }
    return (await call(endpoint, block, 'getBlock', [slot, config]))?.result.blockhash
  }

  return { probe, compare }
}

/**
 * The newest slot that can be believed: of three or more the median, so that one that runs ahead makes no laggards of
 * the rest; of two the higher.
 */
function trustedSlot(slots: readonly number[]): number {
  const sorted = slots.toSorted((a, b) => b - a)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
}

/** What most say; of a draw, what was said first: the operator named the most trusted endpoint first. */
function majority(hashes: readonly string[]): string | undefined {
  const count = (hash: string) => hashes.filter((one) => one === hash).length
  return hashes.reduce((a, b) => (count(b) > count(a) ? b : a))
}
