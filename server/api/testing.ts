import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bus, memoryBus } from '#server/platform/bus.ts'
import { type Clock, systemClock } from '#server/platform/clock.ts'
import { loadConfig } from '#server/platform/config.ts'
import type { Db } from '#server/platform/db/index.ts'
import { silentLog } from '#server/platform/log.ts'
import { createMetrics } from '#server/platform/metrics.ts'
import type { RoleContext } from '#server/platform/role.ts'
import { startWeb, type WebOptions, type WebServer } from './web.ts'

/** Tests of other things ask more than a person would. */
const UNLIMITED = { RATE_LIMIT_DATA: '1000000', RATE_LIMIT_TRADING: '1000000' }
/** Keys that are made at first start. */
const DATA_DIR = join(tmpdir(), 'quantdesk-test-api')

/** The API on a free port over `db`, without pages. No chain answers at its RPC unless `rpcUrl` names one. */
export async function startTestApi(
  db: Db,
  {
    url,
    rpcUrl = 'http://127.0.0.1:1',
    clock = systemClock,
    bus = memoryBus(),
    env = {},
    ...web
  }: { url: string; rpcUrl?: string; clock?: Clock; bus?: Bus; env?: Readonly<Record<string, string>> } & Omit<
    WebOptions,
    'pages'
  >,
): Promise<WebServer & { bus: Bus; ctx: RoleContext }> {
  const given = { DATABASE_URL: url, RPC_URL: rpcUrl, NODE_ENV: 'test', DATA_DIR, ...UNLIMITED, ...env }
  const config = { ...loadConfig(given), port: 0 }
  const ctx: RoleContext = {
    config,
    log: silentLog,
    metrics: createMetrics({ role: 'web' }),
    db,
    bus,
    clock,
    signal: new AbortController().signal,
  }
  return { ...(await startWeb(ctx, { ...web, pages: false })), bus, ctx }
}
