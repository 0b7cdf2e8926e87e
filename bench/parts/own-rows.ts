import { once } from 'node:events'
import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { z } from 'zod'
import { createApi } from '#server/api/app.ts'
import { createHub } from '#server/api/hub.ts'
import { watchSystem } from '#server/api/system-monitor.ts'
import { createAuthenticator, openIdentity } from '#server/identity/index.ts'
import { memoryBus } from '#server/platform/bus.ts'
import { systemClock as clock } from '#server/platform/clock.ts'
import { loadConfig } from '#server/platform/config.ts'
import { type Db, readAsUser } from '#server/platform/db/index.ts'
import { silentLog as log } from '#server/platform/log.ts'
import { createMetrics } from '#server/platform/metrics.ts'
import { publicProcedure, router, userProcedure } from '#server/platform/procedures.ts'
import { createLimiter } from '#server/platform/rate-limit/limiter.ts'
import { postgresBuckets } from '#server/platform/rate-limit/postgres-buckets.ts'

const ROWS = 20
const WALLET = '7YttLkHDoNj9wyDur5pM1ejNaAvT9X4eqaYcHQqtj2G5'
const row = z.object({ id: z.string(), kind: z.string(), title: z.string(), body: z.string(), at: z.number().int() })

/**
 * The API with two reads of the same 20 rows: `/rows/open` plain, `/rows/own` for who is signed in, by row security and counted
 * by address and user. `/rows/still` answers them without a database.
 */
export async function startOwnRows(db: Db, dataDir: string) {
  const user = await db
    .insertInto('users')
    .values({ wallet: WALLET, referral_code: 'BENCH' })
    .returning('id')
    .executeTakeFirstOrThrow()
  const notifications = Array.from({ length: ROWS }, (_, at) => ({
    user_id: user.id,
    kind: 'fill',
    title: `Order ${at} was filled`,
    body: 'Bought 4 SOL at 143.27',
    created_at: new Date(1_790_000_000_000 + at),
  }))
  await db.insertInto('notifications').values(notifications).execute()
  const newest = (reader: Db) =>
    reader
      .selectFrom('notifications')
      .select(['id', 'kind', 'title', 'body', 'created_at'])
      .where('user_id', '=', user.id)
      .orderBy('created_at', 'desc')
      .limit(ROWS)
  const read = () => newest(db).execute()
  type Rows = Awaited<ReturnType<typeof read>>
  const toDto = (rows: Rows) => rows.map(({ created_at, ...rest }) => ({ ...rest, at: created_at.getTime() }))
  const still = toDto(await read())
  const open = (path: `/${string}`) => publicProcedure.meta({ cost: 'own', openapi: { method: 'GET', path } })
  const root = router({
    still: open('/rows/still')
      .output(row.array())
      .query(() => still),
    open: open('/rows/open')
      .output(row.array())
      .query(async () => toDto(await read())),
    own: userProcedure
      .meta({ openapi: { method: 'GET', path: '/rows/own' } })
      .output(row.array())
      .query(async ({ ctx: { principal } }) => {
        const claims = { role: 'authenticated', sub: principal.userId, user_role: principal.role } as const
        return toDto(await readAsUser(db, claims, newest))
      }),
  })

  const bus = memoryBus()
  const metrics = createMetrics({ role: 'bench' })
  const config = loadConfig({ NODE_ENV: 'production', DATA_DIR: dataDir })
  const identity = await openIdentity({ config, db, clock, log, bus })
  const authenticate = createAuthenticator(identity)
  const { token } = await identity.tokens.issue(
    { userId: user.id, sessionId: crypto.randomUUID(), wallet: WALLET, role: 'user', steppedUpAt: null, aal: 'aal1' },
    clock.now(),
  )
  const monitor = watchSystem({ db, bus, clock, slot: async () => 0 })
  const hub = createHub({
    bus,
    clock,
    log,
    metrics,
    patterns: [],
    sourceOf: () => {
      throw new Error('no topics')
    },
  })
  // Blocks as large as those of 1 000 a minute, from a bucket that the bench cannot empty.
  const bucket = { capacity: 1_000, perSecond: 1e6 }
  const limits = {
    limiter: createLimiter({ store: postgresBuckets(db), clock, log }),
    policies: { data: bucket, trading: bucket, cancel: bucket },
  }
  const api = createApi({ db, config, log, clock, bus, metrics, root, hub, monitor, authenticate, limits })
  const server = createServer(getRequestListener(api.fetch)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}/api`,
    token,
    still,
    stop: async () => {
      hub.close()
      monitor.stop()
      server.closeAllConnections()
      server.close()
      await limits.limiter.close()
    },
  }
}
