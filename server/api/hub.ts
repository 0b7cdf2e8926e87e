import { setTimeout as delay } from 'node:timers/promises'
import type { Bus } from '#server/platform/bus.ts'
import type { Clock } from '#server/platform/clock.ts'
import { errorMessage, toAppError } from '#server/platform/errors.ts'
import type { Log } from '#server/platform/log.ts'
import { clientQueue } from './client-queue.ts'
import { type HubEvent, KEPT_DELTAS, Topic, type TopicSource } from './topic.ts'

export type HubOptions = {
  bus: Bus
  clock: Clock
  log: Log
  /** Bus patterns that carry topics of this hub; each is subscribed once, whatever the number of clients. */
  patterns: readonly string[]
  /** The source of a topic. @throws AppError for a name that is none. */
  sourceOf: (topic: string) => TopicSource
}

export type Hub = {
  /**
   * The messages of `topics` until `signal` aborts: a snapshot of each, then its deltas. With the id of the last
   * message seen before (`after`), only what was missed, where that is still known.
   * @throws AppError BAD_INPUT at once for a name that is no topic, and while reading, below 500, when what the topic is
   * about does not exist. A source that fails otherwise is asked again.
   */
  subscribe(
    topics: readonly string[],
    options: { after?: string | undefined; signal: AbortSignal },
  ): AsyncGenerator<HubMessage, void>
  publish(topic: string, data: unknown): void
  /** Every client gets new snapshots: messages may have been lost on the way here. */
  resnapshot(): void
  stats(): { clients: number; topics: number }
  /** Ends every stream. */
  close(): void
}

/** `id` is what a client hands back as `after`. */
export type HubMessage = { id: string; event: HubEvent }

/** Room in a client's queue beyond the snapshots and kept deltas of all its topics. */
const SPARE_QUEUE = 64
const RETRY_LOAD_MS = 1_000
/** A topic nobody reads is kept this long, so that a client that reconnects can resume. */
const IDLE_TOPIC_MS = 60_000

export function createHub({ bus, clock, log, patterns, sourceOf }: HubOptions): Hub {
  /** Ids of another process, or of this one before a restart, mean nothing here. */
  const epoch = crypto.randomUUID().slice(0, 8)
  const topics = new Map<string, Topic>()
  const clients = new Set<{ restart: () => void; wake: () => void }>()
  let closed = false
  let position = 0

  const publish = (name: string, data: unknown): void => {
    const topic = topics.get(name)
    if (topic === undefined) return
    position += 1
    topic.publish(data, position, clock.now())
  }

  const join = (name: string, listener: (event: HubEvent) => void): Topic => {
    dropIdle()
    let topic = topics.get(name)
    if (topic === undefined) {
      // A new topic begins at a position of its own: whoever resumes from an earlier one gets a snapshot.
      position += 1
      topic = new Topic(name, sourceOf(name), position)
      topics.set(name, topic)
    }
    topic.listeners.add(listener)
    topic.idleSince = undefined
    return topic
  }

  const leave = (topic: Topic, listener: (event: HubEvent) => void): void => {
    topic.listeners.delete(listener)
    if (topic.listeners.size === 0) topic.idleSince = clock.now()
  }

  const dropIdle = (): void => {
    for (const [name, { idleSince }] of topics) {
      if (idleSince !== undefined && clock.now() - idleSince > IDLE_TOPIC_MS) topics.delete(name)
    }
  }

  /** A snapshot and what followed it. While the source fails, the other topics go on and this one is tried again. */
  const load = async (topic: Topic, signal: AbortSignal): Promise<HubEvent[]> => {
    while (!signal.aborted) {
      try {
        return await topic.fromSnapshot(clock.now)
      } catch (thrown) {
        if (toAppError(thrown).status < 500) throw thrown
        log.debug({ topic: topic.name, reason: errorMessage(thrown) }, 'snapshot failed, trying again')
        await delay(RETRY_LOAD_MS, undefined, { signal }).catch(() => undefined)
      }
    }
    return []
  }

  async function* messages(
    names: readonly string[],
    { after, signal }: { after?: string | undefined; signal: AbortSignal },
  ): AsyncGenerator<HubMessage, void> {
    const resumeFrom = positionOf(after)
    const joined: [Topic, (event: HubEvent) => void][] = []
    /** Topics whose snapshot is being loaded: their deltas wait in the topic. */
    const loading = new Set<Topic>()
    /** Topics whose snapshot has not gone out: until all have, the client must not resume, it would miss those. */
    const owed = new Set<string>()
    let fellBehind = false
    let failure: unknown
    const queue = clientQueue({
      limit: names.length * (KEPT_DELTAS + 1) + SPARE_QUEUE,
      onOverflow: () => {
        fellBehind = true
      },
    })

    const start = (topic: Topic): void => {
      owed.add(topic.name)
      if (loading.has(topic)) return
      loading.add(topic)
      load(topic, signal).then(
        (events) => {
          // Synchronous from here on, so no delta comes between.
          loading.delete(topic)
          for (const event of events) queue.push(event, event.kind === 'snapshot' ? 'state' : topic.source.kind)
        },
        (thrown: unknown) => {
          failure = thrown
          queue.wake()
        },
      )
    }
    const restart = (): void => {
      for (const [topic] of joined) start(topic)
    }

    signal.addEventListener('abort', queue.wake)
    const client = { restart, wake: queue.wake }
    clients.add(client)
    try {
      for (const name of new Set(names)) {
        const listener = (event: HubEvent) => {
          if (!fellBehind && !loading.has(topic)) queue.push(event, topic.source.kind)
        }
        const topic = join(name, listener)
        joined.push([topic, listener])
      }
      for (const [topic] of joined) {
        const missed = resumeFrom === undefined ? undefined : topic.missedSince(resumeFrom)
        if (missed === undefined) start(topic)
        else for (const event of missed) queue.push(event, topic.source.kind)
      }
      while (!signal.aborted && !closed) {
        if (fellBehind) {
          fellBehind = false
          restart()
        }
        const event = queue.shift()
        if (event !== undefined) {
          if (event.kind === 'snapshot') owed.delete(event.topic)
          yield { id: `${epoch}-${owed.size === 0 ? event.position : 0}`, event }
        } else if (failure !== undefined) {
          throw failure
        } else {
          await queue.ready()
        }
      }
    } finally {
      signal.removeEventListener('abort', queue.wake)
      clients.delete(client)
      for (const [topic, listener] of joined) leave(topic, listener)
    }
  }

  const positionOf = (after: string | undefined): number | undefined => {
    const [from, at] = after?.split('-') ?? []
    const parsed = Number(at)
    return from === epoch && Number.isSafeInteger(parsed) && parsed > 0 && parsed <= position ? parsed : undefined
  }

  const unsubscribe = patterns.map((pattern) => bus.subscribe(pattern, (message, topic) => publish(topic, message)))

  return {
    subscribe: (names, options) => {
      // Now, not at the first read: a wrong name is a refused request, not a stream that breaks.
      for (const name of names) sourceOf(name)
      return messages(names, options)
    },
    publish,
    resnapshot: () => {
      position += 1
      for (const topic of topics.values()) topic.forget(position)
      for (const client of clients) client.restart()
    },
    stats: () => ({ clients: clients.size, topics: topics.size }),
    close: () => {
      closed = true
      for (const end of unsubscribe) end()
      for (const client of clients) client.wake()
    },
  }
}
