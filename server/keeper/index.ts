import { connectChain } from '#server/chain/index.ts'
import type { Role } from '#server/platform/role.ts'
import { keep } from './keep.ts'
import { keeperKey } from './setup.ts'

export { type KeeperParts, keep } from './keep.ts'

/** Prices on chain, orders filled, accounts in danger liquidated, funding settled. Several may run: the chain decides. */
export const start: Role = async (ctx) => {
  // A missing key will not come by itself: end the start with its sentence. Only this role needs one.
  keeperKey(ctx.config)
  const { config, clock, metrics, log } = ctx
  const chain = connectChain({ endpoints: config.rpcEndpoints, clock, metrics, log })
  const stopped = new AbortController()
  const running = keep({ ...ctx, chain }, AbortSignal.any([ctx.signal, stopped.signal]))
  return async () => {
    stopped.abort()
    await running
    chain.close()
  }
}
