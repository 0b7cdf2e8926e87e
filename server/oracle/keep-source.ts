import { wakeable } from '#server/chain/index.ts'
import type { Log } from '#server/platform/log.ts'
import { type BreakerState, createBreaker } from './breaker.ts'
import { failureOf, type OracleSource, type SourceReport, sourceFailure } from './source.ts'

/** How a source is doing. */
export type SourceState = {
  breaker: BreakerState
  /** Until the breaker lets the next connection be made, ms; null while it is closed. */
  retryInMs: number | null
  /** Why the last connection failed; null once it delivers again. */
  error: string | null
}

export type KeptSource = {
  state(): SourceState
  /** A price of it was taken. */
  delivered(): void
  /** Resolves when the signal has aborted and the last connection has ended. */
  ended: Promise<void>
}

/** Keeps one source connected: watches for silence, connects again with back-off, and leaves a broken one alone. */
export function keepSource(source: OracleSource, report: SourceReport, log: Log, signal: AbortSignal): KeptSource {
  const breaker = createBreaker()
  const sleeper = wakeable(signal)
  // Uptime, not the time of day: a clock that is set back must not keep a source waiting.
  const now = () => performance.now()
  let error: string | null = null

  const connectOnce = async (): Promise<void> => {
    const connection = new AbortController()
    const watchdog = silenceWatch(source.silentAfterMs, () =>
      connection.abort(sourceFailure('silent', `nothing came from ${source.name} for ${source.silentAfterMs} ms`)),
    )
    let gavePrice = false
    const heard: SourceReport = {
      ...report,
      onAlive: () => watchdog.alive(),
      onPrice: (price) => {
        watchdog.alive()
        gavePrice = true
        report.onPrice(price)
      },
    }
    try {
      await source.connect(heard, AbortSignal.any([signal, connection.signal]))
      // A connection that ends because it was told to resolves too.
      connection.signal.throwIfAborted()
      if (!gavePrice && !signal.aborted) throw sourceFailure('silent', `${source.name} ended without a price`)
      breaker.ended(now())
    } catch (thrown) {
      if (signal.aborted) return
      const failure = failureOf(connection.signal.aborted ? connection.signal.reason : thrown)
      breaker.failed(failure.kind, now(), failure.retryAfterMs)
      if (error === null) log.warn({ source: source.name, failure: failure.kind }, failure.reason)
      error = failure.reason
    } finally {
      watchdog.stop()
    }
  }

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      await connectOnce()
      await sleeper.orAfter(Math.max(0, breaker.retryAt() - now()))
    }
  }

  return {
    state: () => {
      const state = breaker.state(now())
      return {
        breaker: state,
        retryInMs: state === 'closed' ? null : Math.max(0, Math.round(breaker.retryAt() - now())),
        error,
      }
    },
    delivered: () => {
      breaker.delivered(now())
      if (error !== null) log.info({ source: source.name }, `${source.name} delivers again`)
      error = null
    },
    ended: run(),
  }
}

/** Calls `onSilent` once when nobody has said `alive` for `ms`. */
function silenceWatch(ms: number, onSilent: () => void) {
  let timer = setTimeout(onSilent, ms)
  return {
    alive: () => {
      clearTimeout(timer)
      timer = setTimeout(onSilent, ms)
    },
    stop: () => clearTimeout(timer),
  }
}
