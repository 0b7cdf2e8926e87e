import fc from 'fast-check'
import { sql } from 'kysely'
import { beforeEach, describe, expect, it } from 'vitest'
import { testDatabase } from '#server/platform/db/testing.ts'
import { markFinalized, pendingTransactions, takeBack } from './forks.ts'
import { rebuildProjection } from './rebuild.ts'
import { recordEvents } from './record-events.ts'
import { forgetProjection, openGaps, readCursor } from './repo.ts'
import { dumpProjection, tradingHistory } from './testing.ts'

const db = await testDatabase()
const NOW = 1_700_000_090_000
const history = tradingHistory({ traders: 3, rounds: 6 })
const { events, singletons } = history
const options = { singletons, nowMs: NOW }

beforeEach(forget)

async function forget(): Promise<void> {
  await db.transaction().execute(forgetProjection)
  await sql`truncate chain.transactions, chain.program_events, chain.gaps, chain.cursors, app.outbox`.execute(db)
}

type Options = { size?: number; finalizedSlot?: number }
async function record(given = events, { size = 7, finalizedSlot = -1 }: Options = {}): Promise<void> {
  for (let start = 0; start < given.length; start += size) {
    const batch = given.slice(start, start + size)
    const { signature = '', slot = 0 } = batch.at(-1) ?? {}
    await recordEvents(db, batch, { ...options, finalizedSlot, cursor: { signature, slot } })
  }
}

async function undoRows(): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from chain.undo`.execute(db)
  return rows[0]?.n ?? 0
}

/** The projection after these events alone, recorded as final. */
async function projectionOf(given: typeof events) {
  await forget()
  await record(given, { finalizedSlot: Number.MAX_SAFE_INTEGER })
  const dump = await dumpProjection(db)
  await forget()
  return dump
}

const signaturesOf = (given: typeof events) => given.map(({ signature }) => signature)

describe('a fork', () => {
  it('leaves the rows of what stayed, whatever it dropped and however it was written', async () => {
    const cases = fc.asyncProperty(
      fc.integer({ min: 1, max: events.length - 1 }),
      fc.integer({ min: 4, max: 40 }),
      fc.integer({ min: 0, max: events.length - 1 }),
      async (kept, size, final) => {
        const stays = events.slice(0, kept)
        const expected = await projectionOf(stays)
        await record(events, { size, finalizedSlot: 1_000 + Math.min(final, kept - 1) })
        await takeBack(db, signaturesOf(events.slice(kept)), options)
        expect(await dumpProjection(db)).toEqual(expected)
        expect(await openGaps(db)).toEqual([])
      },
    )
    await fc.assert(cases, { numRuns: 15 })
  }, 60_000)

  it('lets what it dropped come again in other transactions', async () => {
    const expected = await projectionOf(events)
    await record()
    const dropped = events.slice(30)
    await takeBack(db, signaturesOf(dropped), options)
    await record(dropped.map((event) => ({ ...event, slot: event.slot + 500 })))
    const again = await dumpProjection(db)
    // The slot of a trade is where it landed in the end.
    const withoutSlots = (rows: string[] = []) => rows.map((row) => row.replace(/"slot": \d+/, ''))
    expect(withoutSlots(again.trades)).toEqual(withoutSlots(expected.trades))
    expect({ ...again, trades: [] }).toEqual({ ...expected, trades: [] })
  })

  it('that dropped one transaction in the middle holds back what followed from it until it comes again', async () => {
    const expected = await projectionOf(events)
    await record()
    const [lost] = events.slice(20, 21)
    const after = await takeBack(db, signaturesOf(lost === undefined ? [] : [lost]), options)
    expect(after.waiting).toBeGreaterThan(0)
    expect((await openGaps(db)).length).toBeGreaterThan(0)
    await record(lost === undefined ? [] : [lost])
    expect(await dumpProjection(db)).toEqual(expected)
    expect(await openGaps(db)).toEqual([])
  })

  it('sends the reader back to the newest transaction that is final', async () => {
    await record(events, { finalizedSlot: 1_010 })
    await takeBack(db, signaturesOf(events.slice(40)), options)
    expect(await readCursor(db)).toEqual({ signature: 'signature10', slot: 1_010 })
  })

  it('does not let a transaction stand in two slots', async () => {
    await record(events.slice(0, 20))
    const before = await dumpProjection(db)
    const moved = events.slice(19, 20).map((event) => ({ ...event, slot: 5_000, occurredAt: event.occurredAt + 9_000 }))
    const recorded = await recordEvents(db, moved, options)
    expect(recorded).toMatchObject({ moved: 1, projected: [] })
    expect(await dumpProjection(db)).toEqual(before)
  })

  it('leaves a projection that a rebuild makes again', async () => {
    await record()
    await takeBack(db, signaturesOf(events.slice(25)), options)
    const live = await dumpProjection(db)
    await rebuildProjection(db, singletons, NOW)
    expect(await dumpProjection(db)).toEqual(live)
  })
})

describe('what is final', () => {
  it('is not kept for undoing, neither when it is recorded so nor when it becomes so', async () => {
    await record(events.slice(0, 20), { finalizedSlot: Number.MAX_SAFE_INTEGER })
    expect(await undoRows()).toBe(0)
    await record(events.slice(20))
    expect(await undoRows()).toBeGreaterThan(0)
    const pending = await pendingTransactions(db, Number.MAX_SAFE_INTEGER, 1_000)
    expect(pending.map(({ signature }) => signature)).toEqual(signaturesOf(events.slice(20)).toReversed())
    const [newest, second] = await pendingTransactions(db, Number.MAX_SAFE_INTEGER, 2)
    expect(await pendingTransactions(db, Number.MAX_SAFE_INTEGER, 1, newest)).toEqual([second])
    await markFinalized(db, signaturesOf(events.slice(20, 30)))
    expect(await undoRows()).toBeGreaterThan(0)
    await markFinalized(db, signaturesOf(events.slice(30)))
    expect(await undoRows()).toBe(0)
    expect(await pendingTransactions(db, Number.MAX_SAFE_INTEGER, 1_000)).toEqual([])
  })

  it('is undone with what was written before it and is not', async () => {
    const expected = await projectionOf(events.toSpliced(10, 1))
    await record(events.slice(0, 10), { finalizedSlot: Number.MAX_SAFE_INTEGER })
    await record(events.slice(10, 11))
    // Older than what may still change, as a back-fill brings it.
    await record(events.slice(11), { finalizedSlot: Number.MAX_SAFE_INTEGER })
    await takeBack(db, ['signature10'], options)
    expect(await dumpProjection(db)).toEqual(expected)
  })
})
