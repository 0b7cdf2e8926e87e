import type { Context } from 'hono'
import { AppError, problem } from '#server/platform/errors.ts'
import type { Hub, HubMessage } from './hub.ts'
import type { ApiEnv } from './rest.ts'
import { subscribeInput } from './schema.ts'
import type { HubEvent } from './topic.ts'

const HEARTBEAT_MS = 15_000
const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
}

/** The hub for anything that speaks server-sent events: `GET /api/stream?topics=price.SOL-PERP,system`. */
export function serverSentEvents(c: Context<ApiEnv>, hub: Hub, requestId: string): Response {
  const topics = (c.req.query('topics') ?? '').split(',').filter((topic) => topic !== '')
  const input = subscribeInput.safeParse({ topics, lastEventId: c.req.header('last-event-id') })
  if (!input.success) {
    throw new AppError('BAD_INPUT', {
      message: `topics: ${input.error.issues.map(({ message }) => message).join('; ')}`,
    })
  }
  const gone = new AbortController()
  const onAbort = () => gone.abort()
  c.req.raw.signal.addEventListener('abort', onAbort, { once: true })
  const messages = hub.subscribe(input.data.topics, { after: input.data.lastEventId ?? undefined, signal: gone.signal })

  // Pulled only while the client takes what it gets: what it does not take waits in the hub's bounded queue.
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encoder.encode(': open\n\n')),
    pull: async (controller) => {
      try {
        const message = await nextOrHeartbeat()
        if (message === 'heartbeat') controller.enqueue(encoder.encode(': ping\n\n'))
        else if (message.done) controller.close()
        else controller.enqueue(encoder.encode(eventText(message.value)))
      } catch (thrown) {
        controller.enqueue(encoder.encode(`event: error\ndata: ${JSON.stringify(problem(thrown, requestId))}\n\n`))
        controller.close()
      }
    },
    cancel: onAbort,
  })

  let pending: Promise<IteratorResult<HubMessage, void>> | undefined
  const nextOrHeartbeat = async () => {
    pending ??= messages.next().finally(() => {
      pending = undefined
    })
    const { promise, resolve } = Promise.withResolvers<'heartbeat'>()
    const timer = setTimeout(() => resolve('heartbeat'), HEARTBEAT_MS)
    return Promise.race([pending, promise]).finally(() => clearTimeout(timer))
  }
  return c.body(body, 200, HEADERS)
}

const encoder = new TextEncoder()
/** One text for all clients that get the same message. */
const texts = new WeakMap<HubEvent, string>()

function eventText({ id, event }: HubMessage): string {
  let text = texts.get(event)
  if (text === undefined) {
    const { topic, seq, kind, data } = event
    text = JSON.stringify({ topic, seq, kind, data })
    texts.set(event, text)
  }
  return `id: ${id}\ndata: ${text}\n\n`
}
