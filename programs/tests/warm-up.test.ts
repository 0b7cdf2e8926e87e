import { expect, test } from 'vitest'
import { notWithdrawable, stillLocked } from '#client/math/index.ts'
import { type Receipt, succeeded, type Trader, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { BASE, USD } from './params.ts'
import { expectRefusal } from './refusals.ts'
import { buyCollateral, refillInsurance } from './risk.ts'

const base = World.open(2)

/** Somebody who has just won about $2 000 on SOL, and the world in that second. */
function winner(world: World, sol = 0n): Trader {
  const trader = world.trader(10_000n * USD, sol)
  world.enter(trader, 0, 'buy', 100n * BASE)
  world.pass(1, { SOL: 170n * USD })
  world.exit(trader, 0)
  return trader
}

/** What a closing fill brought, after its fee. */
function won(receipt: Receipt): bigint {
  const filled = receipt.events.find((event) => event.name === 'orderFilled')
  if (!filled) throw new Error('nothing was filled')
  const { taker, fee } = filled.data as { taker: { realisedPnl: bigint }; fee: bigint }
  return taker.realisedPnl - fee
}

/** The line of the account, as the formulas read it. */
function line(world: World, trader: Trader) {
  const { warmUpLocked: locked, warmUpFrom: from, warmUpUntil: until } = world.subAccount(trader)
  return { locked, from, until }
}

const locked = (world: World, trader: Trader) => notWithdrawable(line(world, trader), BigInt(world.svm.now))
const free = (world: World, trader: Trader) => world.quoteBalance(trader) - locked(world, trader)

test('a profit is locked for ten minutes, in a straight line, and its first $100 are not', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  world.enter(alice, 0, 'buy', 100n * BASE)
  world.pass(1, { SOL: 170n * USD })
  const profit = won(world.exit(alice, 0))
  const before = world.quoteBalance(alice) - profit
  const now = BigInt(world.svm.now)
  expect(line(world, alice)).toEqual({ locked: profit, from: now, until: now + 600n })
  expect(free(world, alice)).toBe(before + 100n * USD)
  expectRefusal(world.withdraw(alice, before + 100n * USD + 1n), 'ProfitWarmingUp')
  succeeded(world.withdraw(alice, before + 100n * USD))

  for (const seconds of [1, 199, 100, 250]) {
    world.pass(seconds)
    const most = free(world, alice)
    expectRefusal(world.withdraw(alice, most + 1n), 'ProfitWarmingUp')
    succeeded(world.withdraw(alice, most))
  }
  // A minute before the end less than $200 were locked, now less than $100 are.
  world.pass(25)
  succeeded(world.withdraw(alice, world.quoteBalance(alice)))
  checkLedger(world)
})

test('a profit that repays a debt locks nothing of what is deposited later', () => {
  const world = base.fork()
  const alice = world.trader(100n * USD, 100n * BASE)
  world.enter(alice, 0, 'buy', 100n * BASE)
  world.pass(1, { SOL: 140n * USD })
  world.exit(alice, 0)
  const debt = -world.quoteBalance(alice)
  expect(debt).toBeGreaterThan(800n * USD)
  world.enter(alice, 0, 'buy', 100n * BASE)
  world.pass(1, { SOL: 160n * USD })
  const profit = won(world.exit(alice, 0))
  const { locked } = line(world, alice)
  expect(locked).toBe(world.quoteBalance(alice))
  expect(locked).toBeLessThan(profit - debt + USD)
  succeeded(world.deposit(alice, 2_000n * USD))
  succeeded(world.withdraw(alice, 2_000n * USD))
  checkLedger(world)
})

test('a profit is margin at once', () => {
  const world = base.fork()
  const alice = winner(world)
  succeeded(world.withdraw(alice, free(world, alice)))
  // What is left is the locked profit; it carries ten times its size.
  world.enter(alice, 0, 'buy', 100n * BASE)
  expect(world.position(alice, 0).base).toBe(100n * BASE)
  checkLedger(world)
})

