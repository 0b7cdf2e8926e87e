import { z } from 'zod'
import { BUS_RESUMED, type Bus } from '#server/platform/bus.ts'
import type { Clock } from '#server/platform/clock.ts'
import type { Db } from '#server/platform/db/index.ts'
import { listRevokedSince } from './session-repo.ts'
import { ACCESS_TOKEN_MS } from './tokens.ts'

const TOPIC = 'identity.revoked'
const RETRY_MS = 1_000
const message = z.object({ sessions: z.array(z.string()) })

/**
 * Sessions that ended while an access token of theirs may be good by itself. Every process keeps them in memory, so a
 * revoked session is over within a bus message, and a request costs no query.
 */
export type Revocations = {
  has(sessionId: string): boolean
  /** Tells every process. */
  announce(sessionIds: readonly string[]): Promise<void>
  close(): void
}

/** From a process that checks no tokens itself. */
export async function announceRevoked(bus: Bus, sessionIds: readonly string[]): Promise<void> {
  if (sessionIds.length > 0) await bus.publish(TOPIC, { sessions: sessionIds })
}

export async function followRevocations({ db, bus, clock }: { db: Db; bus: Bus; clock: Clock }): Promise<Revocations> {
  const ended = new Map<string, number>()
  const add = (ids: readonly string[]) => {
    const now = clock.now()
    for (const [id, at] of ended) if (now - at > ACCESS_TOKEN_MS) ended.delete(id)
    for (const id of ids) ended.set(id, now)
  }
  let retry: NodeJS.Timeout | undefined
  let closed = false
  const load = async (): Promise<void> => {
    try {
      add(await listRevokedSince(db, clock.now() - ACCESS_TOKEN_MS))
    } catch {
      // The database is away: until it is back no session can be revoked either.
      if (!closed) retry = setTimeout(load, RETRY_MS)
    }
  }
  const stops = [
    bus.subscribe(TOPIC, (heard) => add(message.parse(heard).sessions)),
    // Messages may have been lost meanwhile.
    bus.subscribe(BUS_RESUMED, () => void load()),
  ]
  await load()
  return {
    has: (id) => ended.has(id),
    announce: async (sessionIds) => {
      if (sessionIds.length === 0) return
      add(sessionIds)
      await announceRevoked(bus, sessionIds)
    },
    close: () => {
      closed = true
      clearTimeout(retry)
      for (const stop of stops) stop()
    },
  }
}
