import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import autocannon from 'autocannon'
import { startTestApi } from '#server/api/testing.ts'
import { recordEvents } from '#server/indexer/record-events.ts'
import { tradingHistory } from '#server/indexer/testing.ts'
import { fillHistory } from '#server/ingest/fill-history.ts'
import { ORACLE_FEEDS } from '#server/oracle/index.ts'
import { replaySource } from '#server/oracle/replay/source.ts'
import { systemClock } from '#server/platform/clock.ts'
import { startEmbeddedPostgres } from '#server/platform/db/embedded.ts'
import { createDb } from '#server/platform/db/index.ts'
import { migrate } from '#server/platform/db/migrate.ts'
import { silentLog as log } from '#server/platform/log.ts'
import { freePort } from '#server/platform/ports.ts'

export const name = 'API (one process, embedded PostgreSQL, load from another thread)'

const SECONDS = 3

export async function run() {
  const dataDir = await mkdtemp(join(tmpdir(), 'quantdesk-bench-'))
  await chmod(dataDir, 0o711)
  const server = await startEmbeddedPostgres({ dataDir, port: await freePort(), log })
  await migrate({ url: server.url, log })
  const db = createDb({ url: server.url, log })
  try {
    const filling = performance.now()
    await fillHistory(db, replaySource(ORACLE_FEEDS, systemClock).history, Date.now())
    const filled = performance.now() - filling
    const history = tradingHistory({ traders: 5, rounds: 20 })
    await recordEvents(db, history.events, { singletons: history.singletons, nowMs: Date.now() })
    const api = await startTestApi(db, { url: server.url })
    try {
      return [
        {
          what: 'chart history at first start',
          value: `${Math.round(filled)} ms`,
          target: '≤ 2000 ms',
          met: filled <= 2_000,
        },
        await requests('trivial answer (/healthz)', `${api.url}/healthz`),
        await requests('markets with statistics (/api/markets)', `${api.url}/api/markets`),
        await requests('500 candles', `${api.url}/api/markets/SOL-PERP/candles?interval=1m&limit=500`),
        await requests(
          'batch of 3 over tRPC',
          `${api.url}/api/trpc/market.list,pool.get,system.config?batch=1&input={}`,
        ),
      ]
    } finally {
      await api.stop()
    }
  } finally {
    await db.destroy()
    await server.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

async function requests(what: string, url: string) {
  const { requests, latency, non2xx } = await autocannon({ url, duration: SECONDS, connections: 20, workers: 1 })
  if (non2xx > 0) throw new Error(`${what}: ${non2xx} answers were not 2xx`)
  return { what, value: `${Math.round(requests.average)} req/s, p50 ${latency.p50} ms, p99 ${latency.p99} ms` }
}
