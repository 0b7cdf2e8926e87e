import type { TransactionInstruction } from '@solana/web3.js'
import type { SubAccount } from '#client/accounts.ts'
import { deleverage, liquidateCollateral, liquidatePosition, resolveBankruptcy } from '#client/instructions/index.ts'
import { heldVaults, marginAccounts, QUOTE_VAULT_INDEX } from '#client/margin-accounts.ts'
import { min } from '#client/math/fixed.ts'
import { accountHealth, freeCollateral } from '#client/math/margin.ts'
import { freeQuote, portfolioOf } from '#client/portfolio-of.ts'
import type { Attempts, Result } from './attempts.ts'
import { type KeeperContext, marketsByIndex, nowS, vaultAddresses, vaultsByIndex } from './context.ts'
import { crank } from './crank.ts'
import { type Remedy, remedyFor, type World } from './remedies.ts'
import { restingOrders } from './resting-orders.ts'
import { type AccountAtRisk, accountsAtRisk } from './risk.ts'

/**
 * Starts what every account below maintenance, or with a debt open to anyone, needs next; the worst first, many at once.
 * One step per account and look: the next one follows from what the chain made of it.
 */
export function rescueAccounts(ctx: KeeperContext, attempts: Attempts): void {
  const [subAccounts, markets, vaults, now] = [
    ctx.accounts.all('SubAccount'),
    marketsByIndex(ctx),
    vaultsByIndex(ctx),
    BigInt(nowS(ctx)),
  ]
  const atRisk = accountsAtRisk(subAccounts, markets, vaults, now)
  let stuck = 0
  if (atRisk.length > 0) {
    const resting = restingOrders(subAccounts, markets, now)
    const world: World = {
      subAccounts,
      markets,
      vaults,
      resting,
      budget: purchaseBudget(ctx, markets, vaults, now),
      now,
    }
    for (const risk of atRisk) {
      if (!attempts.mayTry(risk.address)) continue
      const remedy = remedyFor(risk, world)
      if (remedy === null) stuck += 1
      else attempts.start(risk.address, () => rescue(ctx, risk, remedy))
    }
  }
  ctx.metrics.atRisk(atRisk.length, stuck)
}

/** USDC that the keeper's own account may pay for a debtor's tokens and still meet its initial margin. */
function purchaseBudget(
  { accounts, rewardAccount }: KeeperContext,
  markets: World['markets'],
  vaults: World['vaults'],
  now: bigint,
): bigint {
  const own = rewardAccount === null ? undefined : accounts.all('SubAccount').get(rewardAccount)
  if (own === undefined) return 0n
  const free = freeCollateral(accountHealth(portfolioOf(own, markets, vaults, now), 'Initial'))
  const payable = freeQuote(own, now)
  return min(free, payable)
}

async function rescue(ctx: KeeperContext, risk: AccountAtRisk, remedy: Remedy): Promise<Result> {
  const { address: subAccount, account } = risk
  const failure = `${FAILURES[remedy.kind]} did not happen`
  let result: Result = 'stale'
  for (const instruction of instructionsFor(ctx, risk, remedy)) {
    const subject = {
      subAccount,
      remedy: remedy.kind,
      marketIndex: 'marketIndex' in remedy ? remedy.marketIndex : null,
    }
    result = await crank(ctx, { loop: 'liquidations', failure, subject, instruction })
    if (result === 'done')
      ctx.log.info({ ...subject, authority: account.authority }, `${FAILURES[remedy.kind]} happened`)
    // The next counterparty may be the one.
    if (result !== 'stale') break
  }
  ctx.metrics.rescued(remedy.kind, result)
  return result
}

const FAILURES: Readonly<Record<Remedy['kind'], string>> = {
  liquidate: 'a liquidation',
  deleverage: 'a deleveraging',
  'buy-collateral': 'a purchase of collateral',
  'resolve-bankruptcy': 'the cover of a bankruptcy',
}

/** One, or alternatives in the order in which they are to be tried. */
function* instructionsFor(
  ctx: KeeperContext,
  { address: subAccount, account }: AccountAtRisk,
  remedy: Remedy,
): Generator<TransactionInstruction> {
  const { rewardAccount, payer } = ctx
  const [subAccounts, vaults] = [ctx.accounts.all('SubAccount'), vaultAddresses(ctx)]
  const known = (addresses: readonly string[]): SubAccount[] =>
    addresses.map((address) => subAccounts.get(address)).filter((found) => found !== undefined)
  switch (remedy.kind) {
    case 'liquidate': {
      const { marketIndex, makers } = remedy
      const parties = [account, ...known(makers.map((maker) => maker.subAccount))]
      // An account can be only one party.
      const isParty = subAccount === rewardAccount || makers.some((maker) => maker.subAccount === rewardAccount)
      yield liquidatePosition({
        liquidator: payer,
        marketIndex,
        subAccount,
        makers,
        liquidatorSubAccount: isParty ? null : rewardAccount,
        marginAccounts: marginAccounts(parties, vaults, { marketIndex }),
      })
      return
    }
    case 'deleverage': {
      const { marketIndex } = remedy
      for (const counterparty of remedy.counterparties) {
        const parties = [account, ...known([counterparty])]
        const named = { marketIndex }
        yield deleverage({
          marketIndex,
          subAccount,
          counterparty,
          marginAccounts: marginAccounts(parties, vaults, named),
        })
      }
      return
    }
    case 'buy-collateral': {
      const { vaultIndex, maxTokens } = remedy
      const [vault, quote] = [vaultIndex, QUOTE_VAULT_INDEX].map((index) => vaultsByIndex(ctx).get(index))
      if (vault === undefined || quote === undefined || rewardAccount === null) return
      yield liquidateCollateral({
        liquidator: payer,
        liquidatorSubAccount: rewardAccount,
        subAccount,
        mint: vault.mint,
        quoteMint: quote.mint,
        maxTokens,
        marginAccounts: marginAccounts([account, ...known([rewardAccount])], vaults, { vaultIndex }),
      })
      return
    }
    case 'resolve-bankruptcy':
      yield resolveBankruptcy({
        marketIndex: remedy.marketIndex,
        subAccount,
        tokenVaults: heldVaults([account], vaults),
      })
  }
}
