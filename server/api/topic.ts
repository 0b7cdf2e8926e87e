/** `state`: every message is the whole value. `deltas`: a message is a change to what the snapshot said. */
export type TopicKind = 'state' | 'deltas'

export type HubEvent = {
  /** Position among all messages of this hub; what a client resumes from. */
  position: number
  topic: string
  /** Position within the topic, without gaps. */
  seq: number
  kind: 'snapshot' | 'delta'
  data: unknown
}

export type TopicSource = {
  kind: TopicKind
  /** The wallet that alone may read it; without one everybody may. */
  owner?: string
  /** The topic's value now. */
  load: () => Promise<unknown>
  /** How long a loaded snapshot may serve others who subscribe. */
  snapshotKeptMs: number
}

/** Deltas kept per topic for those who resume, and for those who subscribe while a snapshot is being loaded. */
export const KEPT_DELTAS = 64

type Snapshot = { seq: number; position: number; data: unknown; loadedAt: number }

/** One topic with its numbers, its newest messages and its listeners. */
export class Topic {
  readonly name: string
  readonly source: TopicSource
  readonly listeners = new Set<(event: HubEvent) => void>()
  /** When the last listener left; undefined while there is one. */
  idleSince: number | undefined
  #seq = 0
  /** Of the newest message, or where the topic began. */
  #position: number
  #recent: HubEvent[] = []
  /** Every message after this position is in `#recent`. */
  #completeSince: number
  #snapshot: Snapshot | undefined
  #loading: Promise<Snapshot> | undefined
  #forgotten = 0

  constructor(name: string, source: TopicSource, position: number) {
    this.name = name
    this.source = source
    this.#position = position
    this.#completeSince = position
  }

  /** Takes a message in and hands it to the listeners. */
  publish(data: unknown, position: number, nowMs: number): void {
    this.#seq += 1
    this.#position = position
    const event: HubEvent = { position, topic: this.name, seq: this.#seq, kind: 'delta', data }
    if (this.source.kind === 'state') this.#snapshot = { seq: this.#seq, position, data, loadedAt: nowMs }
    this.#recent.push(event)
    if (this.#recent.length > KEPT_DELTAS) this.#completeSince = this.#recent.shift()?.position ?? position
    for (const listener of this.listeners) listener(event)
  }

  /** What a client at `position` has missed, undefined when that is not known any more. */
  missedSince(position: number): HubEvent[] | undefined {
    if (position < this.#completeSince) return undefined
    return this.#recent.filter((event) => event.position > position)
  }

  /** The topic as it is now, or was when the snapshot that is kept was taken. */
  async snapshot(now: () => number): Promise<HubEvent> {
    const { seq, position, data } = await this.#currentSnapshot(now)
    return { position, topic: this.name, seq, kind: 'snapshot', data }
  }

  /** What came after `snapshot`; undefined when it is more than is kept, and only a newer snapshot can tell. */
  following({ seq }: HubEvent): HubEvent[] | undefined {
    const later = this.#recent.filter((event) => event.seq > seq)
    if (later.length === this.#seq - seq) return later
    this.#snapshot = undefined
    return undefined
  }

  /** What was said before `position` may be incomplete: nobody resumes across it, and the next snapshot is loaded anew. */
  forget(position: number): void {
    this.#snapshot = undefined
    this.#loading = undefined
    this.#forgotten += 1
    this.#recent = []
    this.#completeSince = position
  }

  #currentSnapshot(now: () => number): Promise<Snapshot> {
    const { source } = this
    if (this.#snapshot !== undefined && now() - this.#snapshot.loadedAt < source.snapshotKeptMs) {
      return Promise.resolve(this.#snapshot)
    }
    if (this.#loading === undefined) {
      const loading = this.#load(now).finally(() => {
        if (this.#loading === loading) this.#loading = undefined
      })
      this.#loading = loading
    }
    return this.#loading
  }

  async #load(now: () => number): Promise<Snapshot> {
    const [seq, position, forgotten] = [this.#seq, this.#position, this.#forgotten]
    const data = await this.source.load()
    // What was read may be older than a message that was lost meanwhile.
    if (forgotten !== this.#forgotten) return this.#currentSnapshot(now)
    // Of a state topic, a message that came during the load is newer than what was loaded.
    if (this.source.kind === 'state' && this.#seq > seq && this.#snapshot !== undefined) return this.#snapshot
    this.#snapshot = { seq, position, data, loadedAt: now() }
    return this.#snapshot
  }
}
