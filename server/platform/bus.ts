/**
 * Topics between roles. At most once, in order per publisher, to whoever is subscribed now: a wake-up or a live view,
 * never the only copy of a fact. Messages are JSON values (money is decimal text).
 */
export interface Bus {
  /** Resolves when the message is handed over. Throws TypeError for what JSON cannot carry (bigint, undefined). */
  publish(topic: string, message: unknown): Promise<void>
  /** `pattern` is a topic or a prefix ending in `*` (`price.*`). Returns the unsubscribe function. */
  subscribe(pattern: string, handler: BusHandler): () => void
  close(): Promise<void>
}

/** Delivered to this process's own subscribers after a connection was lost or fell behind: messages are missing. */
export const BUS_RESUMED = 'bus.resumed'

export type BusHandler = (message: unknown, topic: string) => void

/** Where a handler's own failure goes: the bus and the other handlers continue. */
export type BusErrorHandler = (error: unknown, topic: string) => void

/** Encodes a message so that every implementation delivers the same value, never the publisher's own object. */
export function encodeBusMessage(message: unknown): string {
  const text = JSON.stringify(message)
  if (text === undefined) throw new TypeError(`a bus message must be a JSON value, not ${typeof message}`)
  return text
}

/** The subscriptions of one process, shared by all implementations. */
export class Subscribers {
  readonly #exact = new Map<string, Set<BusHandler>>()
  readonly #prefixes = new Map<string, Set<BusHandler>>()
  readonly #onError: BusErrorHandler

  constructor(onError: BusErrorHandler) {
    this.#onError = onError
  }

  add(pattern: string, handler: BusHandler): () => void {
    const star = pattern.indexOf('*')
    if (star !== -1 && star !== pattern.length - 1) {
      throw new TypeError(`topic pattern ${pattern} may hold * only at its end`)
    }
    const [table, key] = star === -1 ? [this.#exact, pattern] : [this.#prefixes, pattern.slice(0, -1)]
    const handlers = table.get(key) ?? new Set()
    table.set(key, handlers)
    // A wrapper keeps two subscriptions of one function apart.
    const own: BusHandler = (message, topic) => handler(message, topic)
    handlers.add(own)
    return () => {
      handlers.delete(own)
      if (handlers.size === 0 && table.get(key) === handlers) table.delete(key)
    }
  }

  deliver(topic: string, text: string): void {
    const handlers = [...(this.#exact.get(topic) ?? [])]
    for (const [prefix, matching] of this.#prefixes) if (topic.startsWith(prefix)) handlers.push(...matching)
    if (handlers.length === 0) return
    const message: unknown = JSON.parse(text)
    for (const handler of handlers) {
      try {
        handler(message, topic)
      } catch (error) {
        this.#onError(error, topic)
      }
    }
  }

  clear(): void {
    this.#exact.clear()
    this.#prefixes.clear()
  }
}

/** The bus inside one process. Handlers run after `publish` was called, not inside it, as with every other bus. */
export function memoryBus(onError: BusErrorHandler = rethrowLater): Bus {
  const subscribers = new Subscribers(onError)
  let closed = false
  return {
    publish: async (topic, message) => {
      const text = encodeBusMessage(message)
      if (closed) throw new Error(`bus is closed; ${topic} was not published`)
      await Promise.resolve()
      subscribers.deliver(topic, text)
    },
    subscribe: (pattern, handler) => subscribers.add(pattern, handler),
    close: async () => {
      closed = true
      subscribers.clear()
    },
  }
}

/** Without an error handler a failing subscriber is a bug that must be seen, but not by the publisher. */
export function rethrowLater(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}
