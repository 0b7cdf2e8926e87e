import type { Bus } from './bus.ts'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { Db } from './db/index.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'

/** What a role gets from the process that runs it. `signal` aborts when the process begins to drain. */
export type RoleContext = {
  config: Config
  log: Log
  metrics: Metrics
  db: Db
  bus: Bus
  clock: Clock
  signal: AbortSignal
}

/** Finishes work in hand and lets go of everything; the supervisor waits 10 s for it. */
export type Stop = () => Promise<void>

/** Resolves when the role is ready to serve. Every role module is `export const start: Role`. */
export type Role = (ctx: RoleContext) => Promise<Stop>

/** A role that must run before a database exists (the local chain). */
export type BareRoleContext = Omit<RoleContext, 'db' | 'bus'>
export type BareRole = (ctx: BareRoleContext) => Promise<Stop>
