import { liquidatePosition } from '#client/instructions/index.ts'
import { marginAccounts } from '#client/margin-accounts.ts'
import { describeFailure } from '#server/chain/index.ts'
import type { Attempts } from './attempts.ts'
import { type KeeperContext, marketsByIndex, nowS, vaultAddresses, vaultsByIndex } from './context.ts'
import { isLiquidatable, largestPosition, marginAccountOf } from './margin-account.ts'

/** Starts the liquidation of every account below maintenance margin, its largest position first; the rest is seen next time. */
export function liquidateAccounts(ctx: KeeperContext, attempts: Attempts): void {
  const markets = marketsByIndex(ctx)
  const vaults = vaultsByIndex(ctx)
  const now = nowS(ctx)
  for (const [address, account] of ctx.accounts.all('SubAccount')) {
    const marketIndex = largestPosition(account, markets)
    if (marketIndex === null || !attempts.mayTry(address)) continue
    if (!isLiquidatable(marginAccountOf(account, markets, vaults, now))) continue
    attempts.start(address, () => liquidate(ctx, address, marketIndex))
  }
}

async function liquidate(ctx: KeeperContext, subAccount: string, marketIndex: number): Promise<'done' | 'failed'> {
  const account = ctx.accounts.all('SubAccount').get(subAccount)
  if (account === undefined) return 'done'
  const outcome = await ctx.sender.send(
    [
      liquidatePosition({
        liquidator: ctx.sender.payer.publicKey,
        marketIndex,
        subAccount,
        liquidatorSubAccount: subAccount === ctx.rewardAccount ? null : ctx.rewardAccount,
        marginAccounts: marginAccounts(account, vaultAddresses(ctx), { marketIndex }),
      }),
    ],
    { signal: ctx.signal },
  )
  ctx.metrics.sent('liquidations', outcome)
  if (outcome.kind === 'landed-ok') {
    ctx.log.info({ subAccount, marketIndex, signature: outcome.signature }, 'liquidated a position')
    return 'done'
  }
  const failure = outcome.kind === 'landed-failed' || outcome.kind === 'refused' ? outcome.error : null
  if (failure?.code === 'NotLiquidatable' || failure?.code === 'NoPosition') return 'failed'
  const reason = failure === null ? outcome.kind : describeFailure(failure)
  ctx.log.warn({ subAccount, marketIndex, signature: outcome.signature }, `a liquidation did not happen: ${reason}`)
  return 'failed'
}
