import type { HubEvent, TopicKind } from './topic.ts'

/** `resumeAt`: once this is read, nothing up to that position is missing; 0 where that cannot be said. */
export type Waiting = { event: HubEvent; resumeAt: number }

/**
 * What waits for one client, oldest first, never more than `limit()`: beyond it everything waiting is given up and
 * `onOverflow` told. Of a state topic only the newest message waits; when it replaces an older one it becomes a
 * snapshot, because the numbers between are gone.
 */
export type ClientQueue = {
  push(event: HubEvent, kind: TopicKind, resumeAt: number): void
  shift(): Waiting | undefined
  /** Gives up what waits of one topic. */
  drop(topic: string): void
  /** Resolves when there is something to read, or at once when there is. */
  ready(): Promise<void>
  /** Makes `ready` resolve although nothing came: there is something else to tell the client. */
  wake(): void
}

export function clientQueue({ limit, onOverflow }: { limit: () => number; onOverflow: () => void }): ClientQueue {
  const waiting = new Map<string, Waiting>()
  let reader: (() => void) | undefined

  const wake = () => {
    reader?.()
    reader = undefined
  }
  return {
    push: (event, kind, resumeAt) => {
      const key = kind === 'state' ? event.topic : `${event.topic} ${event.kind} ${event.seq}`
      const replaces = kind === 'state' && waiting.delete(key)
      if (waiting.size >= limit()) {
        waiting.clear()
        onOverflow()
      } else {
        // Deleted and set again, it moves to the end: messages leave in the order of their numbers.
        waiting.set(key, { event: replaces ? { ...event, kind: 'snapshot' } : event, resumeAt })
      }
      wake()
    },
    shift: () => {
      for (const [key, next] of waiting) {
        waiting.delete(key)
        return next
      }
      return undefined
    },
    drop: (topic) => {
      for (const [key, { event }] of waiting) if (event.topic === topic) waiting.delete(key)
    },
    ready: () => {
      if (waiting.size > 0) return Promise.resolve()
      return new Promise((resolve) => {
        reader = resolve
      })
    },
    wake,
  }
}
