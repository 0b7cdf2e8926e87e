import { connectChain } from '#server/chain/index.ts'
import { leaderRole } from '#server/platform/lead.ts'
import type { Role, RoleContext } from '#server/platform/role.ts'
import { openSignerSeal } from '#server/platform/seal/index.ts'
import { runSigner } from './run-signer.ts'

export { intentProcedures, signingKeyProcedures } from './router.ts'
export type * from './schema.ts'

/**
 * The one process that opens the keys users have left with the service. It takes intents, never bytes to sign, and holds
 * to each user's limits. One leader by lease; another goes on with what the tables say.
 */
export const start: Role = leaderRole({ name: 'signer', ttlMs: 5_000 }, lead)

async function lead(ctx: RoleContext): Promise<void> {
  const { config, clock, metrics, log, signal } = ctx
  const seal = await openSignerSeal(config)
  const { connection, close } = connectChain({ endpoints: config.rpcEndpoints, clock, metrics, log })
  try {
    await runSigner({ ...ctx, seal, connection }, signal)
  } finally {
    close()
  }
}
