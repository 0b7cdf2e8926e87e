import { errorMessage } from './errors.ts'
import { fencedDb } from './fenced-db.ts'
import { withLease } from './lease.ts'
import type { Role, RoleContext } from './role.ts'

export type LeadOptions = {
  /** Of the lease: what only one process may do at a time. */
  name: string
  /** How long a leader that has died keeps the others waiting. */
  ttlMs?: number
  /** See `LeaseOptions`. */
  goesOn?: boolean
}

const LEASE_MS = 5_000
const RETRY_MS = 1_000

/**
 * A role that only one of all processes on this database plays; the others stand by and one takes over when it ends or
 * dies. `lead` works until the signal it gets aborts, which it does also when the lease is lost; its database refuses
 * what is written after that. Then, or when it fails, the process stands by again.
 */
export function leaderRole(
  { name, ttlMs = LEASE_MS, goesOn = false }: LeadOptions,
  lead: (ctx: RoleContext) => Promise<void>,
): Role {
  return async (ctx) => {
    const { db, clock, log, metrics } = ctx
    const leads = metrics.gauge({
      name: 'quantdesk_leader',
      help: '1 while this process leads, by lease',
      labelNames: ['lease'],
    })
    const fences = metrics.gauge({
      name: 'quantdesk_leader_fence',
      help: 'Fence of the last lease this process held: it grows with each leader',
      labelNames: ['lease'],
    })
    const stopped = new AbortController()
    const ended = AbortSignal.any([ctx.signal, stopped.signal])
    leads.set({ lease: name }, 0)

    const run = async () => {
      while (!ended.aborted) {
        try {
          const ownerId = `${process.pid}-${crypto.randomUUID()}`
          await withLease(db, { name, ownerId, ttlMs, clock, signal: ended, goesOn }, async (lease, leading) => {
            log.info({ lease: name, fence: lease.fence.toString() }, `leads: ${name}`)
            leads.set({ lease: name }, 1)
            fences.set({ lease: name }, Number(lease.fence))
            try {
              await lead({ ...ctx, db: fencedDb(db, lease), signal: leading })
            } finally {
              leads.set({ lease: name }, 0)
              if (!ended.aborted) log.warn({ lease: name }, `does not lead any more: ${name}`)
            }
          })
        } catch (error) {
          if (ended.aborted) return
          log.error({ err: error, lease: name }, `${name} cannot lead: ${errorMessage(error)}`)
          await sleep(RETRY_MS, ended)
        }
      }
    }
    const running = run()
    return async () => {
      stopped.abort()
      await running
    }
  }
}

/** A role that was made to start and stop, as the work of a leader. */
export function untilAborted(start: Role): (ctx: RoleContext) => Promise<void> {
  return async (ctx) => {
    const stop = await start(ctx)
    await aborted(ctx.signal)
    await stop()
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  const { promise, resolve } = Promise.withResolvers<void>()
  signal.addEventListener('abort', () => resolve(), { once: true })
  await promise
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  const timer = new AbortController()
  const timeout = setTimeout(() => timer.abort(), ms)
  await aborted(AbortSignal.any([signal, timer.signal]))
  clearTimeout(timeout)
}
