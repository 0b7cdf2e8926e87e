import { NATIVE_MINT } from '@solana/spl-token'
import { expect, test } from 'vitest'
import { debtInterest } from '#client/math/index.ts'
import { succeeded, type Trader, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { BASE, USD } from './params.ts'
import { expectRefusal } from './refusals.ts'

const base = World.open(2)
const HOUR = 3_600n

/** Owes about $1 200 in two markets, against 20 SOL; everything closed. */
function debtor(world: World): Trader {
  const trader = world.trader(0n, 20n * BASE)
  world.enter(trader, 0, 'buy', 50n * BASE)
  world.enter(trader, 1, 'buy', BASE / 10n)
  world.pass(1, { SOL: 130n * USD, BTC: 58_000n * USD })
  world.exit(trader, 0)
  world.exit(trader, 1)
  expect(world.quoteBalance(trader)).toBeLessThan(-1_000n * USD)
  return trader
}

const debtOf = (world: World, trader: Trader) => -world.quoteBalance(trader)
const losses = (world: World, trader: Trader) =>
  world
    .subAccount(trader)
    .positions.filter((p) => p.inUse)
    .map((p) => p.debtLoss)

test('a debt remembers which market made it, and its slots stay until it is paid', () => {
  const world = base.fork()
  const alice = debtor(world)
  const [sol = 0n, btc = 0n] = losses(world, alice)
  expect(sol).toBeGreaterThan(900n * USD)
  expect(btc).toBeGreaterThan(100n * USD)
  // Only fees and losses made the debt, so the memory is the whole of it, less interest.
  const debt = debtOf(world, alice)
  expect(sol + btc).toBeLessThanOrEqual(debt)
  succeeded(world.deposit(alice, debt - 2n * USD))
  expect(losses(world, alice)).toEqual([sol, btc])
  succeeded(world.deposit(alice, 3n * USD))
  expect(losses(world, alice)).toEqual([])
  checkLedger(world)
})

test('the slot of a debt is taken again by a trade in its market', () => {
  const world = base.fork()
  const alice = debtor(world)
  const [sol = 0n] = losses(world, alice)
  world.enter(alice, 0, 'buy', BASE)
  expect(losses(world, alice)).toHaveLength(2)
  expect(world.position(alice, 0).debtLoss).toBeGreaterThan(sol)
  succeeded(world.deposit(alice, 2_000n * USD))
  // The position keeps its slot, without the memory.
  expect(losses(world, alice)).toEqual([0n])
  checkLedger(world)
})

test('a debt costs 15 % a year, charged before a deposit touches it', () => {
  const world = base.fork()
  const alice = debtor(world)
  const debt = debtOf(world, alice)
  const since = world.subAccount(alice).interestAt
  world.pass(Number(HOUR))
  const interest = debtInterest(debt, BigInt(world.svm.now) - since)
  const paid = succeeded(world.deposit(alice, debt))
  expect(paid.events).toMatchObject([{ data: { interest, balanceAfter: -interest } }])
  expect(world.vault().poolInterest).toBe(interest)
  expect(interest).toBeGreaterThan(17_000n)
  checkLedger(world)
  // Nothing runs on what is paid.
  world.pass(Number(HOUR))
  const rest = debtInterest(interest, HOUR)
  expect(succeeded(world.deposit(alice, USD)).events).toMatchObject([{ data: { interest: rest } }])
  world.pass(Number(HOUR))
  expect(succeeded(world.deposit(alice, USD)).events).toMatchObject([{ data: { interest: 0n } }])
  checkLedger(world)
})

test('paying for a moment does not stop the interest of the time before', () => {
  const world = base.fork()
  const alice = debtor(world)
  const debt = debtOf(world, alice)
  const since = world.subAccount(alice).interestAt
  world.pass(86_400)
  // In one go: pay the debt, then take out as much of it as the account still may.
  succeeded(world.deposit(alice, debt + 10n * USD))
  const interest = debtInterest(debt, BigInt(world.svm.now) - since)
  expect(world.quoteBalance(alice)).toBe(10n * USD - interest)
  expectRefusal(world.withdraw(alice, 10n * USD), 'InsufficientBalance')
  succeeded(world.withdraw(alice, 10n * USD - interest))
  checkLedger(world)
})

test('touching a debt every second costs no less than leaving it alone', () => {
  const world = base.fork()
  const alice = debtor(world)
  const lazy = world.fork()
  for (let second = 0; second < 100; second++) {
    world.svm.setTime(world.svm.now + 1)
    succeeded(world.deposit(alice, 1n))
  }
  lazy.svm.setTime(lazy.svm.now + 100)
  succeeded(lazy.deposit(alice, 100n))
  expect(world.quoteBalance(alice)).toBeLessThanOrEqual(lazy.quoteBalance(alice))
  // … and each touch rounds up by less than one unit.
  expect(lazy.quoteBalance(alice) - world.quoteBalance(alice)).toBeLessThanOrEqual(100n)
  checkLedger(world)
})

test('a transfer into a debtor pays his interest first', () => {
  const world = base.fork()
  const alice = debtor(world)
  const second = world.addSubAccount(alice)
  succeeded(world.deposit(second, 5_000n * USD))
  const debt = debtOf(world, alice)
  const since = world.subAccount(alice).interestAt
  world.pass(86_400)
  const interest = debtInterest(debt, BigInt(world.svm.now) - since)
  const moved = succeeded(world.transfer(second, alice, 100n * USD))
  expect(moved.events).toMatchObject([{ data: { interest, toBalance: 100n * USD - debt - interest } }])
  expect(world.vault().poolInterest).toBe(interest)
  // Tokens leave the debt alone.
  expect(succeeded(world.transfer(alice, second, BASE, NATIVE_MINT)).events).toMatchObject([{ data: { interest: 0n } }])
  checkLedger(world)
})

test('interest not charged yet is margin lost all the same', () => {
  const world = base.fork()
  const alice = debtor(world)
  // The most SOL that may leave now, by trial on copies; a month later it is less.
  const mayLeave = (at: World, lamports: bigint) => at.fork().withdrawSol(alice, lamports).ok
  let [least, most] = [0n, 20n * BASE]
  while (most - least > BASE / 1_000n) {
    const middle = (least + most) / 2n
    if (mayLeave(world, middle)) least = middle
    else most = middle
  }
  world.pass(30 * 86_400)
  expectRefusal(world.withdrawSol(alice, least), 'InsufficientMargin')
  const interest = debtInterest(debtOf(world, alice), BigInt(30 * 86_400))
  const inSol = (interest * BASE * 10_000n) / (8_000n * world.price('SOL'))
  succeeded(world.withdrawSol(alice, least - inSol - BASE / 500n))
})

test('the interest is the pool’s before and after it is swept', () => {
  const world = base.fork()
  const alice = debtor(world)
  world.pass(86_400)
  succeeded(world.deposit(alice, USD))
  const { poolInterest } = world.vault()
  const { idle } = world.pool()
  const treasury = world.trader(0n)
  const params = { ...world.exchange().params, treasury: treasury.keypair.publicKey }
  succeeded(world.executeChange(world.propose({ exchange: [params] }), { exchange: [params] }))

  const [lp, other] = [world.trader(1_000n * USD), world.trader(1_000n * USD)]
  succeeded(world.requestDeposit(lp, 1n, 1_000n * USD))
  succeeded(world.requestDeposit(other, 1n, 1_000n * USD))
  world.pass(2)
  const swept = world.fork()
  succeeded(swept.collectFees(1, treasury.subAccount))
  expect(swept.pool().idle).toBe(idle + poolInterest)
  const shares = [world, swept].map((each) => succeeded(each.mintShares(lp, 1n)).events[0]?.data.shares)
  expect(shares[0]).toBe(shares[1])
  checkLedger(swept)
})

test('a request to the pool that returns to a debtor pays the interest first', () => {
  const world = base.fork()
  const alice = world.trader(1_000n * USD, 20n * BASE)
  succeeded(world.requestDeposit(alice, 1n, 1_000n * USD))
  world.enter(alice, 0, 'buy', 50n * BASE)
  world.pass(1, { SOL: 130n * USD })
  world.exit(alice, 0)
  const debt = debtOf(world, alice)
  const since = world.subAccount(alice).interestAt
  world.pass(3_600)
  const { idle } = world.pool()
  const interest = debtInterest(debt, BigInt(world.svm.now) - since)
  const returned = succeeded(world.mintShares(alice, 1n))
  expect(returned.events).toMatchObject([{ data: { interest, quoteBalance: 1_000n * USD - debt - interest } }])
  expect(world.pool().idle).toBe(idle + interest)
  checkLedger(world)
})

test('a debt blocks withdrawals of quote and closing the account', () => {
  const world = base.fork()
  const alice = debtor(world)
  expectRefusal(world.withdraw(alice, 1n), 'InsufficientBalance')
  succeeded(world.deposit(alice, debtOf(world, alice)))
  const close = () =>
    world.call(
      'closeSubAccount',
      {},
      { authority: alice.keypair.publicKey, userAccount: alice.userAccount, subAccount: alice.subAccount },
      { signers: [alice.keypair] },
    )
  expectRefusal(close(), 'SubAccountNotEmpty')
  succeeded(world.withdrawSol(alice, 20n * BASE))
  succeeded(close())
})
