import { type TrackedEnvelope, tracked } from '@trpc/server'
import { publicProcedure, router } from '#server/platform/procedures.ts'
import type { Hub } from './hub.ts'
import { type StreamEvent, subscribeInput } from './schema.ts'
import type { HubEvent } from './topic.ts'

export function streamRouter(hub: Hub) {
  return router({
    /**
     * Many topics in one stream, because a browser allows about six connections per host over HTTP/1.1. Its types are the
     * client's; it runs for callers of this process, while over HTTP `trpcStream` answers in its stead.
     */
    subscribe: publicProcedure
      .meta({ cost: 'stream' })
      .input(subscribeInput)
      .subscription(async function* ({ ctx, input, signal }): AsyncGenerator<TrackedEnvelope<StreamEvent>, void> {
        const client = hub.connect('trpc', ctx.principal)
        const leave = () => client.close()
        signal?.addEventListener('abort', leave)
        try {
          client.subscribe(input.topics, input.lastEventId ?? undefined)
          for await (const { id, event } of client.messages()) yield tracked(id, toStreamEvent(event))
        } finally {
          signal?.removeEventListener('abort', leave)
          client.close()
        }
      }),
  })
}

/** The bus is ours on both ends, and a parse of every message for every reader would be the cost of the fan-out. */
function toStreamEvent({ topic, seq, kind, data }: HubEvent): StreamEvent {
  return { topic, seq, kind, data } as StreamEvent
}
