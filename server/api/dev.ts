import type { AnyTRPCRouter } from '@trpc/server'
import { Hono } from 'hono'
import { sql } from 'kysely'
import type { Config } from '#server/platform/config.ts'
import { authorise } from '#server/platform/principal.ts'
import type { Hub } from './hub.ts'
import { restProcedures } from './openapi.ts'
import type { ApiEnv } from './rest.ts'
import type { SystemMonitor } from './system-monitor.ts'

type DevParts = { config: Config; root: AnyTRPCRouter; hub: Hub; monitor: SystemMonitor }

/** `/api/dev`: a look inside. In production for admins alone, who signed in; it changes nothing and shows no secret. */
export function devApp({ config, root, hub, monitor }: DevParts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  app.use(async (c, next) => {
    const { principal, clock } = c.get('api')
    if (config.nodeEnv === 'production') authorise(principal, 'admin', 'query', clock.now())
    await next()
  })
  app.get('/routes', (c) =>
    c.json(
      restProcedures(root).map(({ name, kind, access, method, paths }) => ({
        procedure: name,
        kind,
        access,
        method,
        paths: paths.map((path) => `/api${path}`),
      })),
    ),
  )
  app.get('/schema', async (c) => {
    const { rows } = await sql<{ table: string; column: string; type: string; nullable: boolean }>`
      select table_schema || '.' || table_name as table, column_name as column, data_type as type,
        is_nullable = 'YES' as nullable
      from information_schema.columns where table_schema in ('app', 'chain', 'public')
      order by table_schema, table_name, ordinal_position`.execute(c.get('api').db)
    return c.json(Object.groupBy(rows, ({ table }) => table))
  })
  app.get('/config', (c) => c.json(withoutSecrets(config)))
  app.get('/health', (c) =>
    c.json({
      ...monitor.current(),
      reasons: monitor.reasons(),
      streams: hub.stats(),
      uptimeS: Math.floor(process.uptime()),
    }),
  )
  return app
}

/** Texts that hold no secret. Of all others, addresses too, only whether they are set is told. */
const SHOWN = [
  ...['nodeEnv', 'host', 'publicOrigins', 'corsOrigins', 'adminWallets', 'dataDir', 'logLevel', 'logFormat', 'cluster'],
  ...['usdcMint', 'oracleSource'],
]
const isShown = (name: string, value: unknown): boolean =>
  typeof value === 'number' || typeof value === 'boolean' || SHOWN.includes(name)

/** The settings in force; of what may hold a secret, whether it is set. */
export function withoutSecrets(config: Config): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => [
      name,
      isShown(name, value) ? value : value !== undefined && 'set, not shown',
    ]),
  )
}