test('no way out is open to it: transfer, pool, insurance, nor a debtor’s tokens', () => {
  const world = base.fork()
  // Owes about 6 000 after his fall, against 1 000 SOL.
  const debtor = world.trader(0n, 1_000n * BASE)
  for (let i = 0; i < 4; i++) world.enter(debtor, 0, 'buy', 100n * BASE)
  world.pass(1, { SOL: 136n * USD })
  world.leave(debtor, 0)
  expect(world.quoteBalance(debtor)).toBeLessThan(-5_000n * USD)

  const alice = winner(world)
  const second = world.addSubAccount(alice)
  const most = free(world, alice)
  const buy = (tokens: bigint) => buyCollateral(world, debtor, alice, tokens)
  succeeded(world.withdraw(alice, most - 50n * USD))
  expectRefusal(world.transfer(alice, second, 50n * USD + 1n), 'ProfitWarmingUp')
  expectRefusal(world.requestDeposit(alice, 1n, 50n * USD + 1n), 'ProfitWarmingUp')
  expectRefusal(refillInsurance(world, alice, 50n * USD + 1n), 'ProfitWarmingUp')
  // One SOL costs 168.3.
  expectRefusal(buy(BASE), 'ProfitWarmingUp')
  succeeded(world.transfer(alice, second, 10n * USD))
  succeeded(world.requestDeposit(alice, 1n, 10n * USD))
  succeeded(refillInsurance(world, alice, 10n * USD))
  succeeded(buy(BASE / 10n))
  checkLedger(world)
})

test('what passed to another wallet of the winner by a loss warms up there anew', () => {
  const world = base.fork()
  const alice = winner(world)
  const friend = world.trader(10_000n * USD)
  world.pass(599)
  world.enter(alice, 0, 'buy', 100n * BASE)
  world.enter(friend, 0, 'sell', 100n * BASE)
  const before = world.quoteBalance(friend)
  world.pass(1, { SOL: 155n * USD })
  world.exit(friend, 0)
  world.exit(alice, 0)
  const gained = world.quoteBalance(friend) - before
  expect(gained).toBeGreaterThan(1_000n * USD)
  expect(line(world, friend).until).toBe(BigInt(world.svm.now) + 599n)
  expectRefusal(world.withdraw(friend, free(world, friend) + 1n), 'ProfitWarmingUp')
  checkLedger(world)
})

test('a loss consumes what is locked first', () => {
  const world = base.fork()
  const alice = winner(world)
  const { until } = line(world, alice)
  world.enter(alice, 0, 'buy', 50n * BASE)
  world.pass(1, { SOL: 160n * USD })
  const before = world.quoteBalance(alice)
  const lockedBefore = stillLocked(line(world, alice), BigInt(world.svm.now + 1))
  world.exit(alice, 0)
  const loss = before - world.quoteBalance(alice)
  expect(loss).toBeGreaterThan(500n * USD)
  expect(line(world, alice)).toMatchObject({ locked: lockedBefore - loss, until })
  expectRefusal(world.withdraw(alice, free(world, alice) + 1n), 'ProfitWarmingUp')
  succeeded(world.withdraw(alice, free(world, alice)))
})

test('a second profit does not ride out on the first one’s line', () => {
  const world = base.fork()
  const alice = winner(world)
  world.pass(590)
  world.enter(alice, 0, 'buy', 100n * BASE)
  world.pass(1, { SOL: 190n * USD })
  const profit = won(world.exit(alice, 0))
  expect(line(world, alice).locked).toBeGreaterThanOrEqual(profit)
  expect(line(world, alice).until).toBe(BigInt(world.svm.now + 600))
  const before = world.quoteBalance(alice) - profit
  expectRefusal(world.withdraw(alice, before + 101n * USD), 'ProfitWarmingUp')
})

test('deposits, returned requests and transfers are nobody’s profit', () => {
  const world = base.fork()
  const alice = world.trader(5_000n * USD)
  const second = world.addSubAccount(alice)
  succeeded(world.requestDeposit(alice, 1n, 2_000n * USD))
  world.pass(3_600)
  succeeded(world.mintShares(alice, 1n))
  succeeded(world.transfer(alice, second, 3_000n * USD))
  succeeded(world.withdraw(second, 3_000n * USD))
  succeeded(world.withdraw(alice, 2_000n * USD))
  expect(line(world, alice).locked).toBe(0n)
})

test('the owner’s tokens are not held back by a profit in quote', () => {
  const world = base.fork()
  const alice = winner(world, 10n * BASE)
  succeeded(world.withdrawSol(alice, 10n * BASE))
})
