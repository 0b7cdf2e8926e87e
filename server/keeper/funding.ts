import { settleFunding } from '#client/instructions/index.ts'
import { describeFailure } from '#server/chain/index.ts'
import type { KeeperContext } from './context.ts'

/** Accrues the funding of every market that has a price. Trades accrue it too; this keeps quiet markets current. */
export async function settleAllFunding(ctx: KeeperContext): Promise<void> {
  const priced = [...ctx.accounts.all('Market').values()].filter(({ price }) => price.price > 0n)
  await Promise.all(
    priced.map(async ({ index, symbol }) => {
      const outcome = await ctx.sender.send([settleFunding({ marketIndex: index })], { signal: ctx.signal })
      ctx.metrics.sent('funding', outcome)
      if (outcome.kind === 'landed-failed' || outcome.kind === 'refused') {
        ctx.log.warn(
          { market: symbol, signature: outcome.signature },
          `funding was not settled: ${describeFailure(outcome.error)}`,
        )
      }
    }),
  )
}
