import type { Clock } from '#server/platform/clock.ts'
import type { Meaning } from './refusals.ts'

/** How an attempt ended: what it was for is done, or why not. */
export type Result = 'done' | Meaning

/** Which things are being done or failed lately, so that a loop neither doubles nor hammers, nor waits for a slow one. */
export type Attempts = {
  /** False while the key is busy or resting, and while as many run as may. */
  mayTry(key: string): boolean
  /**
   * Starts `work` if the key may be tried, and does not wait for it. What failed rests longer each time, what is fatal
   * the longest; what is done rests `doneMs`, until its effect has come back as an account. `failures`: of the key in a
   * row so far.
   */
  start(key: string, work: (failures: number) => Promise<Result>): void
  /** Resolves when nothing runs. */
  settled(): Promise<void>
}

export type AttemptOptions = {
  doneMs: number
  firstMs: number
  mostMs: number
  /** At most so many at once. */
  parallel?: number
  onError: (error: unknown) => void
  /** An attempt ended: where all were busy, others may start. */
  onEnd?: () => void
}

export function createAttempts(
  clock: Clock,
  { doneMs, firstMs, mostMs, parallel = Number.POSITIVE_INFINITY, onError, onEnd }: AttemptOptions,
): Attempts {
  const busy = new Map<string, Promise<void>>()
  const resting = new Map<string, { times: number; nextAt: number }>()
  const mayTry = (key: string) =>
    busy.size < parallel && !busy.has(key) && (resting.get(key)?.nextAt ?? 0) <= clock.now()

  const rest = (key: string, result: Result) => {
    const isOver = result === 'done' || result === 'gone'
    const times = isOver ? 0 : (resting.get(key)?.times ?? 0) + 1
    const failedMs = result === 'fatal' ? mostMs : Math.min(firstMs * 2 ** (times - 1), mostMs)
    resting.set(key, { times, nextAt: clock.now() + (isOver ? doneMs : failedMs) })
    // Keys of orders that are gone must not pile up.
    for (const [other, { nextAt }] of resting) if (nextAt + mostMs * 4 < clock.now()) resting.delete(other)
  }
  const run = async (key: string, work: (failures: number) => Promise<Result>) => {
    let result: Result = 'waits'
    try {
      result = await work(resting.get(key)?.times ?? 0)
    } catch (error) {
      onError(error)
    }
    busy.delete(key)
    rest(key, result)
    onEnd?.()
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
