import type { TransactionInstruction } from '@solana/web3.js'
import type { SubAccount } from '#client/accounts.ts'
import { executeOrder, expireOrders, ratchetTrailingStop, triggerOrder } from '#client/instructions/index.ts'
import { marginAccounts } from '#client/margin-accounts.ts'
import type { Attempts, Result } from './attempts.ts'
import { type KeeperContext, marketsByIndex, nowS, vaultAddresses } from './context.ts'
import { crank } from './crank.ts'
import { type DueOrder, dueOrders } from './due-orders.ts'
import { restingOrders } from './resting-orders.ts'

/** Starts what every order whose turn has come needs. Each is tried on its own: one that fails or is slow holds up no other. */
export function executeOrders(ctx: KeeperContext, attempts: Attempts): void {
  const subAccounts = ctx.accounts.all('SubAccount')
  const markets = marketsByIndex(ctx)
  const resting = restingOrders(subAccounts, markets, BigInt(nowS(ctx)))
  for (const order of dueOrders(subAccounts, markets, ctx.posted, resting, nowS(ctx))) {
    const { subAccount, orderId, way } = order
    // One instruction takes off all orders of an account whose time is over.
    const key = way === 'expire' ? `${subAccount}:expire` : `${subAccount}:${orderId}:${way}`
    attempts.start(key, (failures) => execute(ctx, order, failures))
  }
}

async function execute(ctx: KeeperContext, order: DueOrder, failures: number): Promise<Result> {
  const { subAccount, orderId, eligibleFrom, way } = order
  const account = ctx.accounts.all('SubAccount').get(subAccount)
  if (account === undefined) return 'gone'
  const instruction = await instructionFor(ctx, order, account)
  if (instruction === null) return 'waits'
  const result = await crank(ctx, {
    loop: 'orders',
    failure: 'an order was not executed',
    subject: { subAccount, orderId, way },
    instruction,
    // A taker is nearly always filled at once; simulating first would only cost its time. What was refused may wait for
    // makers or for room until its window is over.
    preflight: way !== 'taker' || failures > 0,
  })
  if (result === 'done' && way === 'taker') ctx.metrics.filled(ctx.clock.now() - eligibleFrom * 1000)
  return result
}

/** Null while the price that it needs is not there. */
async function instructionFor(
  ctx: KeeperContext,
  order: DueOrder,
  account: SubAccount,
): Promise<TransactionInstruction | null> {
  const { subAccount, orderId, marketIndex, way } = order
  switch (way) {
    case 'expire':
      return expireOrders({ subAccount })
    case 'trigger':
      return triggerOrder({ marketIndex, subAccount, orderId })
    case 'ratchet':
      return ratchetTrailingStop({ marketIndex, subAccount, orderId })
    case 'resting':
    case 'rearm':
      return fill(ctx, order, account, null)
    case 'taker': {
      const priceUpdate = await priceFor(ctx, order)
      return priceUpdate === null ? null : fill(ctx, order, account, priceUpdate)
    }
  }
}

function fill(
  ctx: KeeperContext,
  { subAccount, orderId, marketIndex, makers }: DueOrder,
  account: SubAccount,
  priceUpdate: PostedAccount | null,
): TransactionInstruction {
  const accounts = ctx.accounts.all('SubAccount')
  const parties = [
    account,
    ...makers.map((maker) => accounts.get(maker.subAccount)).filter((maker) => maker !== undefined),
  ]
  // An account can be only one party of a fill.
  const isParty = subAccount === ctx.rewardAccount || makers.some((maker) => maker.subAccount === ctx.rewardAccount)
  return executeOrder({
    keeper: ctx.payer,
    marketIndex,
    subAccount,
    authority: account.authority,
    orderId,
    makers,
    priceUpdate,
    keeperSubAccount: isParty ? null : ctx.rewardAccount,
    marginAccounts: marginAccounts(parties, vaultAddresses(ctx), { marketIndex }),
  })
}

type PostedAccount = NonNullable<Parameters<typeof executeOrder>[0]['priceUpdate']>

/** The account with the one price that may fill the order: its feed's while it holds it, else one of its own. */
async function priceFor(ctx: KeeperContext, { marketIndex, eligibleFrom }: DueOrder): Promise<PostedAccount | null> {
  const symbol = marketsByIndex(ctx).get(marketIndex)?.symbol
  const posted = symbol === undefined ? undefined : ctx.posted.get(symbol)
  if (posted === undefined || symbol === undefined) return null
  if (posted.prevPublishTime < eligibleFrom && eligibleFrom <= posted.publishTime) return posted.account
  return (await ctx.publisher?.postTheOne(symbol, eligibleFrom))?.account ?? null
}
