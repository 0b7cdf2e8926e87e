import { setTimeout as delay } from 'node:timers/promises'
import { AppError, errorMessage } from './errors.ts'

/** A part that runs: a process of ours, or a server of somebody else's. */
export type Running = {
  pid: number
  /** Resolves, never rejects, with how it ended. */
  exited: Promise<Exit>
  /** Asks it to finish its work and end; resolves when it is gone. */
  stop(): Promise<void>
}

export type Exit = {
  /** For a person: "exit code 1", "signal SIGKILL". */
  reason: string
  /** True when starting it again cannot help, such as a wrong setting. */
  hopeless: boolean
}

export type Part = {
  name: string
  /** Resolves when the part is ready to serve; a rejection counts as a crash. `signal` aborts when it is to end instead. */
  start(signal: AbortSignal): Promise<Running>
}

export type PartState =
  | { kind: 'starting' }
  | { kind: 'ready'; pid: number; afterMs: number }
  | { kind: 'crashed'; reason: string; retryMs: number }
  /** Crashed too often; waits for a person. */
  | { kind: 'given-up'; reason: string }
  | { kind: 'stopping' }
  | { kind: 'stopped' }

export type SupervisorTimings = {
  firstRetryMs: number
  longestRetryMs: number
  /** A part that ran this long starts its back-off afresh. */
  stableMs: number
  /** Crashes in a row, none of them after a stable run, that end the attempts. */
  crashLimit: number
  /** The same for a part that was never ready: somebody waits at the terminal. */
  startLimit: number
}

const TIMINGS: SupervisorTimings = {
  firstRetryMs: 200,
  longestRetryMs: 10_000,
  stableMs: 30_000,
  crashLimit: 8,
  startLimit: 4,
}

export type SupervisorOptions = {
  /** Started in order, each stage when the one before is ready; stopped the other way round. */
  stages: readonly (readonly Part[])[]
  onState(part: string, state: PartState): void
  timings?: Partial<SupervisorTimings>
}

export type Supervisor = {
  /** Starts everything. Rejects when a part is given up before it was ready once; then all others are stopped. */
  start(): Promise<void>
  /** Stops everything, last stage first; a second call waits for the first. */
  stop(): Promise<void>
}

/** Keeps parts running: restarts what ends, with growing pauses, and gives up on what only crashes. */
export function createSupervisor({ stages, onState, timings }: SupervisorOptions): Supervisor {
  const limits = { ...TIMINGS, ...timings }
  const keepers = stages.map((parts) => parts.map((part) => new Keeper(part, limits, onState)))
  let stopping: Promise<void> | undefined

  const stop = () => {
    stopping ??= (async () => {
      // All stages learn of it first, so that nothing restarts what its stage is losing.
      for (const keeper of keepers.flat()) keeper.retire()
      for (const stage of keepers.toReversed()) await Promise.all(stage.map((keeper) => keeper.stop()))
    })()
    return stopping
  }

  return {
    start: async () => {
      try {
        for (const stage of keepers) {
          if (stopping) return
          await Promise.all(stage.map((keeper) => keeper.start()))
        }
      } catch (error) {
        await stop()
        throw error
      }
    },
    stop,
  }
}

/** One part and its life. */
class Keeper {
  readonly #part: Part
  readonly #limits: SupervisorTimings
  readonly #onState: SupervisorOptions['onState']
  readonly #retired = new AbortController()
  readonly #firstReady = Promise.withResolvers<void>()
  #running: Running | undefined
  #wasReady = false
  #life: Promise<void> | undefined

  constructor(part: Part, limits: SupervisorTimings, onState: SupervisorOptions['onState']) {
    this.#part = part
    this.#limits = limits
    this.#onState = onState
  }

  start(): Promise<void> {
    this.#life = this.#live()
    return this.#firstReady.promise
  }

  retire(): void {
    this.#retired.abort()
    this.#firstReady.resolve()
  }

  async stop(): Promise<void> {
    if (this.#life === undefined) return
    if (this.#running) {
      this.#report({ kind: 'stopping' })
      await this.#running.stop()
    }
    await this.#life
    this.#report({ kind: 'stopped' })
  }

  async #live(): Promise<void> {
    let crashes = 0
    while (!this.#retired.signal.aborted) {
      const { reason, hopeless, ranMs } = await this.#run()
      if (this.#retired.signal.aborted) return
      crashes = ranMs >= this.#limits.stableMs ? 1 : crashes + 1
      if (hopeless || crashes >= (this.#wasReady ? this.#limits.crashLimit : this.#limits.startLimit)) {
        this.#report({ kind: 'given-up', reason })
        this.#firstReady.reject(new Error(`${this.#part.name}: ${reason}`))
        return
      }
      const retryMs = Math.min(this.#limits.firstRetryMs * 2 ** (crashes - 1), this.#limits.longestRetryMs)
      this.#report({ kind: 'crashed', reason, retryMs })
      await delay(retryMs, undefined, { signal: this.#retired.signal }).catch(() => {
        // Retired while waiting; the loop ends.
      })
    }
  }

  /** One run from start to end. */
  async #run(): Promise<Exit & { ranMs: number }> {
    this.#report({ kind: 'starting' })
    const startedAt = performance.now()
    try {
      this.#running = await this.#part.start(this.#retired.signal)
    } catch (error) {
      return { reason: errorMessage(error), hopeless: isHopeless(error), ranMs: 0 }
    }
    const readyAt = performance.now()
    if (this.#retired.signal.aborted) {
      // It became ready while everything was being stopped.
      await this.#running.stop()
    } else {
      this.#report({ kind: 'ready', pid: this.#running.pid, afterMs: readyAt - startedAt })
      this.#wasReady = true
      this.#firstReady.resolve()
    }
    const exit = await this.#running.exited
    this.#running = undefined
    return { ...exit, ranMs: performance.now() - readyAt }
  }

  #report(state: PartState): void {
    this.#onState(this.#part.name, state)
  }
}

/** Thrown by a part's start when another attempt would end the same way. */
export class HopelessStart extends Error {
  override readonly name = 'HopelessStart'
}

/** A wrong setting, a busy port, a database of another version: they stay as they are however often we try. */
export function isHopeless(error: unknown): boolean {
  if (error instanceof AppError) return error.code === 'BAD_INPUT' || error.code === 'CONFLICT'
  return error instanceof HopelessStart
}
