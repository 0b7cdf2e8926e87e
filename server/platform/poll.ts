import { setTimeout as delay } from 'node:timers/promises'

/**
 * Asks `probe` until it answers something other than undefined or false.
 * @returns that answer, or undefined when `timeoutMs` has passed.
 */
export async function pollUntil<T>(
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  { timeoutMs, everyMs = 25 }: { timeoutMs: number; everyMs?: number },
): Promise<T | undefined> {
  const startedAt = performance.now()
  for (;;) {
    const answer = await probe()
    if (answer !== undefined && answer !== false) return answer
    if (performance.now() - startedAt >= timeoutMs) return undefined
    await delay(everyMs)
  }
}
