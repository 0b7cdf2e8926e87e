import type { Transaction } from 'kysely'
import { decodeEvent } from '#client/events.ts'
import type { DB, Db } from '#server/platform/db/index.ts'
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

export type Recorded = {
  projected: ProjectedEvent[]
  /** Events that wait for a missing one, and events whose sequence another event has taken. */
  waiting: number
  conflicting: number
  /** Events of a kind this version does not know. */
  unknown: number
  messages: OutboxRow[]
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
  {
    singletons,
    cursor,
    nowMs,
  }: { singletons: Singletons; cursor?: { signature: string; slot: number }; nowMs: number },
): Promise<Recorded> {
  return db.transaction().execute(async (trx) => {
    await lockProjection(trx)
    await insertRawEvents(
      trx,
      events.map((event) => ({ ...event, kind: decodeEvent(event.data)?.name ?? 'unknown' })),
    )
    const { directory, ...result } = await projectWaiting(trx, singletons, nowMs)
    if (cursor !== undefined) await moveCursor(trx, cursor)
    const messages = await writeOutbox(
      trx,
      directory === undefined ? [] : await liveMessages(trx, result.projected, directory, nowMs),
    )
    return { ...result, messages }
  })
}

/**
 * Projects every waiting event whose predecessors are projected, in the order its sequences prove. What stays behind
 * waits; the sequences it lacks become gaps.
 */
export async function projectWaiting(trx: Transaction<DB>, singletons: Singletons, nowMs: number) {
  const projected: Decoded[] = []
  const heads = new Map<string, bigint>()
  const headSignatures = new Map<string, string>()
  let directory: Awaited<ReturnType<typeof loadDirectory>> | undefined
  let waiting: Decoded[] = []
  const conflicting: Decoded[] = []
  let unknown = 0
  let afterId = 0n
  for (;;) {
    const chunk = await waitingEvents(trx, CHUNK, afterId)
    const last = chunk.at(-1)
    if (last === undefined) break
    afterId = last.id
    const decoded: Decoded[] = []
    const unreadable: bigint[] = []
    for (const raw of chunk) {
      const event = decodeEvent(raw.data)
      if (event === null) unreadable.push(raw.id)
      else decoded.push({ ...raw, event, steps: sequencesOf(event, singletons) })
    }
    unknown += unreadable.length
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
    await applyChanges(
      trx,
      ready.taken.flatMap(({ event, signature, path, slot }) => project(event, { signature, path, slot }, names)),
    )
    for (const { signature, steps } of ready.taken)
      for (const { address } of steps) headSignatures.set(address, signature)
    projected.push(...ready.taken)
    conflicting.push(...ready.conflicting)
    waiting = ready.waiting
    await markProjected(trx, [...ready.taken.map(({ id }) => id), ...unreadable])
  }
  await writeHeads(
    trx,
    [...headSignatures].map(([address, signature]) => ({ address, signature, sequence: heads.get(address) ?? 0n })),
  )
  // Nothing carries a sequence of the exchange itself for long, but everything waits for its first event.
  const firstStep = waiting.length > 0 ? [{ address: singletons.exchange, sequence: 2n }] : []
  await recordGaps(trx, missingSequences([...waiting.map(({ steps }) => steps), firstStep], heads), nowMs)
  return { projected, waiting: waiting.length, conflicting: conflicting.length, unknown, directory }
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
