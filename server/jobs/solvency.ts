import type { Connection } from '@solana/web3.js'
import type { RoleContext } from '#server/platform/role.ts'
import { solvencyWatch } from '#server/solvency/index.ts'
import type { Job } from './run-job.ts'

const EVERY_MS = 15_000

/** Counts the vaults against the ledger, over and over. */
export function solvencyJob(ctx: RoleContext, connection: Connection): Job {
  const look = solvencyWatch(ctx, connection)
  return { name: 'solvency', everyMs: EVERY_MS, run: look }
}
