import type { Clock } from '#server/platform/clock.ts'
import { AppError, toAppError } from '#server/platform/errors.ts'
import { type ClientQueue, clientQueue } from './client-queue.ts'
import { mayRead, type Reader, refusedTopic } from './may-read.ts'
import { MAX_TOPICS } from './schema.ts'
import { type HubEvent, KEPT_DELTAS, type Topic, type TopicSource } from './topic.ts'

/** `id` is what a client hands back as `after`. */
export type HubMessage = { id: string; event: HubEvent }

/** What a client reads: a message, or that one of its topics has ended, with the reason. */
export type HubOutput = ({ kind: 'message' } & HubMessage) | { kind: 'ended'; topic: string; reason: AppError }

/** The hub's side of its clients. */
export type HubCore = {
  clock: Clock
  /** Of the newest message of any topic. */
  position(): number
  /** @throws AppError BAD_INPUT for a name that is no topic. */
  sourceOf(topic: string): TopicSource
  join(topic: string, source: TopicSource, listener: (event: HubEvent) => void): Topic
  leave(topic: Topic, listener: (event: HubEvent) => void): void
  /** A snapshot; a source that is away is asked again until `signal` aborts. */
  load(topic: Topic, signal: AbortSignal): Promise<HubEvent | undefined>
  /** The position that the id of a message means, undefined when nothing can be resumed from there. */
  positionOf(id: string): number | undefined
  idOf(position: number): string
  delivered(): void
  overflowed(): void
  left(client: HubClient): void
}

type Subscription = {
  topic: Topic
  listener: (event: HubEvent) => void
  /** Its snapshot is being loaded; deltas wait in the topic. */
  loading: boolean
  ended: AbortController
}

/** Room in a queue beyond the snapshots and kept deltas of all its topics. */
const SPARE_QUEUE = 64
/** setTimeout fires at once above 2^31 - 1 ms. */
const LONGEST_TIMER_MS = 2_147_483_647

/**
 * One reader of the hub, whatever its transport: the topics it reads, and what waits for it. It never holds up the hub
 * or another reader: its queue is bounded, and one that fell behind gets new snapshots.
 */
export class HubClient {
  readonly #core: HubCore
  readonly #queue: ClientQueue
  readonly #subscriptions = new Map<string, Subscription>()
  /** Topics whose snapshot has not gone out: until all have, the client must not resume, it would miss those. */
  readonly #owed = new Set<string>()
  readonly #endings: { topic: string; reason: AppError }[] = []
  #reader: Reader
  /** When the sign-in ends that the private topics among the subscriptions hang on. */
  #privateUntil = Number.POSITIVE_INFINITY
  #expiry: NodeJS.Timeout | undefined
  #fellBehind = false
  #closed = false

