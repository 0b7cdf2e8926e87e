import type { Insurance, Market } from '#client/accounts.ts'
import { settleMarket, settlePosition } from '#client/instructions/index.ts'
import { heldVaults } from '#client/margin-accounts.ts'
import type { Attempts, Result } from './attempts.ts'
import { type KeeperContext, marketsByIndex, nowS, vaultAddresses } from './context.ts'
import { crank } from './crank.ts'
import { isPoolGone } from './pool-room.ts'

/** Of the program's constants: silence that ends a market, and how long it is announced before (s). */
const ABANDONED_FEED_S = 24n * 3_600n
const ABANDONED_NOTICE_S = 3_600n

/** Winds down the markets whose time has come, closes every position in those that are, and covers what they still owe. */
export function windDownMarkets(ctx: KeeperContext, attempts: Attempts): void {
  const insurance = ctx.accounts.all('Insurance').values().next().value
  for (const market of marketsByIndex(ctx).values()) {
    const step = windDownStep(market, insurance, BigInt(nowS(ctx)))
    if (step === 'settle') attempts.start(`settle:${market.symbol}`, () => settle(ctx, market))
    else if (step === 'close') closePositions(ctx, market, attempts)
  }
}

/** `settle`: settle_market has something to do. `close`: positions close at the one price. */
export function windDownStep(market: Market, insurance: Insurance | undefined, now: bigint): 'settle' | 'close' | null {
  const { status, settlementPrice, price, abandonedAt, ledger } = market
  if (settlementPrice > 0n) {
    if (ledger.openInterestLong > 0n || ledger.openInterestShort > 0n) return 'close'
    return ledger.deficit > 0n && mayBeCovered(market, insurance) ? 'settle' : null
  }
  if (status === 'settling' || isPoolGone(market)) return 'settle'
  if (price.price === 0n) return null
  const silentSince = price.publishTime + ABANDONED_FEED_S
  if (now < silentSince) return null
  const isAnnounced = abandonedAt >= silentSince
  return !isAnnounced || now >= abandonedAt + ABANDONED_NOTICE_S ? 'settle' : null
}

/** Insurance that was refilled, or whose cap for the market was raised, pays what nobody could. */
function mayBeCovered({ params, insuranceUsed, ledger }: Market, insurance: Insurance | undefined): boolean {
  if (insurance === undefined) return false
  return (insurance.balance > insurance.floor && insuranceUsed < params.insuranceCap) || ledger.insuranceFees > 0n
}

function settle(ctx: KeeperContext, { index: marketIndex, symbol }: Market): Promise<Result> {
  return crank(ctx, {
    loop: 'housekeeping',
    failure: 'a market was not settled',
    subject: { market: symbol },
    instruction: settleMarket({ marketIndex }),
  })
}

function closePositions(ctx: KeeperContext, { index: marketIndex, symbol }: Market, attempts: Attempts): void {
  const vaults = vaultAddresses(ctx)
  for (const [subAccount, account] of ctx.accounts.all('SubAccount')) {
    const held = account.positions.find((position) => position.marketIndex === marketIndex)
    if (held === undefined || (held.base === 0n && held.openOrders === 0)) continue
    attempts.start(`settle:${symbol}:${subAccount}`, () =>
      crank(ctx, {
        loop: 'housekeeping',
        failure: 'a position was not settled',
        subject: { market: symbol, subAccount },
        instruction: settlePosition({ marketIndex, subAccount, tokenVaults: heldVaults([account], vaults) }),
      }),
    )
  }
}
