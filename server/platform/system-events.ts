import { sql } from 'kysely'
import type { Db } from './db/index.ts'

export type SystemEvent = {
  /** What speaks: a role, or `supervisor`. */
  source: string
  /** What it is about, stable, so that repeats are counted: `crash-loop:worker`. */
  kind: string
  level: 'info' | 'warning' | 'error'
  message: string
  details?: Record<string, unknown>
}

/** Writes what an operator must see; a repeat of its source and kind raises the count of the row that is there. */
export async function recordSystemEvent(
  db: Db,
  { source, kind, level, message, details = {} }: SystemEvent,
): Promise<void> {
  const values = { level, message, details: JSON.stringify(details) }
  await db
    .insertInto('app.system_events')
    .values({ source, kind, ...values })
    .onConflict((conflict) =>
      conflict
        .columns(['source', 'kind'])
        .doUpdateSet({ ...values, count: sql`system_events.count + 1`, last_at: sql`now()` }),
    )
    .execute()
}
