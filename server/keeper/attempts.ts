import type { Clock } from '#server/platform/clock.ts'

/** Which things are being done or failed lately, so that a loop neither doubles nor hammers, nor waits for a slow one. */
export type Attempts = {
  /** False while the key is busy or resting. */
  mayTry(key: string): boolean
  /**
   * Starts `work` unless the key is busy or resting, and does not wait for it. A failed key rests longer each time; a
   * done one rests `doneMs`, until its effect has come back as an account.
   */
  start(key: string, work: () => Promise<'done' | 'failed'>): void
  /** Resolves when nothing runs. */
  settled(): Promise<void>
}

export type AttemptOptions = { doneMs: number; firstMs: number; mostMs: number; onError: (error: unknown) => void }

export function createAttempts(clock: Clock, { doneMs, firstMs, mostMs, onError }: AttemptOptions): Attempts {
  const busy = new Map<string, Promise<void>>()
  const resting = new Map<string, { times: number; nextAt: number }>()
  const mayTry = (key: string) => !busy.has(key) && (resting.get(key)?.nextAt ?? 0) <= clock.now()

  const rest = (key: string, result: 'done' | 'failed') => {
    const times = result === 'done' ? 0 : (resting.get(key)?.times ?? 0) + 1
    const restMs = times === 0 ? doneMs : Math.min(firstMs * 2 ** (times - 1), mostMs)
    resting.set(key, { times, nextAt: clock.now() + restMs })
    // Keys of orders that are gone must not pile up.
    for (const [other, { nextAt }] of resting) if (nextAt + mostMs * 4 < clock.now()) resting.delete(other)
  }
  const run = async (key: string, work: () => Promise<'done' | 'failed'>) => {
    let result: 'done' | 'failed' = 'failed'
    try {
      result = await work()
    } catch (error) {
      onError(error)
    }
    busy.delete(key)
    rest(key, result)
  }
  return {
    mayTry,
    start: (key, work) => {
      if (mayTry(key)) busy.set(key, run(key, work))
    },
    settled: async () => {
      await Promise.all(busy.values())
    },
  }
}
