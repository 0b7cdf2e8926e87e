/** The invariants of docs/program.md, read from every account of the program and checked to the unit. */
import { NATIVE_MINT } from '@solana/spl-token'
import { expect } from 'vitest'
import type { World } from './harness.ts'
import { decodeAccount, discriminatorOf, PROGRAM_ID } from './program.ts'
import type {
  InsuranceState,
  MarketState,
  PoolState,
  SubAccountState,
  TokenVaultState,
  UserAccountState,
} from './state.ts'

type AllAccounts = {
  userAccounts: UserAccountState[]
  subAccounts: SubAccountState[]
  markets: MarketState[]
  vaults: TokenVaultState[]
  pool: PoolState
  insurance: InsuranceState
}

export function checkLedger(world: World): void {
  const all = readAll(world)
  checkQuote(world, all)
  checkTokens(world, all)
  for (const market of all.markets) checkMarket(all, market)
  for (const sub of all.subAccounts) checkOpenOrders(sub)
}

/** Invariant 1: what the vault owes in USDC is what everybody has, exactly. */
function checkQuote(world: World, all: AllAccounts): void {
  const vault = vaultOf(all, 0)
  const users = sum(all.subAccounts.map((s) => s.collaterals[0]?.amount ?? 0n))
  const positions = sum(all.subAccounts.flatMap((s) => s.positions.map((p) => p.quoteEntry)))
  const markets = sum(
    all.markets.map(({ ledger }) => {
      const fees = ledger.insuranceFees + ledger.treasuryFees
      return ledger.poolQuote + ledger.poolAllocation + fees + ledger.fundingPot - ledger.deficit
    }),
  )
  const pool = all.pool.idle + all.pool.pendingDeposits + vault.poolInterest
  const referrers = sum(all.userAccounts.map((user) => user.referralOwed))
  expect(users + positions + markets + pool + referrers + all.insurance.balance).toBe(vault.ledgerTotal)
  expect(world.tokens(vault.tokenAccount)).toBeGreaterThanOrEqual(vault.ledgerTotal)
}

function checkTokens(world: World, all: AllAccounts): void {
  for (const vault of all.vaults.filter((v) => v.index !== 0)) {
    const held = all.subAccounts.flatMap((s) => s.collaterals.filter((c) => c.inUse && c.vaultIndex === vault.index))
    expect(sum(held.map((c) => c.amount))).toBe(vault.ledgerTotal)
    expect(world.tokens(vault.tokenAccount)).toBeGreaterThanOrEqual(vault.ledgerTotal)
    if (vault.mint.equals(NATIVE_MINT)) expect(held.every((c) => c.amount > 0n)).toBe(true)
  }
}

/** Invariant 2: base sums to zero, open interest counts users only. */
function checkMarket(all: AllAccounts, market: MarketState): void {
  const bases = all.subAccounts.flatMap((s) =>
    s.positions.filter((p) => p.inUse && p.marketIndex === market.index).map((p) => p.base),
  )
  expect(sum(bases) + market.ledger.poolBase).toBe(0n)
  expect(sum(bases.filter((base) => base > 0n))).toBe(market.ledger.openInterestLong)
  expect(-sum(bases.filter((base) => base < 0n))).toBe(market.ledger.openInterestShort)
}

/** Invariant 7: a slot's open sizes are the remainders of its orders that may add risk. */
function checkOpenOrders(sub: SubAccountState): void {
  for (const position of sub.positions.filter((p) => p.inUse)) {
    const orders = sub.orders.filter((o) => o.inUse && o.marketIndex === position.marketIndex)
    const open = (side: number) =>
      sum(orders.filter((o) => o.side === side && (o.flags & 1) === 0).map((o) => o.size - o.filled))
    expect(position.openBids).toBe(open(0))
    expect(position.openAsks).toBe(open(1))
    expect(position.openOrders).toBe(orders.length)
  }
}

function readAll(world: World): AllAccounts {
  const accounts = world.svm.programAccounts(PROGRAM_ID)
  const of = <T>(name: string): T[] => {
    const discriminator = discriminatorOf(name)
    return accounts
      .filter((a) => a.data.length > 8 && a.data.subarray(0, 8).equals(discriminator))
      .map((a) => decodeAccount<T>(name, a.data))
  }
  const [pool] = of<PoolState>('pool')
  const [insurance] = of<InsuranceState>('insurance')
  if (!pool || !insurance) throw new Error('the exchange is not initialized')
  return {
    userAccounts: of('userAccount'),
    subAccounts: of('subAccount'),
    markets: of('market'),
    vaults: of('tokenVault'),
    pool,
    insurance,
  }
}

function vaultOf(all: AllAccounts, index: number): TokenVaultState {
  const vault = all.vaults.find((v) => v.index === index)
  if (!vault) throw new Error(`no vault ${index}`)
  return vault
}

function sum(values: bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n)
}
