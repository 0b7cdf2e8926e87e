/** Milliseconds since the Unix epoch; passed in wherever time matters, so that tests own it. */
export type Clock = { now(): number }

export const systemClock: Clock = { now: () => Date.now() }

/** A clock that a test moves by hand. */
export type ManualClock = Clock & { set(atMs: number): void; advance(ms: number): void }

export function manualClock(startMs = 0): ManualClock {
  let nowMs = startMs
  return {
    now: () => nowMs,
    set: (atMs) => {
      nowMs = atMs
    },
    advance: (ms) => {
      nowMs += ms
    },
  }
}
