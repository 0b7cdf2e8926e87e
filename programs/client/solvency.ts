/** Proof of solvency: what the vaults hold against what the ledger says everybody owns, to the unit. */
import type { Insurance, Market, Pool, SubAccount, TokenVault, UserAccount } from './accounts.ts'
import { QUOTE_VAULT_INDEX } from './margin-accounts.ts'

/** Every account of the program that holds value. `vaultTokens`: what each vault's token account holds, by vault index. */
export type Ledger = {
  readonly subAccounts: readonly SubAccount[]
  readonly userAccounts: readonly UserAccount[]
  readonly markets: readonly Market[]
  readonly vaults: readonly TokenVault[]
  readonly pool: Pool
  readonly insurance: Insurance
  readonly vaultTokens: ReadonlyMap<number, bigint>
}

/** One equation of the ledger. It holds when `difference` is 0, or for `atLeast` when it is not negative. */
export type LedgerCheck = {
  readonly name: string
  readonly kind: 'equal' | 'atLeast'
  readonly left: bigint
  readonly right: bigint
  readonly difference: bigint
  readonly holds: boolean
}

/**
 * The invariants of docs/program.md that one look at the chain can prove. Amounts are native units of the mint (USDC
 * 1e6), bases 1e9. Read every account at one slot: a fill between two reads shows as a difference.
 */
export function checkLedger(ledger: Ledger): LedgerCheck[] {
  return [
    ...ledger.vaults.flatMap((vault) => checkVault(ledger, vault)),
    ...ledger.markets.flatMap((market) => checkMarket(ledger, market)),
  ]
}

function checkVault(ledger: Ledger, vault: TokenVault): LedgerCheck[] {
  const owned = vault.index === QUOTE_VAULT_INDEX ? quoteOwned(ledger, vault) : balances(ledger, vault.index)
  return [
    check(`vault ${vault.index}: owned = ledger total`, 'equal', owned, vault.ledgerTotal),
    check(
      `vault ${vault.index}: tokens ≥ ledger total`,
      'atLeast',
      ledger.vaultTokens.get(vault.index) ?? 0n,
      vault.ledgerTotal,
    ),
  ]
}

/** Users, positions, pool, markets, insurance, fees, interest and funding under way: everything that is somebody's USDC. */
function quoteOwned(ledger: Ledger, { poolInterest }: TokenVault): bigint {
  const positions = sum(ledger.subAccounts.flatMap((sub) => sub.positions.map((position) => position.quoteEntry)))
  const markets = sum(
    ledger.markets.map(({ ledger: held }) => {
      const fees = held.insuranceFees + held.treasuryFees
      return held.poolQuote + held.poolAllocation + fees + held.fundingPot - held.deficit
    }),
  )
  const pool = ledger.pool.idle + ledger.pool.pendingDeposits + poolInterest
  const referrals = sum(ledger.userAccounts.map(({ referralOwed }) => referralOwed))
  return balances(ledger, QUOTE_VAULT_INDEX) + positions + markets + pool + ledger.insurance.balance + referrals
}

function balances({ subAccounts }: Ledger, vaultIndex: number): bigint {
  const held = subAccounts.flatMap((sub) =>
    sub.collaterals.filter((collateral) => collateral.vaultIndex === vaultIndex),
  )
  return sum(held.map(({ amount }) => amount))
}

function checkMarket({ subAccounts }: Ledger, { index, ledger }: Market): LedgerCheck[] {
  const bases = subAccounts.flatMap((sub) =>
    sub.positions.filter(({ marketIndex }) => marketIndex === index).map(({ base }) => base),
  )
  const long = sum(bases.filter((base) => base > 0n))
  const short = -sum(bases.filter((base) => base < 0n))
  return [
    check(`market ${index}: users + pool = 0`, 'equal', sum(bases) + ledger.poolBase, 0n),
    check(`market ${index}: open interest, long`, 'equal', long, ledger.openInterestLong),
    check(`market ${index}: open interest, short`, 'equal', short, ledger.openInterestShort),
  ]
}

function check(name: string, kind: LedgerCheck['kind'], left: bigint, right: bigint): LedgerCheck {
  const difference = left - right
  return { name, kind, left, right, difference, holds: kind === 'equal' ? difference === 0n : difference >= 0n }
}

const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n)
