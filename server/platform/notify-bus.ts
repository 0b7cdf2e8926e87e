import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { BUS_RESUMED, type Bus, encodeBusMessage, Subscribers } from './bus.ts'
import { AppError, errorMessage } from './errors.ts'
import type { Log } from './log.ts'

const CHANNEL = 'quantdesk_bus'
/** NOTIFY carries less than 8 000 bytes; the rest is our header. */
const INLINE_BYTES = 7_000
const BODY_LIFETIME = '1 minute'
const SWEEP_EVERY_MS = 30_000
const RECONNECT_MS = { first: 50, most: 5_000 }
/** The listening connection never asks anything, so it would not see a server that vanished without a word. */
const PING_EVERY_MS = 10_000
const ANSWER_WITHIN_MS = 5_000

export type NotifyBusOptions = {
  /** A direct connection: LISTEN does not survive a pooler in transaction mode. */
  url: string
  log: Log
  pingEveryMs?: number
  answerWithinMs?: number
}

/**
 * The bus between processes over PostgreSQL LISTEN/NOTIFY. A message above 7 kB goes into app.bus_messages and only its
 * id is notified. Messages published while one statement is under way leave together in the next, in their order.
 */
export async function notifyBus({
  url,
  log,
  pingEveryMs = PING_EVERY_MS,
  answerWithinMs = ANSWER_WITHIN_MS,
}: NotifyBusOptions): Promise<Bus> {
  const times = { pingEveryMs, answerWithinMs }
  const subscribers = new Subscribers((error, topic) => log.error({ err: error, topic }, 'a bus subscriber failed'))
  const pool = new pg.Pool({
    connectionString: url,
    max: 2,
    application_name: 'quantdesk bus',
    keepAlive: true,
    // A timeout ends the connection (see createPool).
    pipeline: true,
    query_timeout: answerWithinMs,
    connectionTimeoutMillis: answerWithinMs,
  })
  pool.on('error', (error) => log.warn({ err: error }, 'the bus lost an idle connection'))
  // One in use: its query fails with the error.
  pool.on('connect', (client) => client.on('error', (error) => log.debug({ err: error }, 'the bus lost a connection')))
  const closing = new AbortController()
  const outgoing = new Outgoing(pool, log)
  const incoming = new Incoming(pool, subscribers, log)

  let listener = await listen(url, incoming, times)
  const listening = (async () => {
    while (!closing.signal.aborted) {
      await listener.ended
      if (closing.signal.aborted) return
      log.warn('the bus lost its listening connection; reconnecting')
      listener = await listenAgain(url, incoming, times, closing.signal)
      if (!closing.signal.aborted) subscribers.deliver(BUS_RESUMED, '{}')
    }
  })()
  // Only an abort ends the loop by throwing.
  listening.catch(() => {})

  return {
    publish: async (topic, message) => {
      if (closing.signal.aborted) throw new Error(`bus is closed; ${topic} was not published`)
      if (topic.includes('\n')) throw new TypeError(`a bus topic is one line, not ${JSON.stringify(topic)}`)
      await outgoing.send(topic, encodeBusMessage(message))
    },
    subscribe: (pattern, handler) => subscribers.add(pattern, handler),
    close: async () => {
      if (closing.signal.aborted) return
      closing.abort()
      subscribers.clear()
      await Promise.allSettled([outgoing.idle(), listener.client.end()])
      await pool.end()
    },
  }
}

type Listener = { client: pg.Client; ended: Promise<void> }

type Times = { pingEveryMs: number; answerWithinMs: number }

async function listen(url: string, incoming: Incoming, { pingEveryMs, answerWithinMs }: Times): Promise<Listener> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'quantdesk bus listener',
    keepAlive: true,
    pipeline: true,
    query_timeout: answerWithinMs,
    connectionTimeoutMillis: answerWithinMs,
  })
  const { promise: ended, resolve } = Promise.withResolvers<void>()
  client.on('error', () => resolve())
  client.on('end', () => resolve())
  client.on('notification', ({ payload }) => incoming.receive(payload ?? ''))
  await client.connect()
  await client.query(`listen ${CHANNEL}`)
  // No answer in time ends the connection, and with it this listener.
  const ping = setInterval(() => client.query('select 1').catch(() => resolve()), pingEveryMs)
  void ended.then(() => clearInterval(ping))
  return { client, ended }
}

