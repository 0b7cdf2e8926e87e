import { setTimeout as delay } from 'node:timers/promises'
import type { Bus } from '#server/platform/bus.ts'
import type { Clock } from '#server/platform/clock.ts'
import { errorMessage, toAppError } from '#server/platform/errors.ts'
import type { Log } from '#server/platform/log.ts'
import type { Metrics } from '#server/platform/metrics.ts'
import { HubClient, type HubCore } from './hub-client.ts'
import type { Reader } from './may-read.ts'
import { type HubEvent, Topic, type TopicSource } from './topic.ts'

export type HubOptions = {
  bus: Bus
  clock: Clock
  log: Log
  metrics: Metrics
  /** Bus patterns that carry topics of this hub; each is subscribed once, whatever the number of clients. */
  patterns: readonly string[]
  /** The source of a topic. @throws AppError for a name that is none. */
  sourceOf: (topic: string) => TopicSource
}

export type Transport = 'sse' | 'trpc' | 'websocket'

/** The topics of this process and everybody who reads them, over whichever transport. */
export type Hub = {
  /** A reader without topics yet; whoever opens it closes it. */
  connect(transport: Transport, reader: Reader): HubClient
  publish(topic: string, data: unknown): void
  /** Every client gets new snapshots: messages may have been lost on the way here. */
  resnapshot(): void
  stats(): HubStats
  /** Ends every client. */
  close(): void
}

/** `subscriptions`: how many readers the topics have, summed. */
export type HubStats = { clients: Record<Transport, number>; topics: number; subscriptions: number }

const RETRY_LOAD_MS = 1_000
/** A topic nobody reads is kept this long, so that a client that reconnects can resume. */
const IDLE_TOPIC_MS = 60_000
const SWEEP_EVERY_MS = 5_000

export function createHub({ bus, clock, log, metrics, patterns, sourceOf }: HubOptions): Hub {
  /** Ids of another process, or of this one before a restart, mean nothing here. */
  const epoch = crypto.randomUUID().slice(0, 8)
  const topics = new Map<string, Topic>()
  const clients = new Map<HubClient, Transport>()
  let position = 0
  let sweptAt = clock.now()
  const delivered = metrics.counter({
    name: 'quantdesk_stream_messages_total',
    help: 'Messages that clients of the realtime hub have taken',
  })
  const overflows = metrics.counter({
    name: 'quantdesk_stream_overflows_total',
    help: 'Times a client of the realtime hub was so slow that its queue was given up for new snapshots',
  })
  const resnapshots = metrics.counter({
    name: 'quantdesk_stream_resnapshots_total',
    help: 'Times all clients of the realtime hub got new snapshots because the bus may have lost messages',
  })

  const publish = (name: string, data: unknown): void => {
    const topic = topics.get(name)
    if (topic === undefined) return
    position += 1
    topic.publish(data, position, clock.now())
  }

  const dropIdle = (): void => {
    if (clock.now() - sweptAt < SWEEP_EVERY_MS) return
    sweptAt = clock.now()
    for (const [name, { idleSince }] of topics) {
      if (idleSince !== undefined && clock.now() - idleSince > IDLE_TOPIC_MS) topics.delete(name)
    }
  }

  const core: HubCore = {
    clock,
    sourceOf,
    position: () => position,
    idOf: (at) => `${epoch}-${at}`,
    positionOf: (id) => {
      const [from, at] = id.split('-')
      const parsed = Number(at)
      return from === epoch && Number.isSafeInteger(parsed) && parsed > 0 && parsed <= position ? parsed : undefined
    },
    join: (name, source, listener) => {
      dropIdle()
      let topic = topics.get(name)
      if (topic === undefined) {
        // A new topic begins at a position of its own: whoever resumes from an earlier one gets a snapshot.
        position += 1
        topic = new Topic(name, source, position)
        topics.set(name, topic)
      }
      topic.listeners.add(listener)
      topic.idleSince = undefined
      return topic
    },
    leave: (topic, listener) => {
      topic.listeners.delete(listener)
      if (topic.listeners.size === 0) topic.idleSince = clock.now()
    },
    // While one source fails, the other topics go on and this one is tried again.
    load: async (topic, signal): Promise<HubEvent | undefined> => {
      while (!signal.aborted) {
        try {
          return await topic.snapshot(clock.now)
        } catch (thrown) {
          if (toAppError(thrown).status < 500) throw thrown
          log.debug({ topic: topic.name, reason: errorMessage(thrown) }, 'snapshot failed, trying again')
          await delay(RETRY_LOAD_MS, undefined, { signal }).catch(() => undefined)
        }
      }
      return undefined
    },
    delivered: () => delivered.inc(),
    overflowed: () => overflows.inc(),
    left: (client) => clients.delete(client),
  }

  const unsubscribe = patterns.map((pattern) => bus.subscribe(pattern, (message, topic) => publish(topic, message)))

  return {
    connect: (transport, reader) => {
      const client = new HubClient(core, reader)
      clients.set(client, transport)
      return client
    },
    publish,
    resnapshot: () => {
      resnapshots.inc()
      position += 1
      for (const topic of topics.values()) topic.forget(position)
      for (const client of clients.keys()) client.restart()
    },
    stats: () => {
      const count: Record<Transport, number> = { sse: 0, trpc: 0, websocket: 0 }
      for (const transport of clients.values()) count[transport] += 1
      const subscriptions = [...topics.values()].reduce((sum, { listeners }) => sum + listeners.size, 0)
      return { clients: count, topics: topics.size, subscriptions }
    },
    close: () => {
      for (const end of unsubscribe) end()
      for (const client of [...clients.keys()]) client.close()
    },
  }
}
