import type { Context } from 'hono'
import { problem } from '#server/platform/errors.ts'
import { badInput } from '#server/platform/procedures.ts'
import type { Hub } from './hub.ts'
import type { HubMessage } from './hub-client.ts'
import type { ApiEnv } from './rest.ts'
import { HEARTBEAT_MS, subscribeInput } from './schema.ts'
import type { HubEvent } from './topic.ts'

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
}

/** The hub for anything that speaks server-sent events: `GET /api/stream?topics=price.SOL-PERP,system`. */
export function serverSentEvents(c: Context<ApiEnv>, hub: Hub): Response {
  const { requestId, principal } = c.get('api')
  const topics = (c.req.query('topics') ?? '').split(',').filter((topic) => topic !== '')
  const input = subscribeInput.safeParse({ topics, lastEventId: c.req.header('last-event-id') })
  if (!input.success) throw badInput(input.error)

  const client = hub.connect('sse', principal)
  let heartbeat: NodeJS.Timeout
  const leave = () => {
    clearTimeout(heartbeat)
    client.close()
  }
  try {
    // Before the first byte: a wrong name is a refused request, not a stream that breaks.
    client.subscribe(input.data.topics, input.data.lastEventId ?? undefined)
  } catch (refusal) {
    client.close()
    throw refusal
  }
  const messages = client.messages()
  let gone = false
  const cancel = () => {
    gone = true
    leave()
  }
  c.req.raw.signal.addEventListener('abort', cancel, { once: true })

  // Pulled only while the client takes what it gets: what it does not take waits in the hub's bounded queue.
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      controller.enqueue(encoder.encode(': open\n\n'))
      heartbeat = setTimeout(() => {
        controller.enqueue(PING)
        heartbeat.refresh()
      }, HEARTBEAT_MS)
    },
    pull: async (controller) => {
      const end = () => {
        leave()
        controller.close()
      }
      try {
        const { value, done } = await messages.next()
        // Aborted while it waited: the stream is cancelled already.
        if (gone) return
        if (done || value === undefined) return end()
        controller.enqueue(eventBytes(value))
        heartbeat.refresh()
      } catch (thrown) {
        controller.enqueue(encoder.encode(`event: error\ndata: ${JSON.stringify(problem(thrown, requestId))}\n\n`))
        end()
      }
    },
    cancel,
  })
  return c.body(body, 200, HEADERS)
}

const encoder = new TextEncoder()
const PING = encoder.encode(': ping\n\n')
/** One encoding for all clients that get the same message with the same id, which is nearly all of them. */
const encoded = new WeakMap<HubEvent, { id: string; bytes: Uint8Array }>()

function eventBytes({ id, event }: HubMessage): Uint8Array {
  const known = encoded.get(event)
  if (known?.id === id) return known.bytes
  const { topic, seq, kind, data } = event
  const bytes = encoder.encode(`id: ${id}\ndata: ${JSON.stringify({ topic, seq, kind, data })}\n\n`)
  encoded.set(event, { id, bytes })
  return bytes
}
