import { sql } from 'kysely'
import { markFinalized, takeBack } from '#server/indexer/forks.ts'
import { rebuildProjection } from '#server/indexer/rebuild.ts'
import { recordEvents } from '#server/indexer/record-events.ts'
import { forgetProjection } from '#server/indexer/repo.ts'
import { tradingHistory } from '#server/indexer/testing.ts'
import { systemClock } from '#server/platform/clock.ts'
import type { Db } from '#server/platform/db/index.ts'
import { startDatabase } from './parts/database.ts'

export const name = 'Indexer (raw events into embedded PostgreSQL, one process)'

const TARGET = 2_000
/** What a node serves of a history that is final already, and of one that is not. */
const ALL_FINAL = Number.MAX_SAFE_INTEGER
const NONE_FINAL = -1
const CATCH_UP_BATCH = 500
/** 50 trades a second, looked at four times a second. */
const LIVE_BATCH = 12

export async function run() {
  const database = await startDatabase({ queryTimeoutMs: 0 })
  const { db } = database
  try {
    const history = tradingHistory({ traders: 50, rounds: 100 })
    const { events, singletons } = history
    const rows = [
      { ...(await timed(events.length, () => record(db, history, ALL_FINAL))), what: 'catch-up, final', target: true },
      {
        ...(await timed(events.length, async () => {
          await rebuildProjection(db, singletons, systemClock.now())
        })),
        what: 'rebuild',
        target: true,
      },
    ]
    await forget(db)
    const { events: fresh } = history
    rows.push({
      ...(await timed(fresh.length, () => record(db, history, NONE_FINAL))),
      what: 'catch-up, may still be undone',
      target: false,
    })
    const dropped = fresh.slice(-1_000).map(({ signature }) => signature)
    rows.push({
      ...(await timed(dropped.length, async () => {
        await takeBack(db, dropped, { singletons, nowMs: systemClock.now() })
      })),
      what: 'taken back by a fork',
      target: false,
    })
    return [
      ...rows.map(({ what, perSecond, events: count, target }) => ({
        what: `events, ${what} (${count})`,
        value: `${perSecond} events/s`,
        ...(target ? { target: `≥ ${TARGET} events/s`, met: perSecond >= TARGET } : {}),
      })),
      await live(db, history),
    ]
  } finally {
    await database.stop()
  }
}

type History = ReturnType<typeof tradingHistory>

async function timed(events: number, work: () => Promise<void>) {
  const startedAt = performance.now()
  await work()
  return { events, perSecond: Math.round((events * 1000) / (performance.now() - startedAt)) }
}

async function record(db: Db, { events, singletons }: History, finalizedSlot: number): Promise<void> {
  for (let start = 0; start < events.length; start += CATCH_UP_BATCH) {
    const batch = events.slice(start, start + CATCH_UP_BATCH)
    await recordEvents(db, batch, { singletons, nowMs: systemClock.now(), finalizedSlot })
  }
}

async function forget(db: Db): Promise<void> {
  await db.transaction().execute(forgetProjection)
  await sql`truncate chain.transactions, chain.program_events, chain.gaps, app.outbox`.execute(db)
}

/** What a look of the live indexer costs between reading the chain and telling the bus, with rows kept for undoing. */
async function live(db: Db, { events, singletons }: History) {
  await forget(db)
  const times: number[] = []
  for (let start = 0; start < 1_800; start += LIVE_BATCH) {
    const batch = events.slice(start, start + LIVE_BATCH)
    const startedAt = performance.now()
    await recordEvents(db, batch, { singletons, nowMs: systemClock.now(), finalizedSlot: NONE_FINAL })
    times.push(performance.now() - startedAt)
    const final = events.slice(Math.max(0, start - 20 * LIVE_BATCH), start - 19 * LIVE_BATCH)
    await markFinalized(
      db,
      final.map(({ signature }) => signature),
    )
  }
  const sorted = times.toSorted((a, b) => a - b)
  const [p50, p99] = [0.5, 0.99].map((share) => Math.round(sorted[Math.floor(sorted.length * share)] ?? 0))
  return {
    what: `a live look of ${LIVE_BATCH} events → rows`,
    value: `p50 ${p50} ms, p99 ${p99} ms (${times.length} looks)`,
    target: 'p99 ≤ 300 ms',
    met: (p99 ?? 0) <= 300,
  }
}
