import type { SubAccount } from '#client/accounts.ts'
import { forceCancelOrders } from '#client/instructions/index.ts'
import { marginAccounts } from '#client/margin-accounts.ts'
import { accountHealth, isMet } from '#client/math/margin.ts'
import { isInFlight } from '#client/order-rules.ts'
import { portfolioOf } from '#client/portfolio-of.ts'
import type { Attempts, Result } from './attempts.ts'
import { type KeeperContext, marketsByIndex, nowS, vaultAddresses, vaultsByIndex } from './context.ts'
import { crank } from './crank.ts'

/** Takes the orders that could add risk off accounts below initial margin, before they become somebody's loss. */
export function cancelOrdersOfWeakAccounts(ctx: KeeperContext, attempts: Attempts): void {
  const markets = marketsByIndex(ctx)
  const vaults = vaultsByIndex(ctx)
  const now = BigInt(nowS(ctx))
  for (const [address, account] of ctx.accounts.all('SubAccount')) {
    const key = `${address}:weak`
    if (!attempts.mayTry(key) || !account.orders.some((order) => !order.reduceOnly && !isInFlight(order, now))) continue
    if (isMet(accountHealth(portfolioOf(account, markets, vaults, now), 'Initial'))) continue
    attempts.start(key, () => forceCancel(ctx, address, account))
  }
}

function forceCancel(ctx: KeeperContext, subAccount: string, account: SubAccount): Promise<Result> {
  return crank(ctx, {
    loop: 'liquidations',
    failure: 'the orders of an account below initial margin were not canceled',
    subject: { subAccount },
    instruction: forceCancelOrders({ subAccount, marginAccounts: marginAccounts(account, vaultAddresses(ctx)) }),
  })
}
