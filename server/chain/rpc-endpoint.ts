import type { Clock } from '#server/platform/clock.ts'
import type { RpcFailure, RpcFailureKind } from './rpc-answer.ts'

/** Where a Solana RPC answers, and where it pushes. The URLs may hold a provider's key. */
export type RpcEndpoint = { readonly url: string; readonly wsUrl: string }

/**
 * Why an endpoint gets no calls. `failing`, `rate-limited`: it does not answer. `lagging`: slots behind the others.
 * `disagrees`: it knows another block at a slot that most, or the one named first, know. `other-chain`: of another
 * cluster.
 */
export type Ban = 'failing' | 'rate-limited' | 'refused' | 'lagging' | 'disagrees' | 'other-chain'

/** What a person may see of an endpoint. */
export type EndpointStatus = {
  name: string
  ban: Ban | null
  slot: number | null
  /** Slots behind the newest that most of the endpoints know. */
  lag: number | null
  latencyMs: number | null
  lastOkAt: number | null
  /** Calls in a row without an answer. */
  failures: number
  error: string | null
}

export type EndpointEvents = {
  answered(name: string, ms: number): void
  failed(name: string, kind: RpcFailureKind): void
  seen(name: string, slot: number, lag: number): void
  /** `null`: it may be used again. */
  banned(name: string, ban: Ban | null): void
}

export type Endpoint = ReturnType<typeof createEndpoint>

/** One lost answer is noise; so many in a row mean that the endpoint is away. */
export const FAILING_AFTER = 3
const FIRST_BAN_MS = 2_000
const LONGEST_BAN_MS = 120_000
/** Weight of the newest answer in the mean of latencies. */
const NEWEST = 0.2
/** Bans that an answer proves over. */
const UNANSWERED: ReadonlySet<Ban> = new Set(['failing', 'rate-limited', 'refused'])
/** Answers of a healthy node that say nothing about its health. */
const HARMLESS: ReadonlySet<RpcFailureKind> = new Set(['behind', 'unsupported'])

/** One endpoint and what is known of it. A ban lasts longer each time, and ends after it with the first proof of the contrary. */
export function createEndpoint({ url, wsUrl }: RpcEndpoint, name: string, clock: Clock, events: EndpointEvents) {
  const status: EndpointStatus = {
    name,
    ban: null,
    slot: null,
    lag: null,
    latencyMs: null,
    lastOkAt: null,
    failures: 0,
    error: null,
  }
  /** Bans one after another, without an hour of peace between. */
  let bans = 0
  let bannedUntil = 0

  const ban = (why: Ban, forMs = Math.min(FIRST_BAN_MS * 2 ** bans, LONGEST_BAN_MS)) => {
    bannedUntil = clock.now() + forMs
    if (status.ban === why) return
    bans += 1
    status.ban = why
    events.banned(name, why)
  }
  const forgive = (reasons: ReadonlySet<Ban>) => {
    if (status.ban === null || !reasons.has(status.ban) || clock.now() < bannedUntil) return
    status.ban = null
    events.banned(name, null)
  }
  return {
    url,
    wsUrl,
    name,
    status: status as Readonly<EndpointStatus>,
    ban,
    /** Lifts a ban for one of these reasons whose time is over. */
    forgive,
    answered: (ms: number) => {
      status.lastOkAt = clock.now()
      status.latencyMs = status.latencyMs === null ? ms : Math.round(status.latencyMs * (1 - NEWEST) + ms * NEWEST)
      status.failures = 0
      status.error = null
      if (clock.now() - bannedUntil > LONGEST_BAN_MS) bans = 0
      forgive(UNANSWERED)
      events.answered(name, ms)
    },
    failed: (failure: RpcFailure) => {
      events.failed(name, failure.kind)
      if (HARMLESS.has(failure.kind)) return
      status.failures += 1
      status.error = failure.message
      if (failure.kind === 'rate-limited') ban('rate-limited', failure.retryAfterMs ?? undefined)
      else if (failure.kind === 'refused') ban('refused')
      else if (status.failures >= FAILING_AFTER) ban('failing')
    },
    seen: (slot: number, lag: number) => {
      status.slot = slot
      status.lag = lag
      events.seen(name, slot, lag)
    },
  }
}
