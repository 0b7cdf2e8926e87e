import { sql } from 'kysely'
import type { Db } from '#server/platform/db/index.ts'
import { AppError } from '#server/platform/errors.ts'

export type AttemptRule = {
  /** Failures in `windowMs` after which nothing more is tried for `lockMs`. */
  most: number
  windowMs: number
  lockMs: number
}

/** @throws AppError RATE_LIMITED while the subject is locked. */
export async function assertNotLocked(db: Db, subject: string, nowMs: number): Promise<void> {
  const row = await db
    .selectFrom('app.attempts')
    .select('locked_until')
    .where('subject', '=', subject)
    .executeTakeFirst()
  const until = row?.locked_until?.getTime() ?? 0
  if (until <= nowMs) return
  const seconds = Math.ceil((until - nowMs) / 1000)
  throw new AppError('RATE_LIMITED', {
    message: `too many failed tries: try again in ${seconds} seconds`,
    details: { retryAfterSeconds: seconds },
  })
}

/**
 * Takes one of the tries before it is made, so that many at once cannot all slip through; `forgive` gives them back.
 * @throws AppError RATE_LIMITED when none is left.
 */
export async function takeAttempt(db: Db, subject: string, rule: AttemptRule, nowMs: number): Promise<void> {
  const [now, since] = [new Date(nowMs), new Date(nowMs - rule.windowMs)]
  const fresh = sql<boolean>`attempts.since < ${since} or attempts.locked_until <= ${now}`
  const row = await db
    .insertInto('app.attempts')
    .values({ subject, failures: 1, since: now, locked_until: null })
    .onConflict((conflict) =>
      conflict.column('subject').doUpdateSet({
        failures: sql`case when ${fresh} then 1 else attempts.failures + 1 end`,
        since: sql`case when ${fresh} then ${now} else attempts.since end`,
        locked_until: sql`case when ${fresh} then null
          when attempts.failures >= ${rule.most} then coalesce(attempts.locked_until, ${new Date(nowMs + rule.lockMs)})
          else null end`,
      }),
    )
    .returning('locked_until')
    .executeTakeFirstOrThrow()
  if (row.locked_until !== null) await assertNotLocked(db, subject, nowMs)
}

/** After a try that succeeded. */
export async function forgiveAttempts(db: Db, subject: string): Promise<void> {
  await db.deleteFrom('app.attempts').where('subject', '=', subject).execute()
}
