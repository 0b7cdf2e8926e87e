import { connectChain } from '#server/chain/index.ts'
import type { Role } from '#server/platform/role.ts'
import { keep } from './keep.ts'
import { keeperKey } from './setup.ts'

export { type KeeperParts, keep } from './keep.ts'

/** Prices on chain, orders filled, accounts in danger liquidated, funding settled. Several may run: the chain decides. */
export const start: Role = async (ctx) => {
  // A missing key will not come by itself: end the start with its sentence. Only this role needs one.
  keeperKey(ctx.config)
  const { connection, close } = connectChain({
    rpcUrl: ctx.config.rpcUrl,
    rpcWsUrl: ctx.config.rpcWsUrl,
    clock: ctx.clock,
  })
  const stopped = new AbortController()
  const running = keep({ ...ctx, connection }, AbortSignal.any([ctx.signal, stopped.signal]))
  return async () => {
    stopped.abort()
    await running
    close()
  }
}
