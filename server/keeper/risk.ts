import type { Market, SubAccount, TokenVault } from '#client/accounts.ts'
import { QUOTE_VAULT_INDEX } from '#client/margin-accounts.ts'
import { accountHealth, debtCap, isMet } from '#client/math/margin.ts'
import { portfolioOf } from '#client/portfolio-of.ts'

/** An account somebody has to do something about. Quote 1e6. */
export type AccountAtRisk = {
  address: string
  account: SubAccount
  /** Equity at maintenance weights, and what it must reach. */
  equity: bigint
  requirement: bigint
  /** What it owes, with interest. */
  debt: bigint
  /** Below maintenance by our prices. */
  isBelowMaintenance: boolean
}

/**
 * Every account below maintenance margin or with a debt that anyone may collect, the worst first: what it lacks is what
 * others may have to pay. An account that holds something we do not know yet is left for the next look.
 */
export function accountsAtRisk(
  subAccounts: Iterable<readonly [string, SubAccount]>,
  markets: ReadonlyMap<number, Market>,
  vaults: ReadonlyMap<number, TokenVault>,
  now: bigint,
): AccountAtRisk[] {
  const quoteTotal = vaults.get(QUOTE_VAULT_INDEX)?.ledgerTotal ?? 0n
  const atRisk: AccountAtRisk[] = []
  for (const [address, account] of subAccounts) {
    // Most accounts hold no position and owe nothing.
    if (account.positions.length === 0 && !owes(account)) continue
    if (!isKnown(account, markets, vaults)) continue
    const portfolio = portfolioOf(account, markets, vaults, now)
    const { collateral: equity, requirement } = accountHealth(portfolio, 'Maintenance')
    const debt = portfolio.quote < 0n ? -portfolio.quote : 0n
    const isBelowMaintenance = !isMet({ collateral: equity, requirement })
    if (isBelowMaintenance || debt > debtCap(quoteTotal)) {
      atRisk.push({ address, account, equity, requirement, debt, isBelowMaintenance })
    }
  }
  return atRisk.sort((a, b) => order(b.requirement - b.equity, a.requirement - a.equity))
}

const order = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0)

const owes = ({ collaterals }: SubAccount): boolean => collaterals.some(({ amount }) => amount < 0n)

function isKnown(
  { collaterals, positions }: SubAccount,
  markets: ReadonlyMap<number, Market>,
  vaults: ReadonlyMap<number, TokenVault>,
): boolean {
  return (
    positions.every(({ marketIndex }) => markets.has(marketIndex)) &&
    collaterals.every(({ vaultIndex, amount }) => amount === 0n || vaults.has(vaultIndex))
  )
}
