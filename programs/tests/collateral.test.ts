/** Debts, what they cost, and the tokens that repay them. */
import { NATIVE_MINT } from '@solana/spl-token'
import { expect, test } from 'vitest'
import { addresses, type Receipt, succeeded, type Trader, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { BASE, USD } from './params.ts'
import { expectRefusal } from './refusals.ts'
import { buyCollateral, type CoveredLoss, eventOf, resolveBankruptcy } from './risk.ts'

const base = World.open(1)
const YEAR = 365 * 86_400

type Bought = {
  tokens: bigint
  quote: bigint
  interest: bigint
  tokenBalance: bigint
  quoteBalance: bigint
  liquidatorQuoteBalance: bigint
}
const boughtOf = (receipt: Receipt): Bought => eventOf(receipt, 'collateralLiquidated')
const priceOf = (world: World) => world.vault(NATIVE_MINT).price.price
const solOf = (world: World, trader: Trader) =>
  world.subAccount(trader).collaterals.find((c) => c.inUse && c.vaultIndex === 1)?.amount ?? 0n

/** Some $620 of debt after a long of 100 SOL went from 150 to 135, and `sol` lamports in hand. */
function debtor(world: World, sol: bigint): Trader {
  const trader = world.trader(1_000n * USD, sol)
  world.enter(trader, 0, 'buy', 100n * BASE)
  world.pass(1, { SOL: 135n * USD })
  if (!world.liquidate(trader, 0).ok) world.exit(trader, 0)
  expect(world.position(trader, 0).base).toBe(0n)
  expect(world.quoteBalance(trader)).toBeLessThan(0n)
  return trader
}

test('a debtor below maintenance sells at one percent below the oracle, as far as it owes', () => {
  const world = base.fork()
  const alice = debtor(world, 5n * BASE)
  const bob = world.trader(10_000n * USD)
  const debt = -world.quoteBalance(alice)
  // Five SOL at nine tenths of 135 do not reach the debt; half the price reaches it even less.
  const part = boughtOf(buyCollateral(world, alice, bob, BASE + 1n))
  expect(part.tokens).toBe(BASE + 1n)
  expect(part.quote).toBe(((BASE + 1n) * priceOf(world) * 99n + 100n * BASE - 1n) / (100n * BASE))
  expect(part.quoteBalance).toBe(-debt - part.interest + part.quote)
  expect(part.liquidatorQuoteBalance).toBe(10_000n * USD - part.quote)
  expect(solOf(world, alice)).toBe(4n * BASE - 1n)
  expect(solOf(world, bob)).toBe(BASE + 1n)
  checkLedger(world)
})

test('what the tokens do not repay is the market’s, once they are gone', () => {
  const world = base.fork()
  const alice = debtor(world, 2n * BASE)
  const bob = world.trader(10_000n * USD)
  expectRefusal(resolveBankruptcy(world, alice, 0), 'NotBankrupt')
  const sold = boughtOf(buyCollateral(world, alice, bob, 100n * BASE))
  expect(sold).toMatchObject({ tokens: 2n * BASE, tokenBalance: 0n })
  checkLedger(world)
  const { covered } = eventOf<{ covered: CoveredLoss }>(resolveBankruptcy(world, alice, 0), 'bankruptcyResolved')
  expect(covered.loss).toBe(-sold.quoteBalance)
  expect(world.quoteBalance(alice)).toBe(0n)
  expect(world.subAccount(alice).positions.every((p) => p.inUse === 0)).toBe(true)
  checkLedger(world)
})

test('not a lamport more is sold than repays the debt', () => {
  const world = base.fork()
  const alice = world.trader(100n * USD, 8n * BASE)
  world.enter(alice, 0, 'buy', 50n * BASE)
  world.pass(1, { SOL: 136n * USD })
  world.exit(alice, 0)
  const bob = world.trader(10_000n * USD)
  const debt = -world.quoteBalance(alice)
  expect(debt).toBeGreaterThan(0n)
  expectRefusal(buyCollateral(world, alice, bob, 100n * BASE), 'DebtWithinCaps')
  // Eight SOL are worth 105 % of it, and count for nine tenths of that.
  world.pass(1, { SOL: (debt * 105n) / 800n })
  const sold = boughtOf(buyCollateral(world, alice, bob, 100n * BASE))
  expect(sold.quoteBalance).toBe(sold.quote - debt - sold.interest)
  expect(sold.quoteBalance).toBeGreaterThanOrEqual(0n)
  expect(sold.quoteBalance).toBeLessThanOrEqual(1n)
  expect(sold.tokenBalance).toBeGreaterThan(0n)
  expect(world.subAccount(alice).positions.every((p) => p.debtLoss === 0n)).toBe(true)
  checkLedger(world)
})

test('a debt above the cap is open to anyone though the account is healthy', () => {
  const world = base.fork()
  const alice = world.trader(1_000n * USD, 200n * BASE)
  for (let i = 0; i < 6; i++) world.enter(alice, 0, 'buy', 100n * BASE)
  world.pass(1, { SOL: 138n * USD })
  // A hundred at a time is what the pool fills; the rest of the close goes on.
  succeeded(world.close(alice, 0))
  const fill = () => {
    world.pass(1)
    succeeded(world.execute(alice, 0))
  }
  for (let i = 0; i < 4; i++) fill()
  const bob = world.trader(100_000n * USD)
  expect(-world.quoteBalance(alice)).toBeLessThan(5_000n * USD)
  expectRefusal(buyCollateral(world, alice, bob, BASE), 'DebtWithinCaps')
  for (let i = 0; i < 2; i++) fill()
  expect(-world.quoteBalance(alice)).toBeGreaterThan(5_000n * USD)
  boughtOf(buyCollateral(world, alice, bob, 100n * BASE))
  checkLedger(world)
})

test('a debt bears fifteen percent a year, for the pool, charged when the account is touched', () => {
  const world = base.fork()
  const alice = debtor(world, 20n * BASE)
  const bob = world.trader(10_000n * USD)
  const debt = -world.quoteBalance(alice)
  world.pass(YEAR / 5, { SOL: 20n * USD })
  const sold = boughtOf(buyCollateral(world, alice, bob, BASE))
  expect(sold.interest).toBe((debt * 15n + 499n) / 500n)
  expect(world.vault().poolInterest).toBe(sold.interest)
  expect(sold.quoteBalance).toBe(sold.quote - debt - sold.interest)
  checkLedger(world)
})

test('nobody buys with profit that is warming up, without money, or without margin after it', () => {
  const world = base.fork()
  const alice = debtor(world, 4n * BASE)
  const bob = world.trader(1_500n * USD)
  world.enter(bob, 0, 'buy', 100n * BASE)
  world.pass(1, { SOL: 142n * USD })
  world.exit(bob, 0)
  // $1 500 and a profit of some $650, of which $100 may leave at once.
  world.pass(1, { SOL: 110n * USD })
  expect(world.subAccount(bob).warmUpLocked).toBeGreaterThan(400n * USD)
  const poor = world.trader(10n * USD)
  expectRefusal(buyCollateral(world, alice, poor, BASE), 'InsufficientBalance')
  const busy = world.trader(600n * USD)
  world.enter(busy, 0, 'buy', 100n * BASE)
  expectRefusal(buyCollateral(world, alice, busy, 4n * BASE), 'LiquidatorMargin')

  const spent = world.fork()
  spent.done('withdrawTokens', { amount: 1_500n * USD }, spent.withdrawAccounts(bob), { signers: [bob.keypair] })
  expectRefusal(buyCollateral(spent, alice, bob, 2n * BASE), 'ProfitWarmingUp')
  spent.pass(600)
  succeeded(buyCollateral(spent, alice, bob, 2n * BASE))
  checkLedger(spent)
})

test('the sale needs a fresh and sure price, an amount, a token, and the buyer’s signature', () => {
  const world = base.fork()
  const alice = debtor(world, 4n * BASE)
  const bob = world.trader(10_000n * USD)
  const mallory = world.trader(0n)
  expectRefusal(buyCollateral(world, alice, bob, 0n), 'ZeroAmount')
  expectRefusal(buyCollateral(world, alice, bob, BASE, {}, mallory.keypair), 'NotTrader')
  expectRefusal(buyCollateral(world, alice, alice, BASE), 'SameSubAccount')
  const usdc = addresses.tokenVault(world.usdcMint)
  expectRefusal(
    buyCollateral(world, alice, bob, BASE, { quoteVault: addresses.tokenVault(NATIVE_MINT) }),
    'WrongAccount',
  )
  expectRefusal(buyCollateral(world, alice, bob, BASE, { tokenVault: usdc }), 'WrongAccount')
  const healthy = world.trader(1_000n * USD, BASE)
  expectRefusal(buyCollateral(world, healthy, bob, BASE), 'DebtWithinCaps')
  world.svm.setTime(world.svm.now + 11)
  expectRefusal(buyCollateral(world, alice, bob, BASE), 'PriceStale')
  world.publish({}, { confidence: 5n * USD })
  expectRefusal(buyCollateral(world, alice, bob, BASE), 'PriceUncertain')
  world.svm.setTime(world.svm.now + 1)
  world.publish({ SOL: 60n * USD }, { emaPrice: 135n * USD })
  expectRefusal(buyCollateral(world, alice, bob, BASE), 'PriceVolatile')
  checkLedger(world)
})
