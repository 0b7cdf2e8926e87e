import { mintPoolShares } from '#client/instructions/index.ts'
import { describeFailure } from '#server/chain/index.ts'
import type { Attempts } from './attempts.ts'
import { type KeeperContext, nowS } from './context.ts'

/** The program wants prices this much younger than the request. */
const POOL_PRICE_DELAY_S = 2n

/** Executes requests to the pool that have waited long enough. */
export async function executePoolRequests(ctx: KeeperContext, attempts: Attempts): Promise<void> {
  const matured = BigInt(nowS(ctx)) - POOL_PRICE_DELAY_S
  const marketCount = ctx.accounts.all('Market').size
  const deposits = [...ctx.accounts.all('PoolTicket')].filter(
    ([, ticket]) => ticket.kind === 'deposit' && ticket.requestedAt <= matured,
  )
  await Promise.all(
    deposits.map(([address, { owner, subAccount, id }]) =>
      attempts.run(address, async () => {
        const instruction = mintPoolShares({
          keeper: ctx.sender.payer.publicKey,
          owner,
          subAccount,
          ticketId: id,
          marketCount,
        })
        const outcome = await ctx.sender.send([instruction], { signal: ctx.signal })
        ctx.metrics.sent('housekeeping', outcome)
        if (outcome.kind === 'landed-ok') return 'done'
        const failure = outcome.kind === 'landed-failed' || outcome.kind === 'refused' ? outcome.error : null
        // The prices it needs come every second.
        if (failure === null || failure.code !== 'PoolPriceTooOld') {
          const reason = failure === null ? outcome.kind : describeFailure(failure)
          ctx.log.warn({ ticket: address, signature: outcome.signature }, `a pool request was not executed: ${reason}`)
        }
        return 'failed'
      }),
    ),
  )
}
