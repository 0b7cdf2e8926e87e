import { setTimeout as delay } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { BUS_RESUMED, type Bus, encodeBusMessage, Subscribers } from './bus.ts'
import { AppError, errorMessage } from './errors.ts'
import type { Log } from './log.ts'

/** One stream holds the messages of all topics, so that their order holds across topics too. The braces keep both keys
 * on one node of a cluster. */
const STREAM = '{quantdesk}:bus'
const COUNTER = '{quantdesk}:bus:count'
/** What a process that was cut off for a moment can still read; about a minute of a busy exchange. */
const KEPT_MESSAGES = 4_096
const READ_AT_ONCE = 256
const BLOCK_MS = 5_000
/** A server that does not answer for this long is taken for gone; a reader waits through its blocked read first. */
const ANSWER_WITHIN_MS = 5_000
const RECONNECT_MS = { first: 50, most: 5_000 }

/**
 * Adds a message under the next number. Numbers have no gap, so a reader sees what was trimmed before it came; after
 * the server lost its data they begin at its clock, so old and new ones cannot be taken for neighbours.
 */
const PUBLISH = `
if redis.call('EXISTS', KEYS[2]) == 0 then redis.call('SET', KEYS[2], redis.call('TIME')[1] .. '000000') end
local number = redis.call('INCR', KEYS[2])
redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', 'n', number, 't', ARGV[2], 'b', ARGV[3])`
/** Newest entry and number, read as one. */
const POSITION = `
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
return { last and last[1] or '0-0', redis.call('GET', KEYS[2]) or '' }`

export type RedisBusOptions = { url: string; log: Log }

/**
 * The bus between processes over a Redis or Valkey stream. A process whose connection was cut reads on where it was,
 * after BUS_RESUMED: what the server itself lost cannot be seen from here. BUS_RESUMED also tells of a reader so slow
 * that messages were trimmed before it came.
 * @throws AppError UPSTREAM when the server does not answer at the start.
 */
export async function redisBus({ url, log }: RedisBusOptions): Promise<Bus> {
  const subscribers = new Subscribers((error, topic) => log.error({ err: error, topic }, 'a bus subscriber failed'))
  const { host } = new URL(url)
  const writer = connection(url, 'quantdesk bus', ANSWER_WITHIN_MS)
  const incoming = connection(url, 'quantdesk bus reader', BLOCK_MS + ANSWER_WITHIN_MS)
  const closing = new AbortController()
  /** Why the last attempt to connect failed; commands that fail with it only say that there is no connection. */
  let trouble: string | undefined
  for (const client of [writer, incoming]) {
    client.on('error', (error) => {
      trouble = errorMessage(error)
      log.debug({ err: error }, 'the bus could not connect')
    })
  }

  let reader: StreamReader
  try {
    await Promise.all([writer.connect(), incoming.connect()])
    reader = new StreamReader(incoming, host, subscribers, log)
    await reader.begin()
  } catch (cause) {
    writer.disconnect()
    incoming.disconnect()
    throw new AppError('UPSTREAM', {
      message: `The bus cannot use the Redis at ${host}: ${trouble ?? errorMessage(cause)}. Check REDIS_URL, or unset it to use PostgreSQL`,
      cause,
    })
  }
  void reader.run(closing.signal)
  const sending = new Set<Promise<unknown>>()

  return {
    publish: async (topic, message) => {
      if (closing.signal.aborted) throw new Error(`bus is closed; ${topic} was not published`)
      const sent = writer.eval(PUBLISH, 2, STREAM, COUNTER, KEPT_MESSAGES, topic, encodeBusMessage(message))
      sending.add(sent)
      try {
        await sent
      } catch (cause) {
        throw new AppError('UPSTREAM', { message: `The bus could not publish: ${reasonOf(cause, host)}`, cause })
      } finally {
        sending.delete(sent)
      }
    },
    subscribe: (pattern, handler) => subscribers.add(pattern, handler),
    close: async () => {
      if (closing.signal.aborted) return
      closing.abort()
      subscribers.clear()
      await Promise.allSettled(sending)
      writer.disconnect()
      incoming.disconnect()
    },
  }
}

function connection(url: string, connectionName: string, socketTimeout: number): Redis {
  return new Redis(url, {
    lazyConnect: true,
    connectionName,
    protocol: 2,
    disableClientInfo: true,
    connectTimeout: ANSWER_WITHIN_MS,
    socketTimeout,
    // A command waits for one attempt to reconnect, then fails: the caller decides what an old message is worth. One
    // that was under way is never sent again, it may have been taken.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (times) => Math.min(RECONNECT_MS.first * 2 ** (times - 1), RECONNECT_MS.most),
  })
}

/** What a command fails with when its connection is gone speaks of the client's settings; this says what happened. */
function reasonOf(error: unknown, host: string): string {
  const isLost = error instanceof Error && error.name === 'MaxRetriesPerRequestError'
  return isLost ? `the Redis at ${host} does not answer` : errorMessage(error)
}

class StreamReader {
  readonly #client: Redis
  readonly #host: string
  readonly #subscribers: Subscribers
  readonly #log: Log
  #id = '0-0'
  /** Number of the newest message seen; undefined while there was none. */
  #number: number | undefined

  constructor(client: Redis, host: string, subscribers: Subscribers, log: Log) {
    this.#client = client
    this.#host = host
    this.#subscribers = subscribers
    this.#log = log
  }

  /** Takes its place behind the newest message. */
  async begin(): Promise<void> {
    const { id, number } = await this.#position()
    this.#id = id
    this.#number = number
  }

  /** Delivers until `signal` aborts. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    let lost = false
    while (!signal.aborted) {
      try {
        if (lost) await this.#comeBack()
        lost = false
        await this.#read()
      } catch (error) {
        if (signal.aborted) return
        const reason = reasonOf(error, this.#host)
        if (!lost) this.#log.warn({ reason }, 'the bus lost its connection to Redis; reconnecting')
        lost = true
        await delay(RECONNECT_MS.first, undefined, { signal }).catch(() => undefined)
      }
    }
  }

  async #read(): Promise<void> {
    const streams = await this.#client.xread('COUNT', READ_AT_ONCE, 'BLOCK', BLOCK_MS, 'STREAMS', STREAM, this.#id)
    for (const [id, [, count, , topic = '', , body = '']] of streams?.[0]?.[1] ?? []) {
      const number = Number(count)
      if (this.#number !== undefined && number !== this.#number + 1) {
        this.#log.warn({ from: this.#number, to: number }, 'bus messages are missing: Redis trimmed or lost them')
        this.#subscribers.deliver(BUS_RESUMED, '{}')
      }
      this.#id = id
      this.#number = number
      this.#subscribers.deliver(topic, body)
    }
  }

  /** A server that came back without its data, or with older, numbers from before what was seen: begin anew there. */
  async #comeBack(): Promise<void> {
    const { id, number } = await this.#position()
    if (this.#number !== undefined && (number === undefined || number < this.#number)) {
      this.#id = id
      this.#number = number
    }
    this.#log.info('the bus reads from Redis again')
    this.#subscribers.deliver(BUS_RESUMED, '{}')
  }

  async #position(): Promise<{ id: string; number: number | undefined }> {
    const [id, number] = (await this.#client.eval(POSITION, 2, STREAM, COUNTER)) as [string, string]
    return { id, number: number === '' ? undefined : Number(number) }
  }
}
