import { sql } from 'kysely'
import { z } from 'zod'
import { ORACLE_FEEDS } from '#server/oracle/index.ts'
import type { Bus } from '#server/platform/bus.ts'
import type { Clock } from '#server/platform/clock.ts'
import type { Db } from '#server/platform/db/index.ts'
import { errorMessage } from '#server/platform/errors.ts'
import type { PartStatus, SystemDto } from './schema.ts'

export type SystemMonitor = {
  current(): SystemDto
  /** Why a part is not ok, in a sentence. */
  reasons(): Partial<Record<Part, string>>
  /** Asks database and chain once. Never rejects: a part that does not answer is down. */
  check(): Promise<void>
  stop(): void
}
type Part = 'database' | 'chain' | 'indexer' | 'keeper' | 'oracle'

export type SystemMonitorOptions = {
  db: Db
  bus: Bus
  clock: Clock
  /** The newest confirmed slot of the cluster. */
  slot: () => Promise<number>
}

/** A part that reports itself is down when it has been silent for this long. */
const SILENT_MS = 15_000
const ANSWER_WITHIN_MS = 3_000
const LATE_PRICE_MS = 5_000

const status = z.enum(['ok', 'late', 'down'])
const indexerHeartbeat = z.object({ status, lagMs: z.number().nullable(), at: z.number() })
const keeperHeartbeat = z.object({ status, at: z.number() })
const priceTime = z.object({ market: z.string(), publishedAt: z.number() })

/** Watches the parts this process depends on, so that pages, /readyz and alerts all say the same. */
export function watchSystem({ db, bus, clock, slot }: SystemMonitorOptions): SystemMonitor {
  const pricedAt = new Map<string, number>()
  const seen = {
    slot: null as number | null,
    database: 'ok' as PartStatus,
    chain: 'ok' as PartStatus,
    indexer: undefined as z.infer<typeof indexerHeartbeat> | undefined,
    keeper: undefined as z.infer<typeof keeperHeartbeat> | undefined,
  }
  const failures: Partial<Record<Part, string>> = {}

  const ends = [
    bus.subscribe('price.*', (message) => {
      const { market, publishedAt } = priceTime.parse(message)
      pricedAt.set(market, publishedAt)
    }),
    bus.subscribe('system.indexer', (message) => {
      seen.indexer = indexerHeartbeat.parse(message)
    }),
    bus.subscribe('system.keeper', (message) => {
      seen.keeper = keeperHeartbeat.parse(message)
    }),
  ]

  const reported = (beat: { status: PartStatus; at: number } | undefined): PartStatus =>
    beat === undefined || clock.now() - beat.at > SILENT_MS ? 'down' : beat.status

  const probe = async (part: 'database' | 'chain', ask: () => Promise<void>): Promise<void> => {
    try {
      await within(ANSWER_WITHIN_MS, ask())
      seen[part] = 'ok'
      delete failures[part]
    } catch (error) {
      seen[part] = 'down'
      failures[part] = errorMessage(error)
    }
  }

  return {
    current: () => {
      const now = clock.now()
      return {
        slot: seen.slot,
        oracleAgeMs: Object.fromEntries(
          ORACLE_FEEDS.map(({ market }) => {
            const at = pricedAt.get(market)
            return [market, at === undefined ? null : Math.max(0, now - at)]
          }),
        ),
        indexerLagMs: seen.indexer?.lagMs ?? null,
        indexer: reported(seen.indexer),
        keeper: reported(seen.keeper),
        database: seen.database,
        chain: seen.chain,
        at: now,
      }
    },
    reasons: () => {
      const now = clock.now()
      const late = ORACLE_FEEDS.filter(({ market }) => now - (pricedAt.get(market) ?? 0) > LATE_PRICE_MS)
      return {
        ...failures,
        ...(reported(seen.indexer) === 'ok' ? {} : { indexer: silence('indexer', seen.indexer?.at) }),
        ...(reported(seen.keeper) === 'ok' ? {} : { keeper: silence('keeper', seen.keeper?.at) }),
        ...(late.length === 0 ? {} : { oracle: `no fresh price of ${late.map(({ market }) => market).join(', ')}` }),
      }
    },
    check: async () => {
      await Promise.all([
        probe('database', async () => {
          await sql`select 1`.execute(db)
        }),
        probe('chain', async () => {
          seen.slot = await slot()
        }),
      ])
    },
    stop: () => {
      for (const end of ends) end()
    },
  }
}

function silence(part: string, at: number | undefined): string {
  return at === undefined
    ? `the ${part} has not reported since this process started`
    : `the ${part} reported trouble or has been silent since ${new Date(at).toISOString()}`
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms)
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}
