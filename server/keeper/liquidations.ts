import type { Market, SubAccount } from '#client/accounts.ts'
import { liquidatePosition } from '#client/instructions/index.ts'
import { marginAccounts } from '#client/margin-accounts.ts'
import { accountHealth, isMet, type MarginAccount } from '#client/math/margin.ts'
import { portfolioOf } from '#client/portfolio-of.ts'
import type { Attempts } from './attempts.ts'
import { type KeeperContext, marketsByIndex, nowS, vaultAddresses, vaultsByIndex } from './context.ts'
import { crank } from './crank.ts'

/** Starts the liquidation of every account below maintenance margin, its largest position first; the rest is seen next time. */
export function liquidateAccounts(ctx: KeeperContext, attempts: Attempts): void {
  const markets = marketsByIndex(ctx)
  const vaults = vaultsByIndex(ctx)
  const now = BigInt(nowS(ctx))
  for (const [address, account] of ctx.accounts.all('SubAccount')) {
    const marketIndex = largestPosition(account, markets)
    if (marketIndex === null || !attempts.mayTry(address)) continue
    if (!isLiquidatable(portfolioOf(account, markets, vaults, now))) continue
    attempts.start(address, () => liquidate(ctx, address, marketIndex))
  }
}

async function liquidate(ctx: KeeperContext, subAccount: string, marketIndex: number): Promise<'done' | 'failed'> {
  const account = ctx.accounts.all('SubAccount').get(subAccount)
  if (account === undefined) return 'done'
  const result = await crank(ctx, {
    loop: 'liquidations',
    failure: 'a liquidation did not happen',
    subject: { subAccount, marketIndex },
    instruction: liquidatePosition({
      liquidator: ctx.sender.payer.publicKey,
      marketIndex,
      subAccount,
      liquidatorSubAccount: subAccount === ctx.rewardAccount ? null : ctx.rewardAccount,
      marginAccounts: marginAccounts(account, vaultAddresses(ctx), { marketIndex }),
    }),
    waits: ['NotLiquidatable', 'NoPosition'],
  })
  if (result === 'done') ctx.log.info({ subAccount, marketIndex }, 'liquidated a position')
  return result
}

/** Below maintenance margin. The program decides; this says where it is worth asking. */
function isLiquidatable(account: MarginAccount): boolean {
  return account.positions.some(({ base }) => base !== 0n) && !isMet(accountHealth(account, 'Maintenance'))
}

/** Market of the position that holds the most margin: reducing it helps most. */
function largestPosition({ positions }: SubAccount, markets: ReadonlyMap<number, Market>): number | null {
  let largest: { marketIndex: number; margin: bigint } | null = null
  for (const { marketIndex, base } of positions) {
    const market = markets.get(marketIndex)
    if (market === undefined || base === 0n) continue
    const margin = (base < 0n ? -base : base) * market.price.price * BigInt(market.params.maintenanceMarginBps)
    if (largest === null || margin > largest.margin) largest = { marketIndex, margin }
  }
  return largest?.marketIndex ?? null
}
