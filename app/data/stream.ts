import type { StreamEvent } from '#server/api/schema.ts'
import { connection } from './connection.ts'
import { api } from './trpc.ts'

/**
 * The tab's one stream. Every panel that needs a topic joins it here; one subscription carries them all, because a
 * browser allows about six connections per host over HTTP/1.1. When the set of topics changes, a new subscription
 * takes over and the old one ends after it has spoken, so nothing is missed in between.
 */
export type TopicName = StreamEvent['topic']
/** The messages of one topic; the API checks each against the schema of its topic. */
export type EventOf<Name extends TopicName> = Extract<StreamEvent, { topic: Name }>
type Handler = (event: StreamEvent) => void
type Session = { spoke: boolean; end: () => void }
type Topic = { handlers: Set<Handler>; seq: number | undefined }

/** A topic nobody reads is kept this long: switching tabs and markets back and forth costs no new subscription. */
const LINGER_MS = 5_000
const BACK_OFF_MS = [500, 1_000, 2_000, 4_000, 8_000, 15_000] as const
const GAP_PAUSE_MS = 2_000
const WATCH_MS = 1_000

const topics = new Map<string, Topic>()
let current: Session | undefined
let subscribed = ''
let timer: ReturnType<typeof setTimeout> | undefined
let watching = false
let lastGapAt = 0
/** Someone lacks a snapshot, so even the same topics must be subscribed to anew. */
let stale = false

/**
 * Calls `listener` with every message of `name`. Whoever keeps a state `needs` a 'snapshot' first and gets one even
 * when the topic already flows for others; whoever only watches for 'messages' may find a snapshot among them.
 * @returns the function that leaves.
 */
export function joinTopic<Name extends TopicName>(
  name: Name,
  listener: (event: EventOf<Name>) => void,
  needs: 'snapshot' | 'messages' = 'messages',
): () => void {
  // Only messages of `name` reach it: `receive` looks the topic up by its name.
  const handler = listener as Handler
  const topic = topics.get(name) ?? { handlers: new Set(), seq: undefined }
  const known = topics.has(name)
  topics.set(name, topic)
  topic.handlers.add(handler)
  if (!known) schedule(0)
  // A subscription that has not spoken yet still brings every snapshot by itself.
  else if (needs === 'snapshot' && topic.seq !== undefined && current?.spoke === true) resnapshot()
  return () => {
    topic.handlers.delete(handler)
    if (topic.handlers.size > 0) return
    setTimeout(() => {
      if (topic.handlers.size > 0 || topics.get(name) !== topic) return
      topics.delete(name)
      schedule(0)
    }, LINGER_MS)
  }
}

function schedule(delayMs: number): void {
  clearTimeout(timer)
  timer = setTimeout(open, delayMs)
}

function close(): void {
  current?.end()
  current = undefined
  subscribed = ''
}

function open(): void {
  timer = undefined
  const names = [...topics.keys()].sort()
  if (!watching) {
    watching = true
    setInterval(connection.check, WATCH_MS)
  }
  if (names.length === 0) {
    close()
    return
  }
  if (!stale && current !== undefined && names.join() === subscribed) return
  if (stale) for (const topic of topics.values()) topic.seq = undefined
  stale = false
  // The old subscription goes on until the new one speaks, so a line that will not open costs nothing known.
  const previous = current?.spoke === true ? current : undefined
  if (previous === undefined) current?.end()
  const session: Session = { spoke: false, end: () => {} }
  current = session
  subscribed = names.join()
  connection.opening()
  let stop = () => {}
  const ended = () => {
    stop()
    if (current !== session) return
    current = session.spoke ? undefined : previous
    subscribed = ''
    retry(current === undefined)
  }
  const subscription = api.stream.subscribe.subscribe(
    { topics: names },
    {
      onData: ({ data }) => {
        if (!session.spoke) previous?.end()
        session.spoke = true
        receive(data)
      },
      onConnectionStateChange: ({ state, error }) => {
        const alone = session.spoke || previous === undefined
        if (state === 'connecting' && error !== null && current === session && alone) connection.failed()
      },
      onError: ended,
      onComplete: ended,
    },
  )
  stop = () => subscription.unsubscribe()
  session.end = () => {
    stop()
    if (!session.spoke) previous?.end()
  }
}

/** The subscription ended by itself: try again, each time a little later. */
function retry(isDown: boolean): void {
  if (isDown) connection.failed()
  const step = Math.max(0, Math.min(connection.get().attempts, BACK_OFF_MS.length) - 1)
  schedule(BACK_OFF_MS[step] ?? BACK_OFF_MS[0])
}

function receive(event: StreamEvent): void {
  connection.message()
  const topic = topics.get(event.topic)
  if (topic === undefined) return
  if (event.kind === 'delta' && topic.seq !== undefined) {
    if (event.seq <= topic.seq) return
    if (event.seq > topic.seq + 1) {
      resnapshot()
      return
    }
  }
  topic.seq = event.seq
  for (const handler of [...topic.handlers]) handler(event)
}

/** A number or a whole state is missing: ask for everything anew, at most every two seconds. */
function resnapshot(): void {
  stale = true
  if (timer !== undefined) return
  const wait = Math.max(0, lastGapAt + GAP_PAUSE_MS - Date.now())
  timer = setTimeout(() => {
    lastGapAt = Date.now()
    open()
  }, wait)
}
