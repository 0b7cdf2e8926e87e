import type { Context } from 'hono'
import { AppError, problem, toAppError } from '#server/platform/errors.ts'
import { badInput, STREAM_CLIENT, trpcShape } from '#server/platform/procedures.ts'
import type { Hub } from './hub.ts'
import type { HubClient, HubMessage } from './hub-client.ts'
import type { ApiEnv } from './rest.ts'
import { HEARTBEAT_MS, subscribeInput } from './schema.ts'
import type { HubEvent } from './topic.ts'

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
}

/** What a stream says beside its messages. */
type Dialect = {
  opening: string
  heartbeat: string
  /** The last words of a stream that is ended for a reason. */
  failure(error: AppError, requestId: string): string
  /** The last words of a stream that the server ends because it stops. */
  ending: string
}

const PLAIN: Dialect = {
  opening: ': open\n\n',
  heartbeat: ': ping\n\n',
  failure: (error, requestId) => `event: error\ndata: ${JSON.stringify(problem(error, requestId))}\n\n`,
  ending: '',
}

/** What tRPC's subscription link understands. */
const TRPC: Dialect = {
  opening: `event: connected\ndata: ${JSON.stringify(STREAM_CLIENT)}\n\n`,
  heartbeat: 'event: ping\ndata: \n\n',
  failure: (error, requestId) =>
    `event: serialized-error\ndata: ${JSON.stringify(trpcShape(error, requestId, SUBSCRIBE_PROCEDURE))}\n\n`,
  ending: 'event: return\ndata: \n\n',
}

/** The procedure's name in the root router. */
export const SUBSCRIBE_PROCEDURE = 'stream.subscribe'

/** The hub for anything that speaks server-sent events: `GET /api/stream?topics=price.SOL-PERP,system`. */
export function plainStream(c: Context<ApiEnv>, hub: Hub): Response {
  const topics = (c.req.query('topics') ?? '').split(',').filter((topic) => topic !== '')
  const client = hub.connect('sse', c.get('api').principal)
  try {
    // Before the first byte: a wrong name is a refused request, not a stream that breaks.
    subscribe(client, { topics, lastEventId: c.req.header('last-event-id') })
  } catch (refusal) {
    client.close()
    throw refusal
  }
  return respond(c, client, PLAIN)
}

/**
 * The procedure `stream.subscribe` as tRPC's client asks for it. The library wraps every message of every reader in
 * several generators and streams, five times the cost of ours, and encodes it for each anew; the words are the same.
 */
export function trpcStream(c: Context<ApiEnv>, hub: Hub): Response {
  const client = hub.connect('trpc', c.get('api').principal)
  try {
    const given = c.req.header('last-event-id') ?? c.req.query('lastEventId')
    const input: unknown = parseJson(c.req.query('input') ?? '')
    subscribe(client, given === undefined ? input : { ...Object(input), lastEventId: given })
  } catch (refusal) {
    client.close()
    const error = toAppError(refusal)
    c.set('refusal', error.code)
    // An EventSource reads no body of a refused request, so the stream opens only to say why.
    return c.body(TRPC.opening + TRPC.failure(error, c.get('api').requestId), 200, HEADERS)
  }
  return respond(c, client, TRPC)
}

function subscribe(client: HubClient, given: unknown): void {
  const input = subscribeInput.safeParse(given)
  if (!input.success) throw badInput(input.error)
  client.subscribe(input.data.topics, input.data.lastEventId ?? undefined)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new AppError('BAD_INPUT', { message: 'input: must be JSON' })
  }
}

/**
 * Pulled only while the reader takes what it gets: what it does not take waits in the hub's bounded queue. One that
 * takes nothing from one heartbeat to the next is cut.
 */
function respond(c: Context<ApiEnv>, client: HubClient, dialect: Dialect): Response {
  const heartbeatBytes = encoder.encode(dialect.heartbeat)
  let heartbeat: NodeJS.Timeout
  let gone = false
  /** Nothing was taken since the last heartbeat. */
  let behind = false
  const leave = () => {
    gone = true
    clearTimeout(heartbeat)
    client.close()
  }
  c.req.raw.signal.addEventListener('abort', leave, { once: true })

  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      controller.enqueue(encoder.encode(dialect.opening))
      heartbeat = setTimeout(() => {
        const takes = (controller.desiredSize ?? 0) > 0
        if (!takes && behind) {
          leave()
          c.env.outgoing?.destroy()
          return
        }
        behind = !takes
        if (takes) controller.enqueue(heartbeatBytes)
        heartbeat.refresh()
      }, HEARTBEAT_MS)
    },
    pull: async (controller) => {
      const end = (lastWords: string) => {
        leave()
        if (lastWords !== '') controller.enqueue(encoder.encode(lastWords))
        controller.close()
      }
      const output = await client.next()
      // Cancelled while it waited.
      if (gone) return
      if (output === undefined) return end(dialect.ending)
      if (output.kind === 'ended') return end(dialect.failure(output.reason, c.get('api').requestId))
      controller.enqueue(eventBytes(output))
      behind = false
      heartbeat.refresh()
    },
    cancel: leave,
  })
  return c.body(body, 200, HEADERS)
}

const encoder = new TextEncoder()
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
