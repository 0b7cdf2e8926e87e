import { settleFunding } from '#client/instructions/index.ts'
import type { KeeperContext } from './context.ts'
import { crank } from './crank.ts'

/** Accrues the funding of every market that has a price. Trades accrue it too; this keeps quiet markets current. */
export async function settleAllFunding(ctx: KeeperContext): Promise<void> {
  const priced = [...ctx.accounts.all('Market').values()].filter(({ price }) => price.price > 0n)
  await Promise.all(
    priced.map(({ index: marketIndex, symbol }) =>
      crank(ctx, {
        loop: 'funding',
        failure: 'funding was not settled',
        subject: { market: symbol },
        instruction: settleFunding({ marketIndex }),
      }),
    ),
  )
}
