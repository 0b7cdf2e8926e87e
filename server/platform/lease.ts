import { setTimeout as delay } from 'node:timers/promises'
import { sql, type Transaction } from 'kysely'
import type { Clock } from './clock.ts'
import type { DB, Db } from './db/index.ts'
import { AppError, isConnectionFailure } from './errors.ts'

/**
 * The right to be the only one who does something, until a moment the database's clock decides.
 * A holder that was paused may still believe in it; its writes carry the fence, which only grows, and are refused by
 * `assertHeld` once another holder has come.
 */
export type Lease = {
  name: string
  ownerId: string
  /** Grows with each holder, over the whole life of the database. */
  fence: bigint
  /** False from the moment it may have expired, by our own clock and counted from before the request. */
  isHeld(): boolean
  /** @throws AppError CONFLICT when it is lost. */
  renew(): Promise<void>
  release(): Promise<void>
  /** Inside the transaction of a fenced write: a later holder waits for its end. @throws AppError CONFLICT when lost. */
  assertHeld(trx: Transaction<DB>): Promise<void>
}

/** The lease, or undefined while somebody else holds it. `ttlMs`: how long it lasts without renewal. */
export async function acquireLease(
  db: Db,
  name: string,
  ownerId: string,
  ttlMs: number,
  clock: Clock,
): Promise<Lease | undefined> {
  const expiry = sql<Date>`clock_timestamp() + ${ttlMs} * interval '1 millisecond'`
  let askedAt = clock.now()
  const row = await db
    .insertInto('app.leases')
    .values({ name, owner_id: ownerId, expires_at: expiry })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet({
          owner_id: ownerId,
          fence: sql`leases.fence + 1`,
          acquired_at: sql`clock_timestamp()`,
          expires_at: expiry,
        })
        .where(sql<boolean>`leases.expires_at <= clock_timestamp()`),
    )
    .returning('fence')
    .executeTakeFirst()
  if (row === undefined) return undefined
  const { fence } = row

  let heldUntil = askedAt + ttlMs
  const lost = () => {
    heldUntil = Number.NEGATIVE_INFINITY
    return new AppError('CONFLICT', {
      message: `The lease ${name} (fence ${fence}) is lost; ${ownerId} must stop what it guards.`,
      details: { lease: name, fence: fence.toString() },
    })
  }
  return {
    name,
    ownerId,
    fence,
    isHeld: () => clock.now() < heldUntil,
    renew: async () => {
      askedAt = clock.now()
      const renewed = await db
        .updateTable('app.leases')
        .set({ expires_at: expiry })
        .where('name', '=', name)
        // Also after its end: the same fence proves that nobody has held it since.
        .where('fence', '=', fence)
        .returning('fence')
        .executeTakeFirst()
      if (renewed === undefined) throw lost()
      heldUntil = askedAt + ttlMs
    },
    release: async () => {
      heldUntil = Number.NEGATIVE_INFINITY
      await db
        .updateTable('app.leases')
        .set({ expires_at: sql<Date>`clock_timestamp()` })
        .where('name', '=', name)
        .where('fence', '=', fence)
        .execute()
    },
    assertHeld: async (trx) => {
      const held = await trx
        .selectFrom('app.leases')
        .select('fence')
        .where('name', '=', name)
        .where('fence', '=', fence)
        .forShare()
        .executeTakeFirst()
      if (held === undefined) throw lost()
    },
  }
}

export type LeaseOptions = {
  name: string
  ownerId: string
  ttlMs: number
  clock: Clock
  /** Ends the wait for the lease, or the work under it. */
  signal: AbortSignal
  /**
   * Whether the work goes on while the database is away and nobody knows who leads, until another is known to have taken
   * over: for work that two may do at once without harm, and that must not wait for a database.
   */
  goesOn?: boolean
}

/**
 * Waits for the lease, runs `work` under it, renews it every third of its life, gives it back. The signal `work` gets
 * aborts when the lease is lost or the outer one aborts; `work` must return then.
 * @returns what `work` returned; undefined when the wait was aborted.
 */
export async function withLease<T>(
  db: Db,
  { name, ownerId, ttlMs, clock, signal, goesOn = false }: LeaseOptions,
  work: (lease: Lease, signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const lease = await waitForLease(db, { name, ownerId, ttlMs, clock, signal })
  if (lease === undefined) return undefined
  const lostOrAborted = new AbortController()
  const onAbort = () => lostOrAborted.abort(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) onAbort()
  const renewal = setInterval(() => {
    // A request may hang for longer than the lease lasts.
    if (!goesOn && !lease.isHeld()) lostOrAborted.abort(new Error(`the lease ${name} has ended unrenewed`))
    lease.renew().catch((error: unknown) => {
      const isTaken = error instanceof AppError && error.code === 'CONFLICT'
      // One failed request is not a loss yet: the next third may succeed before the lease ends.
      if (isTaken || (!goesOn && !lease.isHeld())) lostOrAborted.abort(error)
    })
  }, ttlMs / 3)
  try {
    return await work(lease, lostOrAborted.signal)
  } finally {
    clearInterval(renewal)
    signal.removeEventListener('abort', onAbort)
    await lease.release().catch(() => {
      // The database is away: the lease ends by itself.
    })
  }
}

async function waitForLease(db: Db, { name, ownerId, ttlMs, clock, signal }: LeaseOptions): Promise<Lease | undefined> {
  while (!signal.aborted) {
    const lease = await acquireLease(db, name, ownerId, ttlMs, clock).catch((error: unknown) => {
      // A database that is away for a moment is one more holder to wait for.
      if (isConnectionFailure(error)) return undefined
      throw error
    })
    if (lease) return lease
    await delay(ttlMs / 3, undefined, { signal }).catch(() => {
      // Aborted; the loop ends.
    })
  }
  return undefined
}
