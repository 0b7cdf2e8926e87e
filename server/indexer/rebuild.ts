import type { Db } from '#server/platform/db/index.ts'
import { projectWaiting } from './record-events.ts'
import { forgetProjection, lockProjection } from './repo.ts'
import type { Singletons } from './sequences.ts'

/**
 * Makes the projection again from the raw events, in one transaction: readers see the old rows until the new ones are
 * complete. @returns how many events were projected, and how many wait behind a gap.
 */
export async function rebuildProjection(
  db: Db,
  singletons: Singletons,
  nowMs: number,
): Promise<{ projected: number; waiting: number }> {
  return db.transaction().execute(async (trx) => {
    await lockProjection(trx)
    await forgetProjection(trx)
    const { projected, waiting } = await projectWaiting(trx, singletons, nowMs)
    return { projected: projected.length, waiting }
  })
}
