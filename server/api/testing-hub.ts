import { memoryBus } from '#server/platform/bus.ts'
import { manualClock } from '#server/platform/clock.ts'
import { AppError } from '#server/platform/errors.ts'
import { silentLog } from '#server/platform/log.ts'
import { createMetrics } from '#server/platform/metrics.ts'
import { createHub, type Hub } from './hub.ts'
import type { HubMessage } from './hub-client.ts'
import type { Reader } from './may-read.ts'
import type { TopicSource } from './topic.ts'

/** A hub over `price.*` (state), `trade.*` (deltas) and the private `mail.*` whose snapshots come from `store`. */
export function setUpHub(store: Record<string, () => unknown> = {}, snapshotKeptMs = 0) {
  const bus = memoryBus()
  const clock = manualClock(1_000)
  let loads = 0
  const sourceOf = (topic: string): TopicSource => {
    if (!/^(price|trade|mail)\./.test(topic))
      throw new AppError('BAD_INPUT', { message: `there is no topic "${topic}"` })
    const load = async () => {
      loads += 1
      return (store[topic] ?? (() => `snapshot of ${topic}`))()
    }
    const owner = topic.startsWith('mail.') ? { owner: topic.slice('mail.'.length) } : {}
    return { kind: topic.startsWith('price') ? 'state' : 'deltas', snapshotKeptMs, load, ...owner }
  }
  const metrics = createMetrics({ role: 'test' })
  const patterns = ['price.*', 'trade.*', 'mail.*']
  const hub = createHub({ bus, clock, log: silentLog, metrics, patterns, sourceOf })
  return { bus, clock, hub, loads: () => loads }
}

export function openClient(hub: Hub, topics: string[], after?: string, reader: Reader = null) {
  const client = hub.connect('sse', reader)
  client.subscribe(topics, after)
  const stream = client.messages()
  const next = async (): Promise<HubMessage> => {
    const { value, done } = await stream.next()
    if (done || value === undefined) throw new Error('the stream has ended')
    return value
  }
  return {
    client,
    next,
    /** `topic seq kind data` of the next `count` messages. */
    read: async (count: number) => {
      const lines: string[] = []
      for (let index = 0; index < count; index++) {
        const { event } = await next()
        lines.push(`${event.topic} ${event.seq} ${event.kind} ${String(event.data)}`)
      }
      return lines
    },
    leave: () => client.close(),
    stream,
  }
}