async function listenAgain(url: string, incoming: Incoming, times: Times, signal: AbortSignal): Promise<Listener> {
  for (let waitMs = RECONNECT_MS.first; ; waitMs = Math.min(waitMs * 2, RECONNECT_MS.most)) {
    await delay(waitMs, undefined, { signal })
    try {
      return await listen(url, incoming, times)
    } catch {
      // Still away; the warning of the loss has been written.
    }
  }
}

/** What another process sent: `<sequence>\n<topic>\n<body>`, or `<sequence>\n<topic>\n#<id>` for a body in the table. */
class Incoming {
  readonly #pool: pg.Pool
  readonly #subscribers: Subscribers
  readonly #log: Log
  /** Set while a body is being fetched: what arrives meanwhile waits, so that order holds. */
  #fetching: Promise<void> | undefined

  constructor(pool: pg.Pool, subscribers: Subscribers, log: Log) {
    this.#pool = pool
    this.#subscribers = subscribers
    this.#log = log
  }

  receive(payload: string): void {
    const [, topic = '', ...rest] = payload.split('\n')
    const body = rest.join('\n')
    if (this.#fetching === undefined && !body.startsWith('#')) {
      this.#subscribers.deliver(topic, body)
      return
    }
    const after = (this.#fetching ?? Promise.resolve()).then(() => this.#deliver(topic, body))
    const turn = after.finally(() => {
      if (this.#fetching === turn) this.#fetching = undefined
    })
    this.#fetching = turn
  }

  async #deliver(topic: string, body: string): Promise<void> {
    if (!body.startsWith('#')) {
      this.#subscribers.deliver(topic, body)
      return
    }
    try {
      const { rows } = await this.#pool.query<{ body: string }>('select body from app.bus_messages where id = $1', [
        body.slice(1),
      ])
      if (rows[0]) this.#subscribers.deliver(topic, rows[0].body)
      else this.#log.warn({ topic }, 'a bus message was swept before it was read')
    } catch (error) {
      this.#log.warn({ err: error, topic }, 'a bus message could not be read')
    }
  }
}

type Waiting = { topic: string; body: string; resolve: () => void; reject: (error: unknown) => void }

class Outgoing {
  readonly #pool: pg.Pool
  readonly #log: Log
  #waiting: Waiting[] = []
  #flushing: Promise<void> | undefined
  #sequence = 0
  #sweptAt = Number.NEGATIVE_INFINITY

  constructor(pool: pg.Pool, log: Log) {
    this.#pool = pool
    this.#log = log
  }

  send(topic: string, body: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#waiting.push({ topic, body, resolve, reject })
    this.#flushing ??= this.#flush().finally(() => {
      this.#flushing = undefined
    })
    return promise
  }

  async idle(): Promise<void> {
    await this.#flushing
  }

  async #flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting
      this.#waiting = []
      try {
        const payloads = await this.#payloads(batch)
        await this.#pool.query('select pg_notify($1, payload) from unnest($2::text[]) as payload', [CHANNEL, payloads])
        for (const { resolve } of batch) resolve()
      } catch (cause) {
        const error = new AppError('DATABASE_UNAVAILABLE', {
          message: `The bus could not publish: ${errorMessage(cause)}`,
          cause,
        })
        for (const { reject } of batch) reject(error)
      }
    }
  }

  async #payloads(batch: readonly Waiting[]): Promise<string[]> {
    const payloads: string[] = []
    for (const { topic, body } of batch) {
      // PostgreSQL folds equal notifications of one transaction into one; the sequence keeps them apart.
      const head = `${(this.#sequence++).toString(36)}\n${topic}\n`
      payloads.push(
        head + (Buffer.byteLength(body) + head.length <= INLINE_BYTES ? body : `#${await this.#store(body)}`),
      )
    }
    return payloads
  }

  async #store(body: string): Promise<string> {
    const now = performance.now()
    if (now - this.#sweptAt > SWEEP_EVERY_MS) {
      this.#sweptAt = now
      const { rowCount } = await this.#pool.query(
        `delete from app.bus_messages where created_at < now() - interval '${BODY_LIFETIME}'`,
      )
      this.#log.debug({ rowCount }, 'swept read bus messages')
    }
    const { rows } = await this.#pool.query<{ id: string }>(
      'insert into app.bus_messages (body) values ($1) returning id',
      [body],
    )
    const id = rows[0]?.id
    if (id === undefined) throw new Error('app.bus_messages returned no id')
    return id
  }
}
