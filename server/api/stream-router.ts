import { type TrackedEnvelope, tracked } from '@trpc/server'
import { publicProcedure, router } from '#server/platform/procedures.ts'
import type { Hub } from './hub.ts'
import { type StreamEvent, subscribeInput } from './schema.ts'
import type { HubEvent } from './topic.ts'

export function streamRouter(hub: Hub) {
  return router({
    /** Many topics in one stream, because a browser allows about six connections per host over HTTP/1.1. */
    subscribe: publicProcedure.input(subscribeInput).subscription(async function* ({
      input,
      signal,
    }): AsyncGenerator<TrackedEnvelope<StreamEvent>, void> {
      const until = signal ?? new AbortController().signal
      const after = input.lastEventId ?? undefined
      for await (const { id, event } of hub.subscribe(input.topics, { after, signal: until })) {
        yield tracked(id, toStreamEvent(event))
      }
    }),
  })
}

/** The bus is ours on both ends, and a parse of every message for every reader would be the cost of the fan-out. */
function toStreamEvent({ topic, seq, kind, data }: HubEvent): StreamEvent {
  return { topic, seq, kind, data } as StreamEvent
}
