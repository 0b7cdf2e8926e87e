import { programAddresses, rebuildProjection } from '#server/indexer/index.ts'
import { systemClock } from '../platform/clock.ts'
import { loadConfig } from '../platform/config.ts'
import { resolveDatabase } from '../platform/db/connection.ts'
import { createDb } from '../platform/db/index.ts'
import { createLog } from '../platform/log.ts'

/** Makes the exchange's tables again from the events kept. A running indexer waits for it, readers do not. */
export async function run(): Promise<number> {
  const { directUrl } = await resolveDatabase(loadConfig())
  const log = createLog({ name: 'rebuild', level: 'warn', format: 'pretty' })
  const db = createDb({
    url: directUrl,
    log,
    maxConnections: 1,
    queryTimeoutMs: 0,
    applicationName: 'quantdesk rebuild',
  })
  try {
    const { projected, waiting } = await rebuildProjection(db, programAddresses(), systemClock.now())
    console.log(`Projected ${projected} events.`)
    if (waiting === 0) return 0
    console.error(`${waiting} events wait for missing ones; the running indexer fills such gaps by itself.`)
    return 1
  } finally {
    await db.destroy()
  }
}
