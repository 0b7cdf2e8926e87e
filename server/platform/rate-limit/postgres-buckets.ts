import { sql } from 'kysely'
import type { Db } from '../db/index.ts'
import { BLOCK_SHARE, type BucketStore, HOLD_MS, SCARCE } from './bucket.ts'

/** Buckets in PostgreSQL, one statement a call, by the database's clock. */
export function postgresBuckets(db: Db): BucketStore {
  return {
    take: async (key, { capacity, perSecond }, { need, extra, spent }) => {
      const { rows } = await sql<{ granted: number; remaining: number }>`
        select granted, remaining from app.take_tokens(
          ${key}, ${capacity}, ${perSecond}, ${need}, ${extra}, ${spent}, ${BLOCK_SHARE}, ${SCARCE}, ${HOLD_MS})`.execute(
        db,
      )
      return rows[0] ?? { granted: 0, remaining: 0 }
    },
    giveBack: async (key, { unspent, spent }) => {
      await sql`
        update app.rate_buckets set tokens = tokens + least(held, ${unspent}), held = greatest(0, held - ${unspent + spent})
        where key = ${key} and held_until > clock_timestamp()`.execute(db)
    },
    close: () => undefined,
  }
}
