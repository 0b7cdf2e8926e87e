import type { Market } from '#client/accounts.ts'
import { settleMarket, settlePosition } from '#client/instructions/index.ts'
import type { Attempts } from './attempts.ts'
import { type KeeperContext, marketsByIndex } from './context.ts'
import { crank } from './crank.ts'

/** Fixes the price of markets that are being wound down, then closes every position in them. */
export function windDownMarkets(ctx: KeeperContext, attempts: Attempts): void {
  const winding = [...marketsByIndex(ctx).values()].filter(({ status }) => status === 'settling')
  for (const market of winding) {
    if (market.settlementPrice === 0n) attempts.start(`settle:${market.symbol}`, () => fixPrice(ctx, market))
    else closePositions(ctx, market, attempts)
  }
}

function fixPrice(ctx: KeeperContext, { index: marketIndex, symbol }: Market): Promise<'done' | 'failed'> {
  return crank(ctx, {
    loop: 'housekeeping',
    failure: 'a market was not settled',
    subject: { market: symbol },
    instruction: settleMarket({ marketIndex }),
    waits: ['PriceStale', 'PriceUncertain', 'PriceVolatile'],
  })
}

function closePositions(ctx: KeeperContext, { index: marketIndex, symbol }: Market, attempts: Attempts): void {
  for (const [subAccount, { positions }] of ctx.accounts.all('SubAccount')) {
    const held = positions.find((position) => position.marketIndex === marketIndex)
    if (held === undefined || (held.base === 0n && held.openOrders === 0)) continue
    attempts.start(`settle:${symbol}:${subAccount}`, () =>
      crank(ctx, {
        loop: 'housekeeping',
        failure: 'a position was not settled',
        subject: { market: symbol, subAccount },
        instruction: settlePosition({ marketIndex, subAccount }),
        gone: ['NoPosition'],
      }),
    )
  }
}
