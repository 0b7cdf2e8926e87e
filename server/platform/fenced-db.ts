import { type KyselyPlugin, TransactionBuilder } from 'kysely'
import type { DB, Db } from './db/index.ts'
import { AppError } from './errors.ts'
import type { Lease } from './lease.ts'

type Fence = Pick<Lease, 'name' | 'fence' | 'isHeld' | 'assertHeld'>

/**
 * The database as a leader may use it. A statement is refused once the lease may have ended by our own clock, so that a
 * process that slept wakes up to refusals; a transaction proves in the database, before anything else, that nobody has
 * taken over, and a later leader waits for its end.
 */
export function fencedDb(db: Db, lease: Fence): Db {
  const guarded = db.withPlugin(refuseWhenEnded(lease))
  return new Proxy(guarded, {
    get: (target, key) => {
      if (key === 'transaction') return () => fencedTransaction(target.transaction(), lease)
      return bound(target, key)
    },
  })
}

function refuseWhenEnded(lease: Fence): KyselyPlugin {
  return {
    transformQuery: ({ node }) => {
      if (lease.isHeld()) return node
      throw new AppError('CONFLICT', {
        message: `The lease ${lease.name} (fence ${lease.fence}) has ended; nothing more is written under it.`,
        details: { lease: lease.name, fence: lease.fence.toString() },
      })
    },
    transformResult: async ({ result }) => result,
  }
}

function fencedTransaction(builder: TransactionBuilder<DB>, lease: Fence): TransactionBuilder<DB> {
  const execute: TransactionBuilder<DB>['execute'] = (work) =>
    builder.execute(async (trx) => {
      await lease.assertHeld(trx)
      return work(trx)
    })
  return new Proxy(builder, {
    get: (target, key) => {
      if (key === 'execute') return execute
      const value = bound(target, key)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        const next: unknown = value(...args)
        return next instanceof TransactionBuilder ? fencedTransaction(next, lease) : next
      }
    },
  })
}

/** Kysely's objects have private fields, which only they themselves may reach. */
function bound(target: object, key: string | symbol): unknown {
  const value: unknown = Reflect.get(target, key, target)
  return typeof value === 'function' ? value.bind(target) : value
}
