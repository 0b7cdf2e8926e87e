import { type Wake, wakeable } from '#server/chain/index.ts'
import type { KeeperHeartbeat } from '#server/exchange/index.ts'
import type { Clock } from '#server/platform/clock.ts'
import { errorMessage } from '#server/platform/errors.ts'
import type { Log } from '#server/platform/log.ts'
import type { KeeperMetrics } from './metrics.ts'

export type LoopOptions = {
  name: string
  /** Longest sleep without a wake. */
  everyMs: number
  /** Without a success for so long it is late, for three times so long it is down. */
  lateAfterMs: number
}
export type Loops = {
  start(options: LoopOptions, work: () => Promise<void> | void): Wake
  health(): Pick<KeeperHeartbeat, 'status' | 'loops' | 'at'>
  /** Resolves when every loop has ended, after the signal aborted. */
  ended(): Promise<void>
}

const BACK_OFF_MS = { first: 200, most: 5_000 }

/** The keeper's loops: each works when woken or due, backs off when it fails, and says how it is. */
export function createLoops({
  clock,
  log,
  metrics,
  signal,
}: {
  clock: Clock
  log: Log
  metrics: KeeperMetrics
  signal: AbortSignal
}): Loops {
  const states = new Map<string, { lastOkAt: number; lateAfterMs: number; ran: boolean; error: string | null }>()
  const running: Promise<void>[] = []

  const run = async ({ name, everyMs, lateAfterMs }: LoopOptions, work: () => Promise<void> | void, sleeper: Wake) => {
    const state = { lastOkAt: clock.now(), lateAfterMs, ran: false, error: null as string | null }
    states.set(name, state)
    let failures = 0
    while (!signal.aborted) {
      try {
        await work()
        failures = 0
        state.lastOkAt = clock.now()
        state.ran = true
        state.error = null
        await sleeper.orAfter(everyMs)
      } catch (error) {
        failures += 1
        state.error = errorMessage(error)
        metrics.loopFailed(name)
        const pauseMs = Math.min(BACK_OFF_MS.first * 2 ** (failures - 1), BACK_OFF_MS.most)
        log.warn({ err: error, loop: name, failures, pauseMs }, `keeper loop ${name} failed: ${state.error}`)
        await sleeper.orAfter(pauseMs, { ignoreWakes: true })
      }
    }
  }

  return {
    start: (options, work) => {
      const sleeper = wakeable(signal)
      running.push(run(options, work, sleeper))
      return sleeper
    },
    health: () => {
      const now = clock.now()
      const loops = Object.fromEntries(
        [...states].map(([name, { lastOkAt, lateAfterMs, ran, error }]) => {
          const silentMs = now - lastOkAt
          const status =
            silentMs > 3 * lateAfterMs
              ? ('down' as const)
              : silentMs > lateAfterMs
                ? ('late' as const)
                : ('ok' as const)
          return [name, { status, lastOkAt: ran ? lastOkAt : null, error }]
        }),
      )
      const statuses = Object.values(loops).map(({ status }) => status)
      const status = statuses.includes('down') ? 'down' : statuses.includes('late') ? 'late' : 'ok'
      return { status, loops, at: now }
    },
    ended: async () => {
      await Promise.all(running)
    },
  }
}
