import type { Clock } from '../clock.ts'
import { errorMessage } from '../errors.ts'
import type { Log } from '../log.ts'
import { type BucketStore, HOLD_MS, memoryBuckets, type Policy } from './bucket.ts'

/** `remaining`: what is certainly left, here and in the shared bucket. `retryAfterS` is 0 for what was taken. */
export type Spent = { taken: boolean; remaining: number; retryAfterS: number }

export type Limiter = {
  spend(key: string, policy: Policy, tokens: number): Promise<Spent>
  /** Undoes a spend of the same moment: another bucket of the same call was empty. */
  undo(key: string, tokens: number): void
  /** Gives back what this process holds. */
  close(): Promise<void>
}

/** Tokens that were taken from the shared bucket and not spent yet. */
type Held = { tokens: number; until: number; remaining: number }

/** Long before the shared bucket stops counting them as held: a process that is busy is late. */
const GIVE_BACK_AFTER_MS = HOLD_MS / 10
const WARN_EVERY_MS = 10_000

/**
 * Counts calls exactly over all processes: every token is taken from one shared bucket, in small blocks while there are
 * many, one by one when they get few (docs/decisions/006-rate-limits.md). Where the bucket cannot be reached each process counts
 * by itself, so that an outage of the store is neither one of the API nor the end of limits.
 */
export function createLimiter({ store, clock, log }: { store: BucketStore; clock: Clock; log: Log }): Limiter {
  const held = new Map<string, Held>()
  /** Calls that ask the shared bucket now: others for the same key wait, as what comes may do for them too. */
  const asking = new Map<string, Promise<unknown>>()
  const alone = memoryBuckets(() => clock.now())
  let warnedAt = Number.NEGATIVE_INFINITY

  const giveBack = async (key: string, mine: Held): Promise<void> => {
    if (held.get(key) !== mine) return
    held.delete(key)
    const tokens = performance.now() < mine.until ? mine.tokens : 0
    if (tokens > 0)
      await store.giveBack(key, tokens).catch((error) => log.debug({ err: error }, 'tokens were not given back'))
  }
  const hold = (key: string, tokens: number, remaining: number, until: number): void => {
    const known = held.get(key)
    if (known !== undefined && known.until > performance.now()) {
      known.tokens += tokens
      known.remaining = remaining
      return
    }
    const mine = { tokens, remaining, until }
    held.set(key, mine)
    setTimeout(() => void giveBack(key, mine), GIVE_BACK_AFTER_MS).unref()
  }
  const take = async (key: string, policy: Policy, need: number) => {
    try {
      return await store.take(key, policy, need)
    } catch (error) {
      if (clock.now() - warnedAt > WARN_EVERY_MS) {
        warnedAt = clock.now()
        log.warn({ err: error }, `limits are counted in this process alone: ${errorMessage(error)}`)
      }
      return alone.take(key, policy, need)
    }
  }

  const ask = async (key: string, policy: Policy, tokens: number): Promise<Spent> => {
    const askedAt = performance.now()
    const { granted, remaining } = await take(key, policy, tokens)
    if (granted < tokens) {
      const retryAfterS = Math.max(1, Math.ceil((tokens - remaining) / policy.perSecond))
      return { taken: false, remaining: Math.floor(remaining), retryAfterS }
    }
    const spare = granted - tokens
    if (spare > 0) hold(key, spare, remaining, askedAt + HOLD_MS)
    return { taken: true, remaining: Math.floor(remaining) + spare, retryAfterS: 0 }
  }

  return {
    spend: async (key, policy, tokens) => {
      for (;;) {
        const mine = held.get(key)
        if (mine !== undefined && mine.tokens >= tokens && performance.now() < mine.until) {
          mine.tokens -= tokens
          return { taken: true, remaining: Math.floor(mine.remaining) + mine.tokens, retryAfterS: 0 }
        }
        const others = asking.get(key)
        if (others === undefined) break
        await others
      }
      const asked = ask(key, policy, tokens).finally(() => asking.delete(key))
      asking.set(key, asked)
      return asked
    },
    undo: (key, tokens) => {
      const mine = held.get(key)
      if (mine !== undefined && performance.now() < mine.until) mine.tokens += tokens
      else void store.giveBack(key, tokens).catch(() => undefined)
    },
    close: async () => {
      await Promise.all([...held].map(([key, mine]) => giveBack(key, mine)))
    },
  }
}
