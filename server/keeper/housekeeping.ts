import type { PoolTicket } from '#client/accounts.ts'
import { mintPoolShares } from '#client/instructions/index.ts'
import { describeFailure } from '#server/chain/index.ts'
import type { Attempts } from './attempts.ts'
import { type KeeperContext, nowS } from './context.ts'

/** The program wants prices this much younger than the request. */
const POOL_PRICE_DELAY_S = 2n

/** Starts the requests to the pool that have waited long enough. */
export function executePoolRequests(ctx: KeeperContext, attempts: Attempts): void {
  const matured = BigInt(nowS(ctx)) - POOL_PRICE_DELAY_S
  for (const [address, ticket] of ctx.accounts.all('PoolTicket')) {
    if (ticket.kind !== 'deposit' || ticket.requestedAt > matured) continue
    attempts.start(address, () => mintShares(ctx, address, ticket))
  }
}

async function mintShares(
  ctx: KeeperContext,
  address: string,
  { owner, subAccount, id: ticketId }: PoolTicket,
): Promise<'done' | 'failed'> {
  const marketCount = ctx.accounts.all('Market').size
  const keeper = ctx.sender.payer.publicKey
  const instruction = mintPoolShares({ keeper, owner, subAccount, ticketId, marketCount })
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
}
