import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { recordEvents } from '#server/indexer/record-events.ts'
import { tradingHistory } from '#server/indexer/testing.ts'
import { systemClock } from '#server/platform/clock.ts'
import { startEmbeddedPostgres } from '#server/platform/db/embedded.ts'
import { createDb, type Db } from '#server/platform/db/index.ts'
import { migrate } from '#server/platform/db/migrate.ts'
import { silentLog as log } from '#server/platform/log.ts'
import { freePort } from '#server/platform/ports.ts'

export const name = 'Indexer (raw events into embedded PostgreSQL, one process)'

export async function run() {
  const dataDir = await mkdtemp(join(tmpdir(), 'quantdesk-bench-'))
  await chmod(dataDir, 0o711)
  const server = await startEmbeddedPostgres({ dataDir, port: await freePort(), log })
  await migrate({ url: server.url, log })
  const db = createDb({ url: server.url, log })
  try {
    return [await project(db)]
  } finally {
    await db.destroy()
    await server.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

async function project(db: Db) {
  const { events, singletons } = tradingHistory({ traders: 50, rounds: 100 })
  const startedAt = performance.now()
  for (let start = 0; start < events.length; start += 500) {
    await recordEvents(db, events.slice(start, start + 500), {
      singletons,
      nowMs: systemClock.now(),
      finalizedSlot: Number.MAX_SAFE_INTEGER,
    })
  }
  const perSecond = Math.round((events.length * 1000) / (performance.now() - startedAt))
  return {
    what: `events projected in a catch-up (${events.length})`,
    value: `${perSecond} events/s`,
    target: '≥ 2000 events/s',
    met: perSecond >= 2_000,
  }
}
