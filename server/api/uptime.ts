import { sql } from 'kysely'
import type { Clock } from '#server/platform/clock.ts'
import type { Db } from '#server/platform/db/index.ts'
import type { Log } from '#server/platform/log.ts'
import { type PartStatus, type SystemDto, UPTIME_PARTS, type UptimeDto, type UptimePart } from './schema.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Parts that report themselves have not had their turn yet when this process has just begun. */
const GRACE_MS = 15_000
const FLUSH_EVERY_MS = 30_000
const LATE_PRICE_MS = 5_000
const SILENT_PRICE_MS = 15_000

export type UptimeRecorder = {
  /** Counts one check of every part, and writes the counts now and then. Never rejects. */
  record(system: SystemDto): Promise<void>
  /** Writes what is counted. Never rejects. */
  flush(): Promise<void>
}

/**
 * Counts how often each part was found working. What cannot be written, because the database itself is away, is kept and
 * written when it is back: its own outage is counted too.
 */
export function recordUptime({ db, clock, log }: { db: Db; clock: Clock; log: Log }): UptimeRecorder {
  const startedAt = clock.now()
  let flushedAt = startedAt
  let counted = new Map<string, { part: UptimePart; hour: number } & Record<PartStatus, number>>()

  const flush = async (): Promise<void> => {
    const rows = [...counted.values()]
    if (rows.length === 0) return
    const taken = counted
    counted = new Map()
    try {
      await addChecks(db, rows)
    } catch (error) {
      log.debug({ err: error }, 'the checks of the parts are written later')
      for (const [key, row] of taken) {
        const since = counted.get(key)
        counted.set(key, since === undefined ? row : { ...row, ...sum(row, since) })
      }
    }
  }

  return {
    flush,
    record: async (system) => {
      if (system.at - startedAt < GRACE_MS) return
      const hour = Math.floor(system.at / HOUR_MS) * HOUR_MS
      for (const part of UPTIME_PARTS) {
        const key = `${part} ${hour}`
        const row = counted.get(key) ?? { part, hour, ok: 0, late: 0, down: 0 }
        row[part === 'prices' ? pricesStatus(system) : system[part]] += 1
        counted.set(key, row)
      }
      if (clock.now() - flushedAt < FLUSH_EVERY_MS) return
      flushedAt = clock.now()
      await flush()
    },
  }
}

type Counts = Record<PartStatus, number>
const sum = (a: Counts, b: Counts): Counts => ({ ok: a.ok + b.ok, late: a.late + b.late, down: a.down + b.down })

/** As good as the oldest price: a market without one cannot be traded. */
function pricesStatus({ oracleAgeMs }: SystemDto): PartStatus {
  const oldest = Math.max(...Object.values(oracleAgeMs).map((age) => age ?? Number.POSITIVE_INFINITY))
  if (oldest <= LATE_PRICE_MS) return 'ok'
  return oldest <= SILENT_PRICE_MS ? 'late' : 'down'
}

async function addChecks(db: Db, rows: readonly ({ part: UptimePart; hour: number } & Counts)[]): Promise<void> {
  await db
    .insertInto('part_checks')
    .values(rows.map(({ hour, ...row }) => ({ ...row, hour: new Date(hour) })))
    .onConflict((conflict) =>
      conflict.columns(['part', 'hour']).doUpdateSet({
        ok: sql`part_checks.ok + excluded.ok`,
        late: sql`part_checks.late + excluded.late`,
        down: sql`part_checks.down + excluded.down`,
      }),
    )
    .execute()
}

const DAYS = 90

/** How much of the time each part was found working, as far as it was measured. */
export async function readUptime(db: Db, nowMs: number): Promise<UptimeDto> {
  const thisHour = Math.floor(nowMs / HOUR_MS) * HOUR_MS
  const rows = await db
    .selectFrom('part_checks')
    .select(['part', 'hour', 'ok', 'late', 'down'])
    .where('hour', '>', new Date(thisHour - DAYS * DAY_MS))
    .orderBy('hour')
    .execute()
  const hours = rows.map(({ hour, ...row }) => ({ ...row, hour: hour.getTime() }))
  const since = (hoursBack: number) => thisHour - hoursBack * HOUR_MS
  return {
    parts: UPTIME_PARTS.map((part) => {
      const own = hours.filter((row) => row.part === part)
      const byDay = Map.groupBy(own, ({ hour }) => Math.floor(hour / DAY_MS) * DAY_MS)
      return {
        part,
        day: windowOf(own, since(24)),
        week: windowOf(own, since(7 * 24)),
        quarter: windowOf(own, since(DAYS * 24)),
        days: [...byDay].map(([at, ofDay]) => ({ at, ...ofDay.reduce(sum, NOTHING) })),
      }
    }),
    since: hours[0]?.hour ?? null,
  }
}

const NOTHING: Counts = { ok: 0, late: 0, down: 0 }

function windowOf(hours: readonly ({ hour: number } & Counts)[], after: number): UptimeDto['parts'][number]['day'] {
  const measured = hours.filter(({ hour }) => hour > after)
  const counts = measured.reduce(sum, NOTHING)
  const all = counts.ok + counts.late + counts.down
  return { ...counts, uptime: all === 0 ? null : (counts.ok + counts.late) / all, measuredHours: measured.length }
}
