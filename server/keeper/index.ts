import { connectChain } from '#server/chain/index.ts'
import { leaderRole } from '#server/platform/lead.ts'
import type { Role, RoleContext } from '#server/platform/role.ts'
import { keep } from './keep.ts'
import { keeperKey } from './setup.ts'

export { type KeeperParts, keep } from './keep.ts'

/**
 * Prices on chain, orders filled, accounts in danger liquidated, funding settled. On one database one keeper works and
 * the others stand by; keepers of different databases race, and the chain decides. So one whose database is away goes on.
 */
export const start: Role = async (ctx) => {
  // A missing key will not come by itself: end the start with its sentence. Only this role needs one.
  keeperKey(ctx.config)
  // A dry run stands beside the keeper that works.
  const name = ctx.config.keeperDryRun ? 'keeper-dry-run' : 'keeper'
  return leaderRole({ name, ttlMs: 3_000, goesOn: true }, lead)(ctx)
}

async function lead(ctx: RoleContext): Promise<void> {
  const { config, clock, metrics, log, signal } = ctx
  const chain = connectChain({ endpoints: config.rpcEndpoints, clock, metrics, log })
  try {
    await keep({ ...ctx, chain }, signal)
  } finally {
    chain.close()
  }
}
