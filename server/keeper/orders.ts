import { executeOrder } from '#client/instructions/index.ts'
import { marginAccounts } from '#client/margin-accounts.ts'
import { describeFailure } from '#server/chain/index.ts'
import type { Attempts } from './attempts.ts'
import { type KeeperContext, marketsByIndex, nowS, vaultAddresses } from './context.ts'
import { type DueOrder, dueOrders } from './due-orders.ts'

/** Refusals that the next price may lift: the order rests on, and trying again at once is pointless. */
const WAITS_FOR_PRICE = new Set(['PriceLimit', 'PoolCapacity', 'PriceStale', 'OrderNotEligible', 'PriceNotTheOne'])

/** Starts every order whose turn has come. Each is tried on its own: one that fails or is slow holds up no other. */
export function executeOrders(ctx: KeeperContext, attempts: Attempts): void {
  for (const order of dueOrders(ctx.accounts.all('SubAccount'), marketsByIndex(ctx), ctx.posted, nowS(ctx))) {
    attempts.start(`${order.subAccount}:${order.orderId}`, () => execute(ctx, order))
  }
}

async function execute(ctx: KeeperContext, order: DueOrder): Promise<'done' | 'failed'> {
  const { subAccount, orderId, marketIndex, eligibleFrom, way } = order
  const account = ctx.accounts.all('SubAccount').get(subAccount)
  if (account === undefined) return 'done'
  const priceUpdate = way === 'taker' ? await priceFor(ctx, order) : null
  if (priceUpdate === undefined) return 'failed'
  const outcome = await ctx.sender.send(
    [
      executeOrder({
        keeper: ctx.sender.payer.publicKey,
        marketIndex,
        subAccount,
        orderId,
        priceUpdate,
        keeperSubAccount: subAccount === ctx.rewardAccount ? null : ctx.rewardAccount,
        marginAccounts: marginAccounts(account, vaultAddresses(ctx), { marketIndex }),
      }),
    ],
    // A taker's order always ends, filled or taken off; simulating first would only cost its time.
    { preflight: way !== 'taker', signal: ctx.signal },
  )
  ctx.metrics.sent('orders', outcome)
  if (outcome.kind === 'landed-ok') {
    if (way === 'taker') ctx.metrics.filled(ctx.clock.now() - eligibleFrom * 1000)
    return 'done'
  }
  const failure = outcome.kind === 'landed-failed' || outcome.kind === 'refused' ? outcome.error : null
  // Somebody else was faster.
  if (failure?.code === 'OrderNotFound') return 'done'
  if (failure === null || !WAITS_FOR_PRICE.has(failure.code)) {
    const reason = failure === null ? outcome.kind : describeFailure(failure)
    ctx.log.warn({ subAccount, orderId, way, signature: outcome.signature }, `an order was not executed: ${reason}`)
  }
  return 'failed'
}

/** The account with the one price that may fill the order: its feed's while it holds it, else one of its own. */
async function priceFor(ctx: KeeperContext, { marketIndex, eligibleFrom }: DueOrder) {
  const symbol = marketsByIndex(ctx).get(marketIndex)?.symbol
  const posted = symbol === undefined ? undefined : ctx.posted.get(symbol)
  if (posted === undefined || symbol === undefined) return undefined
  if (posted.prevPublishTime < eligibleFrom && eligibleFrom <= posted.publishTime) return posted.account
  return (await ctx.publisher?.postTheOne(symbol, eligibleFrom))?.account
}
