import type { Clock } from '../clock.ts'
import { errorMessage } from '../errors.ts'
import type { Log } from '../log.ts'
import { type Ask, type BucketStore, HOLD_MS, memoryBuckets, type Policy } from './bucket.ts'

/** `remaining`: what is certainly left, here and in the shared bucket. `retryAfterS` is 0 for what was taken. */
export type Spent = { taken: boolean; remaining: number; retryAfterS: number }

export type Limiter = {
  spend(key: string, policy: Policy, tokens: number): Promise<Spent>
  /** Undoes a spend of the same moment: another bucket of the same call was empty. */
  undo(key: string, tokens: number): void
  /** Gives back what this process holds. */
  close(): Promise<void>
}

/** What a caller did lately, and the tokens taken for it from the shared bucket that are not spent yet. */
type Held = {
  tokens: number
  /** Of the tokens held, gone since the shared bucket was last told. */
  spent: number
  until: number
  remaining: number
  /** Tokens spent in this period and in the one before it: as many may be wanted next. */
  calls: number
  before: number
}

/** What is unspent goes back after this, long before the shared bucket stops counting it as held: a process that is busy is late. */
const PERIOD_MS = HOLD_MS / 4
/** Tokens spent in a period, from which on it costs less to take some for later and to give back what is left. */
const OFTEN = 4
const WARN_EVERY_MS = 10_000

/**
 * Counts calls exactly over all processes: every token is taken from one shared bucket, for who asks often in blocks while there
 * are many, one by one when they get few (docs/decisions/006-rate-limits.md). Where the bucket cannot be reached each process counts
 * by itself, so that an outage of the store is neither one of the API nor the end of limits.
 */
export function createLimiter({ store, clock, log }: { store: BucketStore; clock: Clock; log: Log }): Limiter {
  const held = new Map<string, Held>()
  /** Calls that ask the shared bucket now: others for the same key wait, as what comes may do for them too. */
  const asking = new Map<string, Promise<unknown>>()
  const alone = memoryBuckets(() => clock.now())
  let warnedAt = Number.NEGATIVE_INFINITY

  const endPeriod = async (key: string, mine: Held): Promise<void> => {
    if (held.get(key) !== mine) return
    if (mine.calls === 0) held.delete(key)
    else startPeriod(key, { tokens: 0, spent: mine.tokens > 0 ? 0 : mine.spent, calls: 0, before: mine.calls })
    await giveBack(key, mine)
  }
  const giveBack = async (key: string, { tokens, spent, until }: Held): Promise<void> => {
    if (tokens === 0 || performance.now() >= until) return
    await store
      .giveBack(key, { unspent: tokens, spent })
      .catch((error) => log.debug({ err: error }, 'tokens were not given back'))
  }
  const startPeriod = (key: string, begun: Pick<Held, 'tokens' | 'spent' | 'calls' | 'before'>): Held => {
    const mine = { ...begun, until: 0, remaining: 0 }
    held.set(key, mine)
    setTimeout(() => void endPeriod(key, mine), PERIOD_MS).unref()
    return mine
  }
  const take = async (key: string, policy: Policy, ask: Ask) => {
    try {
      return await store.take(key, policy, ask)
    } catch (error) {
      if (clock.now() - warnedAt > WARN_EVERY_MS) {
        warnedAt = clock.now()
        log.warn({ err: error }, `limits are counted in this process alone: ${errorMessage(error)}`)
      }
      return alone.take(key, policy, ask)
    }
  }

  const ask = async (key: string, policy: Policy, tokens: number): Promise<Spent> => {
    const askedAt = performance.now()
    const lately = held.get(key)
    // As much again as lately: who calls now and then takes one token, who calls often soon takes many at once.
    const often = lately === undefined ? 0 : Math.max(lately.calls, lately.before)
    const extra = often < OFTEN ? 0 : often
    const spent = lately?.spent ?? 0
    if (lately !== undefined) lately.spent = 0
    const { granted, remaining } = await take(key, policy, { need: tokens, extra, spent })
    if (granted < tokens) {
      const retryAfterS = Math.max(1, Math.ceil((tokens - remaining) / policy.perSecond))
      return { taken: false, remaining: Math.floor(remaining), retryAfterS }
    }
    const spare = granted - tokens
    const mine = held.get(key) ?? startPeriod(key, { tokens: 0, spent: 0, calls: 0, before: 0 })
    if (mine.tokens === 0) mine.until = askedAt + HOLD_MS
    mine.tokens += spare
    mine.calls += tokens
    mine.remaining = remaining
    return { taken: true, remaining: Math.floor(remaining) + spare, retryAfterS: 0 }
  }

  return {
    spend: async (key, policy, tokens) => {
      for (;;) {
        const mine = held.get(key)
        if (mine !== undefined && mine.tokens >= tokens && performance.now() < mine.until) {
          mine.tokens -= tokens
          mine.spent += tokens
          mine.calls += tokens
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
      if (mine !== undefined && performance.now() < mine.until) {
        mine.tokens += tokens
        mine.spent -= tokens
      } else void store.giveBack(key, { unspent: tokens, spent: 0 }).catch(() => undefined)
    },
    close: async () => {
      const all = [...held]
      held.clear()
      await Promise.all(all.map(([key, mine]) => giveBack(key, mine)))
    },
  }
}
