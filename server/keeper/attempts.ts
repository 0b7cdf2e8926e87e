import type { Clock } from '#server/platform/clock.ts'

/** Which things are being done or failed lately, so that a loop neither doubles nor hammers. */
export type Attempts = {
  mayTry(key: string): boolean
  /**
   * Runs `work` unless the key is busy or resting. A failed key rests longer each time; a done one rests `doneMs`, until
   * its effect has come back as an account.
   */
  run(key: string, work: () => Promise<'done' | 'failed'>): Promise<void>
}

export function createAttempts(
  clock: Clock,
  { doneMs, firstMs, mostMs }: { doneMs: number; firstMs: number; mostMs: number },
): Attempts {
  const busy = new Set<string>()
  const resting = new Map<string, { times: number; nextAt: number }>()
  const mayTry = (key: string) => !busy.has(key) && (resting.get(key)?.nextAt ?? 0) <= clock.now()
  return {
    mayTry,
    run: async (key, work) => {
      if (!mayTry(key)) return
      busy.add(key)
      const result = await work().finally(() => busy.delete(key))
      const times = result === 'done' ? 0 : (resting.get(key)?.times ?? 0) + 1
      const restMs = times === 0 ? doneMs : Math.min(firstMs * 2 ** (times - 1), mostMs)
      resting.set(key, { times, nextAt: clock.now() + restMs })
      // Keys of orders that are gone must not pile up.
      for (const [other, { nextAt }] of resting) if (nextAt + mostMs * 4 < clock.now()) resting.delete(other)
    },
  }
}
