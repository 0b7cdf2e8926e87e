import { useSyncExternalStore } from 'react'
import { serverNow } from './connection.ts'

/** One timer for every clock, age and countdown on the page; it stops when none is shown. */
const TICK_MS = 250
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    if (!document.hidden) for (const notify of listeners) notify()
  }, TICK_MS)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** `read` of the server's time now, ms, four times a second; null on the server, where no time is right for long. */
export function useNow<T extends string | number | boolean | null>(read: (now: number) => T): T | null {
  return useSyncExternalStore(
    subscribe,
    () => read(serverNow()),
    () => null,
  )
}
