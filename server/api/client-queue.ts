import type { HubEvent, TopicKind } from './topic.ts'

/**
 * What waits for one client, oldest first, never more than `limit`: beyond it everything waiting is given up and
 * `onOverflow` told. Of a state topic only the newest message waits; when it replaces an older one it becomes a
 * snapshot, because the numbers between are gone.
 */
export type ClientQueue = {
  push(event: HubEvent, kind: TopicKind): void
  shift(): HubEvent | undefined
  size(): number
  /** Resolves when there is something to read, or at once when there is. */
  ready(): Promise<void>
  /** Makes `ready` resolve although nothing came: the client is leaving or has fallen behind. */
  wake(): void
}

export function clientQueue({ limit, onOverflow }: { limit: number; onOverflow: () => void }): ClientQueue {
  const waiting = new Map<string, HubEvent>()
  let reader: (() => void) | undefined

  const wake = () => {
    reader?.()
    reader = undefined
  }
  return {
    push: (event, kind) => {
      const key = kind === 'state' ? event.topic : `${event.topic} ${event.seq}`
      const replaces = kind === 'state' && waiting.delete(key)
      if (waiting.size >= limit) {
        waiting.clear()
        onOverflow()
      } else {
        // Deleted and set again, it moves to the end: messages leave in the order of their numbers.
        waiting.set(key, replaces ? { ...event, kind: 'snapshot' } : event)
      }
      wake()
    },
    shift: () => {
      for (const [key, event] of waiting) {
        waiting.delete(key)
        return event
      }
      return undefined
    },
    size: () => waiting.size,
    ready: () => {
      if (waiting.size > 0) return Promise.resolve()
      return new Promise((resolve) => {
        reader = resolve
      })
    },
    wake,
  }
}
