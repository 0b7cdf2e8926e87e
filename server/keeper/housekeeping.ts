import type { PoolTicket } from '#client/accounts.ts'
import { collectFees, exitPool, mintPoolShares } from '#client/instructions/index.ts'
import { POOL_PRICE_DELAY_S } from '#client/pool-rules.ts'
import type { Attempts, Result } from './attempts.ts'
import { type KeeperContext, nowS } from './context.ts'
import { crank } from './crank.ts'

/** A collection moves an insurance or treasury share of at least this (quote 1e6). */
const WORTH_COLLECTING = 1_000_000n

/** Starts the requests to the pool that have waited long enough. */
export function executePoolRequests(ctx: KeeperContext, attempts: Attempts): void {
  const matured = BigInt(nowS(ctx)) - POOL_PRICE_DELAY_S
  for (const [address, ticket] of ctx.accounts.all('PoolTicket')) {
    const from = ticket.kind === 'deposit' ? ticket.requestedAt : ticket.executableAt
    if (from <= matured) attempts.start(address, () => executeRequest(ctx, address, ticket))
  }
}

async function executeRequest(ctx: KeeperContext, address: string, ticket: PoolTicket): Promise<Result> {
  const { owner, subAccount, id: ticketId, kind } = ticket
  const quoteMint = quoteMintOf(ctx)
  if (quoteMint === undefined) return 'waits'
  const request = { owner, subAccount, ticketId, quoteMint, marketCount: ctx.accounts.all('Market').size }
  return crank(ctx, {
    loop: 'housekeeping',
    failure: 'a pool request was not executed',
    subject: { ticket: address, kind },
    instruction: kind === 'deposit' ? mintPoolShares({ ...request, keeper: ctx.payer }) : exitPool(request),
  })
}

/** Brings the fees of markets to insurance and treasury. Without a treasury sub-account they wait. */
export function collectMarketFees(ctx: KeeperContext, attempts: Attempts): void {
  const quoteMint = quoteMintOf(ctx)
  const treasurySubAccount = treasuryAccount(ctx)
  if (quoteMint === undefined || treasurySubAccount === undefined) return
  for (const { index: marketIndex, symbol, ledger } of ctx.accounts.all('Market').values()) {
    if (ledger.insuranceFees + ledger.treasuryFees < WORTH_COLLECTING) continue
    attempts.start(`fees:${symbol}`, () =>
      crank(ctx, {
        loop: 'housekeeping',
        failure: 'fees were not collected',
        subject: { market: symbol },
        instruction: collectFees({ marketIndex, quoteMint, treasurySubAccount }),
      }),
    )
  }
}

const exchangeOf = ({ accounts }: KeeperContext) => accounts.all('Exchange').values().next().value
const quoteMintOf = (ctx: KeeperContext): string | undefined => exchangeOf(ctx)?.quoteMint

/** The treasury's first sub-account. */
function treasuryAccount(ctx: KeeperContext): string | undefined {
  const treasury = exchangeOf(ctx)?.params.treasury
  const owned = [...ctx.accounts.all('SubAccount')].filter(([, { authority }]) => authority === treasury)
  return owned.toSorted(([, a], [, b]) => a.id - b.id)[0]?.[0]
}
