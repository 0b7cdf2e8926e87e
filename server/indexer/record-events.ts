import type { Transaction } from 'kysely'
import { decodeEvent, type PerpsEvent } from '#client/events.ts'
import { type DB, type Db, ensurePartitions } from '#server/platform/db/index.ts'
import { applyChanges } from './apply-changes.ts'
import { loadDirectory } from './directory.ts'
import type { RawEvent } from './event-instructions.ts'
import { subAccountsIn } from './event-subjects.ts'
import { liveMessages, type ProjectedEvent } from './live-messages.ts'
import { type OutboxRow, writeOutbox } from './outbox.ts'
import { project } from './project/index.ts'
import {
  insertRawEvents,
  lockProjection,
  markProjected,
  moveCursor,
  readHeads,
  recordGaps,
  type WaitingEvent,
  waitingEvents,
  writeHeads,
} from './repo.ts'
import { missingSequences, readiness, type SequenceStep, type Singletons, sequencesOf } from './sequences.ts'
import { undoBatch } from './undo.ts'

export type Recorded = {
  projected: ProjectedEvent[]
  /** Events that wait for a missing one, and events whose sequence another event has taken. */
  waiting: number
  conflicting: number
  /** Events of a kind this version does not know, and events whose bytes do not fit their kind. */
  unknown: number
  damaged: number
  /** Events not kept: their transaction is known from another slot. */
  moved: number
  messages: OutboxRow[]
}

export type RecordOptions = {
  singletons: Singletons
  nowMs: number
  /** The cluster takes back nothing up to this slot; what is later can be undone. Default: nothing is final. */
  finalizedSlot?: number
  cursor?: { signature: string; slot: number }
}

type Decoded = WaitingEvent & { event: ProjectedEvent['event']; steps: SequenceStep[] }

/** Events read back at once; a rebuild walks the whole history in steps of this size. */
const CHUNK = 500

/**
 * Keeps raw events, projects what is complete, writes what the bus must hear and moves the cursor: all or nothing.
 * Repeating it with events it has seen changes nothing.
 */
export async function recordEvents(
  db: Db,
  events: readonly RawEvent[],
  { singletons, cursor, nowMs, finalizedSlot = -1 }: RecordOptions,
): Promise<Recorded> {
  await ensurePartitions(
    db,
    'chain.program_events',
    events.map(({ occurredAt }) => occurredAt),
  )
  return db.transaction().execute(async (trx) => {
    await lockProjection(trx)
    const moved = await insertRawEvents(
      trx,
      events.map((event) => ({ ...event, kind: readEvent(event.data).kind })),
      finalizedSlot,
    )
    const result = await projectAndTell(trx, singletons, nowMs)
    if (cursor !== undefined) await moveCursor(trx, cursor)
    return { ...result, moved }
  })
}

/** Projects what waits and writes what the bus must hear of it. */
export async function projectAndTell(
  trx: Transaction<DB>,
  singletons: Singletons,
  nowMs: number,
): Promise<Omit<Recorded, 'moved'>> {
  const { directory, ...result } = await projectWaiting(trx, singletons, nowMs)
  const messages = directory === undefined ? [] : await liveMessages(trx, result.projected, directory, nowMs)
  return { ...result, messages: await writeOutbox(trx, messages) }
}

/** An event, or why its bytes are none: a kind of a newer program, or damage. Both are kept as they are and counted. */
function readEvent(
  data: Uint8Array,
): { kind: 'unknown' | 'damaged' } | { kind: PerpsEvent['name']; event: PerpsEvent } {
  try {
    const event = decodeEvent(data)
    return event === null ? { kind: 'unknown' } : { kind: event.name, event }
  } catch (error) {
    if (error instanceof RangeError) return { kind: 'damaged' }
    throw error
  }
}

/**
 * Projects every waiting event whose predecessors are projected, in the order its sequences prove. What stays behind
 * waits; the sequences it lacks become gaps.
 */
