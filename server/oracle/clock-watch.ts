import type { Clock } from '#server/platform/clock.ts'

/** Less than this is the time service at work, or a busy process between two readings. */
const JUMP_MS = 2_000

/**
 * Compares the time of day with the uptime, which no clock setting moves. `since` gives how far the clock was moved since
 * it was last asked, 0 for a clock that runs.
 */
export function clockWatch(clock: Clock, uptime: () => number = () => performance.now()): { since(): number } {
  let offset = clock.now() - uptime()
  return {
    since: () => {
      const now = clock.now() - uptime()
      const moved = Math.round(now - offset)
      if (Math.abs(moved) < JUMP_MS) return 0
      offset = now
      return moved
    },
  }
}
