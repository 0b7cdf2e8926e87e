import { useSyncExternalStore } from 'react'
import { createStore } from './store.ts'

/** `lagging`: the line is open but silent. `down`: no line; a new one is being tried. */
export type ConnectionStatus = 'connecting' | 'live' | 'lagging' | 'down'

export type Connection = {
  status: ConnectionStatus
  /** When this status began, ms. */
  since: number
  /** When the last message came, ms; null before the first. */
  lastMessageAt: number | null
  /** Failed tries since the line was last open. */
  attempts: number
}

const INITIAL: Connection = { status: 'connecting', since: 0, lastMessageAt: null, attempts: 0 }

/** Prices come at least once a second, so silence of this length means something behind the line is slow. */
const LAG_MS = 4_000

const store = createStore<Connection>(INITIAL)

export const connection = {
  get: store.get,
  opening(): void {
    move('connecting')
  },
  message(): void {
    const now = Date.now()
    const { status, since } = store.get()
    store.set({ status: 'live', since: status === 'live' ? since : now, lastMessageAt: now, attempts: 0 })
  },
  failed(): void {
    move('down', store.get().attempts + 1)
  },
  /** Called by a timer: notices silence. */
  check(): void {
    const { status, lastMessageAt } = store.get()
    if (status === 'live' && lastMessageAt !== null && Date.now() - lastMessageAt > LAG_MS) move('lagging')
  },
}

function move(status: ConnectionStatus, attempts = store.get().attempts): void {
  const now = store.get()
  // A line that was open and is being reopened stays "down" until the first message: it is no better off.
  if (status === 'connecting' && now.lastMessageAt !== null) return
  store.set({ ...now, status, attempts, since: now.status === status ? now.since : Date.now() })
}

/** State of the tab's one stream. Changes with every message, so select what you show. */
export function useConnection<T extends string | number | boolean | null>(select: (connection: Connection) => T): T {
  return useSyncExternalStore(
    store.subscribe,
    () => select(store.get()),
    () => select(INITIAL),
  )
}

/**
 * How far this computer's clock is ahead of the server's, ms: the least difference seen, which is the one with the
 * least travel time in it. Ages of data are measured on the server's clock.
 */
let skewMs = Number.POSITIVE_INFINITY

export function observeServerTime(at: number): void {
  skewMs = Math.min(skewMs, Date.now() - at)
}

/** Now on the server's clock, ms. */
export function serverNow(): number {
  return Date.now() - (Number.isFinite(skewMs) ? skewMs : 0)
}