export async function projectWaiting(trx: Transaction<DB>, singletons: Singletons, nowMs: number) {
  const projected: Decoded[] = []
  const heads = new Map<string, bigint>()
  const refused = { unknown: 0, damaged: 0 }
  let directory: Awaited<ReturnType<typeof loadDirectory>> | undefined
  let waiting: Decoded[] = []
  const conflicting: Decoded[] = []
  let batch: bigint | undefined
  let afterId = 0n
  for (;;) {
    const chunk = await waitingEvents(trx, CHUNK, afterId)
    const last = chunk.at(-1)
    if (last === undefined) break
    afterId = last.id
    const decoded: Decoded[] = []
    const unreadable: bigint[] = []
    for (const raw of chunk) {
      const read = readEvent(raw.data)
      if ('event' in read) decoded.push({ ...raw, event: read.event, steps: sequencesOf(read.event, singletons) })
      else {
        unreadable.push(raw.id)
        refused[read.kind] += 1
      }
    }
    const queue = [...waiting, ...decoded]
    const named = [singletons.exchange, ...queue.flatMap(({ steps }) => steps.map(({ address }) => address))]
    const addresses = named.filter((address) => !heads.has(address))
    for (const [address, sequence] of await readHeads(trx, addresses)) heads.set(address, sequence)
    directory = await loadDirectory(
      trx,
      singletons,
      queue.flatMap(({ event }) => subAccountsIn(event)),
    )

    const names = directory
    const ready = takeReady(queue, heads, {
      isKnown: ({ event }) => names.knows(event),
      onTaken: ({ event }) => names.learn(event),
    })
    batch ??= await undoBatch(trx, ready.taken)
    await applyChanges(
      trx,
      ready.taken.flatMap(({ event, signature, path, slot }) => project(event, { signature, path, slot }, names)),
      batch,
    )
    await writeHeads(trx, headsAfter(ready.taken, heads), batch)
    projected.push(...ready.taken)
    conflicting.push(...ready.conflicting)
    waiting = ready.waiting
    await markProjected(trx, [...ready.taken.map(({ id }) => id), ...unreadable], batch)
  }
  // Nothing carries a sequence of the exchange itself for long, but everything waits for its first event.
  const firstStep = waiting.length > 0 ? [{ address: singletons.exchange, sequence: 2n }] : []
  await recordGaps(trx, missingSequences([...waiting.map(({ steps }) => steps), firstStep], heads), nowMs)
  return { projected, waiting: waiting.length, conflicting: conflicting.length, ...refused, directory }
}

/** The newest sequence of each account these events changed, and the transaction that brought it there. */
function headsAfter(taken: readonly Decoded[], heads: ReadonlyMap<string, bigint>) {
  const signatures = new Map(taken.flatMap(({ signature, steps }) => steps.map(({ address }) => [address, signature])))
  return [...signatures].map(([address, signature]) => ({ address, signature, sequence: heads.get(address) ?? 0n }))
}

/** Takes events until no more is ready; moves the heads. An event back-filled late may free several that came before it. */
function takeReady<E extends { steps: readonly SequenceStep[] }>(
  queue: readonly E[],
  heads: Map<string, bigint>,
  { isKnown, onTaken }: { isKnown: (item: E) => boolean; onTaken: (item: E) => void },
) {
  const taken: E[] = []
  const conflicting: E[] = []
  let waiting: E[] = [...queue]
  for (let before = -1; before !== waiting.length; ) {
    before = waiting.length
    const still: E[] = []
    for (const item of waiting) {
      const state = readiness(item.steps, heads)
      if (state === 'seen') conflicting.push(item)
      else if (state === 'ahead' || !isKnown(item)) still.push(item)
      else {
        onTaken(item)
        for (const { address, sequence } of item.steps) heads.set(address, sequence)
        taken.push(item)
      }
    }
    waiting = still
  }
  return { taken, conflicting, waiting }
}
