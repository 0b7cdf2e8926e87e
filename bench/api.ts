import autocannon from 'autocannon'
import { startTestApi } from '#server/api/testing.ts'
import { recordEvents } from '#server/indexer/record-events.ts'
import { tradingHistory } from '#server/indexer/testing.ts'
import { fillHistory } from '#server/ingest/fill-history.ts'
import { ORACLE_FEEDS } from '#server/oracle/index.ts'
import { replaySource } from '#server/oracle/replay/source.ts'
import { systemClock } from '#server/platform/clock.ts'
import type { Db } from '#server/platform/db/index.ts'
import { startDatabase } from './parts/database.ts'
import { startNextRoute } from './parts/next-route.ts'
import { startOwnRows } from './parts/own-rows.ts'

export const name = 'API (one process, embedded PostgreSQL, load from another thread)'

const SECONDS = 3

export async function run() {
  const database = await startDatabase()
  const { db } = database
  try {
    const filling = performance.now()
    await fillHistory(db, replaySource(ORACLE_FEEDS, systemClock).history, Date.now())
    const filled = performance.now() - filling
    const history = tradingHistory({ traders: 5, rounds: 20 })
    await recordEvents(db, history.events, { singletons: history.singletons, nowMs: Date.now() })
    const api = await startTestApi(db, { url: database.url })
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
        ...(await doors(db, database.dataDir)),
      ]
    } finally {
      await api.stop()
    }
  } finally {
    await database.stop()
  }
}

const ROUNDS = 3
const ROUND_SECONDS = 3

/** What the way in costs, and what Next would: the same 20 rows, asked in turn, the median round of each. */
async function doors(db: Db, dataDir: string) {
  const rows = await startOwnRows(db, dataDir)
  const next = await startNextRoute(JSON.stringify(rows.still))
  try {
    const authorization = `Bearer ${rows.token}`
    const asked = {
      open: { url: `${rows.url}/rows/open` },
      own: { url: `${rows.url}/rows/own`, headers: { authorization } },
      still: { url: `${rows.url}/rows/still` },
      next: { url: next.url },
    }
    const rates: Record<keyof typeof asked, number[]> = { open: [], own: [], still: [], next: [] }
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const name of ['open', 'own', 'still', 'next'] as const) {
        rates[name].push((await load({ ...asked[name], duration: ROUND_SECONDS })).requests.average)
      }
    }
    const median = (name: keyof typeof rates) => rates[name].toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0
    const cost = 1 - median('own') / median('open')
    const times = median('still') / median('next')
    return [
      {
        what: 'sign-in, row security and limits, of a read of 20 rows',
        value: `${Math.round(cost * 100)} % (${Math.round(median('own'))} against ${Math.round(median('open'))} req/s)`,
        target: '≤ 35 %',
        met: cost <= 0.35,
      },
      {
        what: 'a procedure over REST against a Next route handler, the same 20 rows',
        value: `${times.toFixed(1)} × (${Math.round(median('still'))} against ${Math.round(median('next'))} req/s)`,
        target: '≥ 2.5 ×',
        met: times >= 2.5,
      },
    ]
  } finally {
    await next.stop()
    await rows.stop()
  }
}

async function load(options: { url: string; duration: number; headers?: Record<string, string> }) {
  const result = await autocannon({ ...options, connections: 20, workers: 1 })
  if (result.non2xx > 0) throw new Error(`${options.url}: ${result.non2xx} answers were not 2xx`)
  return result
}

async function requests(what: string, url: string) {
  const { requests, latency } = await load({ url, duration: SECONDS })
  return { what, value: `${Math.round(requests.average)} req/s, p50 ${latency.p50} ms, p99 ${latency.p99} ms` }
}