  constructor(core: HubCore, reader: Reader) {
    this.#core = core
    this.#reader = reader
    this.#queue = clientQueue({
      limit: () => this.#subscriptions.size * (KEPT_DELTAS + 1) + SPARE_QUEUE,
      onOverflow: () => {
        this.#fellBehind = true
        core.overflowed()
      },
    })
  }

  /**
   * Adds topics: a snapshot of each comes, then its deltas; with the id of the last message seen (`after`) only what
   * was missed, where that is still known. A topic that is read already gets a new snapshot.
   * @throws AppError and adds none: BAD_INPUT for a name that is no topic, and above MAX_TOPICS; UNAUTHENTICATED or
   * FORBIDDEN for a private one of somebody else.
   */
  subscribe(names: readonly string[], after?: string): void {
    const now = this.#core.clock.now()
    const sources = new Map(names.map((name) => [name, this.#core.sourceOf(name)]))
    for (const [name, source] of sources) {
      if (!mayRead(source, this.#reader, now)) throw refusedTopic(name, this.#reader, now)
    }
    const added = [...sources.keys()].filter((name) => !this.#subscriptions.has(name))
    if (this.#subscriptions.size + added.length > MAX_TOPICS) {
      throw new AppError('BAD_INPUT', { message: `at most ${MAX_TOPICS} topics at once: unsubscribe from some first` })
    }
    for (const name of sources.keys()) {
      const known = this.#subscriptions.get(name)
      if (known !== undefined) this.#restart(known)
    }
    const joined = added.map((name) => this.#join(name, sources.get(name) ?? this.#core.sourceOf(name)))
    const from = after === undefined ? undefined : this.#core.positionOf(after)
    const missed: [HubEvent, Subscription][] = []
    for (const subscription of joined) {
      const events = from === undefined ? undefined : subscription.topic.missedSince(from)
      if (events === undefined) this.#restart(subscription)
      else for (const event of events) missed.push([event, subscription])
    }
    // In the order of the hub: what a client has seen is named by one position for all of its topics.
    missed.sort(([a], [b]) => a.position - b.position)
    for (const [event, { topic }] of missed) this.#queue.push(event, topic.source.kind, event.position)
    this.#watchExpiry()
  }

  /** Names that are not read are passed over. */
  unsubscribe(names: readonly string[]): void {
    for (const name of names) this.#drop(name)
  }

  /** Takes over a new sign-in, or a later end of the same; private topics that it may not read end. */
  identify(reader: Reader): void {
    this.#reader = reader
    this.#endForbidden()
    this.#watchExpiry()
  }

  /** Every topic anew: messages may have been lost on the way here. */
  restart(): void {
    for (const subscription of this.#subscriptions.values()) this.#restart(subscription)
  }

  /** What comes next, or undefined when the client is closed. One reader at a time. */
  async next(): Promise<HubOutput | undefined> {
    while (!this.#closed) {
      if (this.#core.clock.now() >= this.#privateUntil) this.#endForbidden()
      const ending = this.#endings.shift()
      if (ending !== undefined) return { kind: 'ended', ...ending }
      if (this.#fellBehind) {
        this.#fellBehind = false
        this.restart()
      }
      const waiting = this.#queue.shift()
      if (waiting === undefined) {
        await this.#queue.ready()
        continue
      }
      const { event, resumeAt } = waiting
      if (event.kind === 'snapshot') this.#owed.delete(event.topic)
      this.#core.delivered()
      return { kind: 'message', id: this.#core.idOf(this.#owed.size === 0 ? resumeAt : 0), event }
    }
    return undefined
  }

  /** The messages of a client whose topics do not change; the first topic that ends ends it. */
  async *messages(): AsyncGenerator<HubMessage, void> {
    for (;;) {
      const output = await this.next()
      if (output === undefined) return
      if (output.kind === 'ended') throw output.reason
      yield output
    }
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    clearTimeout(this.#expiry)
    for (const name of [...this.#subscriptions.keys()]) this.#drop(name)
    this.#core.left(this)
    this.#queue.wake()
  }

  #join(name: string, source: TopicSource): Subscription {
    const listener = (event: HubEvent) => {
      if (!this.#fellBehind && !subscription.loading) {
        this.#queue.push(event, subscription.topic.source.kind, event.position)
      }
    }
    const topic = this.#core.join(name, source, listener)
    const subscription: Subscription = { topic, listener, loading: false, ended: new AbortController() }
    this.#subscriptions.set(name, subscription)
    return subscription
  }

  #drop(name: string): void {
    const subscription = this.#subscriptions.get(name)
    if (subscription === undefined) return
    this.#subscriptions.delete(name)
    this.#owed.delete(name)
    this.#queue.drop(name)
    subscription.ended.abort()
    this.#core.leave(subscription.topic, subscription.listener)
  }

  #end(topic: string, reason: AppError): void {
    this.#drop(topic)
    this.#endings.push({ topic, reason })
    this.#queue.wake()
  }

  /** Sends the topic from a new snapshot on; what waits of it is older. */
  #restart(subscription: Subscription): void {
    const { topic, ended } = subscription
    this.#owed.add(topic.name)
    this.#queue.drop(topic.name)
    if (subscription.loading) return
    subscription.loading = true
    this.#core.load(topic, ended.signal).then(
      (snapshot) => {
        if (snapshot === undefined || ended.signal.aborted) return
        subscription.loading = false
        this.#begin(subscription, snapshot)
      },
      (thrown: unknown) => {
        if (!ended.signal.aborted) this.#end(topic.name, toAppError(thrown))
      },
    )
  }

  /** A snapshot and what followed it. Synchronous, so that no delta comes between and goes missing. */
  #begin(subscription: Subscription, snapshot: HubEvent): void {
    const { topic } = subscription
    const following = topic.following(snapshot)
    if (following === undefined) {
      this.#restart(subscription)
      return
    }
    for (const [index, event] of [snapshot, ...following].entries()) {
      // Only with the last of them everything up to now has been told.
      const resumeAt = index === following.length ? this.#core.position() : 0
      this.#queue.push(event, event.kind === 'snapshot' ? 'state' : topic.source.kind, resumeAt)
    }
  }

  #endForbidden(): void {
    const now = this.#core.clock.now()
    for (const [name, { topic }] of this.#subscriptions) {
      if (!mayRead(topic.source, this.#reader, now)) this.#end(name, refusedTopic(name, this.#reader, now))
    }
  }

  /** Ends private topics on time also when nothing is said in them. */
  #watchExpiry(): void {
    clearTimeout(this.#expiry)
    const readsPrivate = [...this.#subscriptions.values()].some(({ topic }) => topic.source.owner !== undefined)
    this.#privateUntil = readsPrivate && this.#reader !== null ? this.#reader.expiresAt : Number.POSITIVE_INFINITY
    if (this.#privateUntil === Number.POSITIVE_INFINITY) return
    this.#expiry = setTimeout(
      () => {
        this.#endForbidden()
        this.#watchExpiry()
      },
      Math.min(Math.max(this.#privateUntil - this.#core.clock.now(), 1), LONGEST_TIMER_MS),
    )
  }
}
