/** A token bucket: `capacity` at once, then `perSecond`. */
export type Policy = { readonly capacity: number; readonly perSecond: number }

/**
 * `granted` is 0, or at least what was needed: beyond it the caller holds tokens for later calls, and may spend them for
 * `HOLD_MS` from when it asked. `remaining` stays in the bucket.
 */
export type Grant = { granted: number; remaining: number }

/** `need` tokens now and up to `extra` for later; `spent` of those granted for later are gone since this process last told. */
export type Ask = { need: number; extra: number; spent: number }

/** Buckets that several processes share. */
export type BucketStore = {
  take(key: string, policy: Policy, ask: Ask): Promise<Grant>
  /** Of what was granted for later: tokens that were not spent, and those that were since this process last told. */
  giveBack(key: string, rest: { unspent: number; spent: number }): Promise<void>
  close(): void
}

/** How long a process may spend what it holds. */
export const HOLD_MS = 5_000
/** A grant beyond the need is at most this part of what is left, while more than `SCARCE` of the capacity is: then calls are counted one by one. */
export const BLOCK_SHARE = 1 / 16
export const SCARCE = 1 / 4

type Bucket = { tokens: number; at: number }

/** Buckets of this process alone: where the shared ones cannot be reached, a limit must still hold. */
export function memoryBuckets(now: () => number): BucketStore {
  const buckets = new Map<string, Bucket>()
  return {
    take: async (key, { capacity, perSecond }, { need }) => {
      const at = now()
      const known = buckets.get(key) ?? { tokens: capacity, at }
      const refilled = Math.min(capacity, known.tokens + (Math.max(0, at - known.at) / 1_000) * perSecond)
      const granted = refilled < need ? 0 : need
      buckets.delete(key)
      buckets.set(key, { tokens: refilled - granted, at })
      const [oldest] = buckets.keys()
      if (buckets.size > MOST_BUCKETS && oldest !== undefined) buckets.delete(oldest)
      return { granted, remaining: refilled - granted }
    },
    giveBack: async (key, { unspent }) => {
      const known = buckets.get(key)
      if (known !== undefined) known.tokens += unspent
    },
    close: () => buckets.clear(),
  }
}

/** Of different callers in a process's memory. */
const MOST_BUCKETS = 50_000
