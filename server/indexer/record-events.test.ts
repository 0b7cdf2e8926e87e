import { sql } from 'kysely'
import { beforeEach, describe, expect, it } from 'vitest'
import { testDatabase } from '#server/platform/db/testing.ts'
import { rebuildProjection } from './rebuild.ts'
import { recordEvents } from './record-events.ts'
import { forgetProjection, openGaps, readCursor } from './repo.ts'
import { dumpProjection, tradingHistory } from './testing.ts'

const db = await testDatabase()
const NOW = 1_700_000_090_000

beforeEach(async () => {
  await db.transaction().execute(forgetProjection)
  await sql`truncate chain.transactions, chain.program_events, chain.gaps, chain.cursors, app.outbox`.execute(db)
})

const history = tradingHistory({ traders: 3, rounds: 6 })
const options = { singletons: history.singletons, nowMs: NOW }

async function recordInBatches(events = history.events, size = 7): Promise<void> {
  for (let start = 0; start < events.length; start += size) {
    await recordEvents(db, events.slice(start, start + size), options)
  }
}

describe('recording events', () => {
  it('gives the same rows whatever the batches and however often it is repeated', async () => {
    await recordInBatches(history.events, 1)
    const once = await dumpProjection(db)
    expect(once.trades?.length).toBe(24)
    expect(once.positions?.length).toBeGreaterThan(0)

    await recordInBatches()
    await recordEvents(db, history.events, options)
    expect(await dumpProjection(db)).toEqual(once)
  })

  it('gives the same rows when events arrive in any order', async () => {
    await recordInBatches()
    const inOrder = await dumpProjection(db)
    for (let seed = 1; seed <= 3; seed += 1) {
      await db.transaction().execute(forgetProjection)
      await sql`truncate chain.transactions, chain.program_events, chain.gaps`.execute(db)
      await recordInBatches(shuffled(history.events, seed), 5)
      expect(await dumpProjection(db)).toEqual(inOrder)
      expect(await openGaps(db)).toEqual([])
    }
  })

  it('holds back what follows a missing event, names the gap, and closes it when the event comes', async () => {
    const missing = history.events.findIndex(({ signature }) => signature === 'signature11')
    const [lost] = history.events.slice(missing, missing + 1)
    await recordInBatches(history.events.toSpliced(missing, 1))
    const gaps = await openGaps(db)
    expect(gaps.length).toBeGreaterThan(0)
    for (const { fromSequence, toSequence } of gaps) expect(toSequence).toBe(fromSequence)
    const blocked = await recordEvents(db, [], options)
    expect(blocked.waiting).toBeGreaterThan(0)

    await recordEvents(db, lost === undefined ? [] : [lost], options)
    expect(await openGaps(db)).toEqual([])
    const mended = await dumpProjection(db)
    await db.transaction().execute(forgetProjection)
    await sql`truncate chain.transactions, chain.program_events`.execute(db)
    await recordInBatches()
    expect(mended).toEqual(await dumpProjection(db))
  })

  it('a rebuild from the raw events equals the live projection, row by row', async () => {
    await recordInBatches()
    const live = await dumpProjection(db)
    const { projected, waiting } = await rebuildProjection(db, history.singletons, NOW)
    expect({ projected, waiting }).toEqual({ projected: history.events.length, waiting: 0 })
    expect(await dumpProjection(db)).toEqual(live)
  })

  it('shows the old rows to readers while it is rebuilt', async () => {
    await recordInBatches()
    const before = await dumpProjection(db)
    await db.transaction().execute(async (trx) => {
      await forgetProjection(trx)
      expect(await dumpProjection(db)).toEqual(before)
    })
  })

  it('keeps nothing of a batch that failed half-way', async () => {
    await recordEvents(db, history.events.slice(0, 20), {
      ...options,
      cursor: { signature: 'signature19', slot: 1_019 },
    })
    const before = await dumpProjection(db)
    await sql`alter table trades add constraint broken check (market_sequence < 8)`.execute(db)
    await expect(
      recordEvents(db, history.events.slice(20), { ...options, cursor: { signature: 'end', slot: 2_000 } }),
    ).rejects.toThrow()
    expect(await dumpProjection(db)).toEqual(before)
    expect(await readCursor(db)).toEqual({ signature: 'signature19', slot: 1_019 })

    await sql`alter table trades drop constraint broken`.execute(db)
    await recordEvents(db, history.events.slice(20), options)
    expect((await dumpProjection(db)).trades?.length).toBe(24)
  })

  it('two writers at once do not project an event twice', async () => {
    await Promise.all([recordInBatches(), recordInBatches(history.events, 3)])
    const both = await dumpProjection(db)
    await rebuildProjection(db, history.singletons, NOW)
    expect(both).toEqual(await dumpProjection(db))
  })

  it('leaves messages about what changed in the same transaction', async () => {
    await recordInBatches()
    const topics = await db.selectFrom('app.outbox').select('topic').distinct().execute()
    const names = topics.map(({ topic }) => topic)
    expect(names).toContain('market.SOL-PERP')
    expect(names).toContain('trade.SOL-PERP')
    for (const { authority } of history.traders) expect(names).toContain(`user.${authority.toBase58()}`)
  })

  it('leaves a message for each funding rate, oldest first', async () => {
    await recordInBatches()
    const { rows } = await sql<{ index: string }>`
      select message ->> 'indexLong' as index from app.outbox where topic = 'funding.SOL-PERP' order by id
    `.execute(db)
    const indexes = rows.map(({ index }) => Number(index))
    expect(indexes.length).toBeGreaterThan(1)
    expect(indexes).toEqual(indexes.toSorted((a, b) => a - b))
  })

  it('counts an event whose bytes were cut off, keeps it, and lets its gap show', async () => {
    const [cut] = history.events.slice(12, 13)
    if (cut === undefined) throw new Error('the history is too short')
    const damaged = { ...cut, data: cut.data.slice(0, -5) }
    const recorded = await recordEvents(db, history.events.toSpliced(12, 1, damaged), options)
    expect(recorded).toMatchObject({ damaged: 1, unknown: 0 })
    expect(recorded.waiting).toBeGreaterThan(0)
    expect((await openGaps(db)).length).toBeGreaterThan(0)
    const kept = await db.selectFrom('chain.program_events').select('signature').where('kind', '=', 'damaged').execute()
    expect(kept).toEqual([{ signature: cut.signature }])
  })

  it('counts an event it cannot read and goes on', async () => {
    const foreign = { signature: 'foreign', path: '0.0', slot: 1, occurredAt: NOW, data: new Uint8Array(16).fill(7) }
    const recorded = await recordEvents(db, [foreign, ...history.events], options)
    expect(recorded.unknown).toBe(1)
    expect(recorded.projected.length).toBe(history.events.length)
  })
})

function shuffled<T>(items: readonly T[], seed: number): T[] {
  let state = seed
  const random = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state
  }
  return items
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item)
}
