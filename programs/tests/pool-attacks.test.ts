import { expect, test } from 'vitest'
import { addresses, succeeded, type Trader, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { BASE, USD } from './params.ts'
import { expectRefusal } from './refusals.ts'
import { refillInsurance, settleMarket, settlePosition } from './risk.ts'

const base = World.open(1)
/** Stays, and leaves idle quote for those who go. */
const anchor = base.seedPool(200_000n * USD)

/** A liquidity provider of $1 000 000. */
function provider(world: World): Trader {
  const lp = world.trader(1_000_000n * USD)
  succeeded(world.requestDeposit(lp, 1n, 1_000_000n * USD))
  world.pass(2)
  succeeded(world.mintShares(lp, 1n))
  return lp
}

/** The pool's value as the program calculates it at this moment. */
function nav(world: World): bigint {
  return succeeded(world.fork().requestExit(anchor, 9_999n, 1n)).events[0]?.data.netAssetValue as bigint
}

/** Everything wallets could take home: balances, and their shares at their present worth. */
function worth(world: World, ...traders: Trader[]): bigint {
  const sum = (of: (trader: Trader) => bigint) => traders.reduce((total, trader) => total + of(trader), 0n)
  const shares = sum((trader) => world.userAccount(trader).poolShares)
  return sum((trader) => world.quoteBalance(trader)) + (shares * nav(world)) / world.pool().shares
}

test('an LP who skews the market before leaving redeems no more than the skew cost', () => {
  const world = base.fork()
  const lp = provider(world)
  const hand = world.trader(300_000n * USD)
  const before = worth(world, lp, hand)
  // His own longs move the mark; the curve's equity keeps the premium they will be paid back.
  for (let i = 0; i < 20; i++) world.push(hand, 0, 'buy', 100n * BASE)
  succeeded(world.requestExit(lp, 2n, 1_000_000n * USD))
  world.pass(62)
  succeeded(world.exitPool(lp, 2n))
  world.leave(hand, 0)
  expect(worth(world, lp, hand)).toBeLessThan(before)
  checkLedger(world)
})

test('an LP cannot pick the best second of the hour: nothing above the value at the request is paid', () => {
  const world = base.fork()
  const lp = provider(world)
  for (let i = 0; i < 3; i++) world.enter(world.trader(100_000n * USD), 0, 'buy', 100n * BASE)
  const asked = succeeded(world.requestExit(lp, 2n, 1_000_000n * USD)).events[0]?.data
  const owed = (1_000_000n * USD * (asked?.netAssetValue as bigint)) / (asked?.totalShares as bigint)
  const paid = [140n, 130n, 150n, 160n].map((price) => {
    const at = world.fork()
    at.pass(62, { SOL: price * USD })
    return succeeded(at.exitPool(lp, 2n)).events[0]?.data.amount as bigint
  })
  expect(paid.slice(0, 3).every((amount) => amount <= owed)).toBe(true)
  // Waiting helps nobody but those who stay: the worst of the four is the one that really lost.
  expect(paid[3]).toBeLessThan(owed)
  // And nobody has to wait for the owner: the keeper who pays him now is anyone.
  const late = world.fork()
  late.pass(62 + 3_600, { SOL: 130n * USD })
  expect(succeeded(late.exitPool(lp, 2n)).events[0]?.data).toMatchObject({
    amount: 0n,
    returnedShares: 1_000_000n * USD,
  })
})

test('a deposit at a value that is known to be old waits for the new one', () => {
  const world = base.fork()
  const lp = provider(world)
  const alice = world.trader(100_000n * USD)
  for (let i = 0; i < 3; i++) world.enter(alice, 0, 'buy', 100n * BASE)
  const mallory = world.trader(500_000n * USD)
  // The price has fallen, which the pool wins; the exchange does not know it yet.
  succeeded(world.requestDeposit(mallory, 1n, 500_000n * USD))
  expectRefusal(world.mintShares(mallory, 1n), 'PoolPriceTooOld')
  world.pass(2, { SOL: 140n * USD })
  const before = worth(world, lp)
  succeeded(world.mintShares(mallory, 1n))
  expect(worth(world, lp)).toBeGreaterThanOrEqual(before)
  expect(worth(world, mallory)).toBeLessThanOrEqual(500_000n * USD)
  checkLedger(world)
})

test('the first depositor cannot make the second one’s shares round away', () => {
  const world = World.open(0)
  const mallory = world.trader(2_000n * USD)
  succeeded(world.requestDeposit(mallory, 1n, 1_000n * USD))
  succeeded(world.mintShares(mallory, 1n))
  // He takes all back but the locked shares, and gives the vault tokens that no ledger knows.
  succeeded(world.requestExit(mallory, 2n, world.userAccount(mallory).poolShares))
  world.svm.setTime(world.svm.now + 60)
  succeeded(world.exitPool(mallory, 2n))
  expect(world.pool()).toMatchObject({ shares: 1_000_000n, idle: 1n * USD })
  world.createTokens(world.usdcMint, addresses.tokenVault(world.usdcMint), 1_000_000n * USD)
  expect(world.pool().idle).toBe(1n * USD)

  const bob = world.trader(100n * USD)
  succeeded(world.requestDeposit(bob, 1n, 100n * USD))
  succeeded(world.mintShares(bob, 1n))
  expect(world.userAccount(bob).poolShares).toBe(100n * USD)
  checkLedger(world)
})

test('nobody leaves while a market has a loss that nobody has covered', () => {
  const world = World.open(1, { poolLossCap: 0n, insuranceCap: 0n })
  const lp = provider(world)
  const alice = world.trader(1_000n * USD)
  world.enter(alice, 0, 'buy', 100n * BASE)
  world.pass(1, { SOL: 136n * USD })
  succeeded(world.requestExit(lp, 2n, 10_000n * USD))
  succeeded(world.liquidate(alice, 0))
  expect(world.market(0).ledger.deficit).toBeGreaterThan(0n)
  world.pass(62)
  expectRefusal(world.exitPool(lp, 2n), 'PoolDeficit')
  // It may still ask, and be paid once the fees have repaid it.
  succeeded(world.requestExit(lp, 3n, 10_000n * USD))
  checkLedger(world)
})

test('a pool that has lost everything begins anew: old shares and old requests are worth nothing', () => {
  const world = World.open(1)
  const old = world.seedPool(1_000n * USD)
  world.allocate(0, 1_000n * USD)
  succeeded(world.requestExit(old, 3n, 500n * USD))
  const winner = world.trader(200_000n * USD)
  for (let i = 0; i < 20; i++) world.push(winner, 0, 'buy', 100n * BASE)
  world.pass(1, { SOL: 700n * USD })
  const fresh = world.trader(2_000n * USD)
  succeeded(world.requestDeposit(fresh, 1n, 2_000n * USD))
  world.pass(2)
  // As long as a price could bring it back, nobody buys it for nothing.
  expectRefusal(world.mintShares(fresh, 1n), 'PoolWiped')
  succeeded(settleMarket(world, 0))
  succeeded(settlePosition(world, winner, 0))
  const { deficit, poolBase } = world.market(0).ledger
  expect(poolBase).toBe(0n)
  // Nor above a hole: the new money would be what the winner is paid with.
  expect(deficit).toBeGreaterThan(0n)
  expectRefusal(world.mintShares(fresh, 1n), 'PoolWiped')
  succeeded(refillInsurance(world, world.trader(200_000n * USD), deficit, { market: 0 }))

  const minted = succeeded(world.mintShares(fresh, 1n)).events[0]?.data
  expect(minted).toMatchObject({ shares: 1_999n * USD, totalShares: 2_000n * USD, epoch: 1n })
  expect(world.pool()).toMatchObject({ epoch: 1n, shares: 2_000n * USD, idle: 2_000n * USD })
  expectRefusal(world.requestExit(old, 4n, 1n), 'PoolShares')
  world.pass(60)
  expect(succeeded(world.exitPool(old, 3n)).events).toMatchObject([
    { data: { shares: 0n, amount: 0n, returnedShares: 0n, epoch: 1n } },
  ])
  expect(world.subAccount(old).poolTickets).toBe(0)
  checkLedger(world)
})

test('a pool with cents left, which a price could still bring back, keeps its shares', () => {
  const world = World.open(1)
  const old = world.seedPool(1_000n * USD)
  world.allocate(0, 1_000n * USD)
  const winner = world.trader(200_000n * USD)
  for (let i = 0; i < 20; i++) world.push(winner, 0, 'buy', 100n * BASE)
  const fresh = world.trader(4_000n * USD)
  const valueAt = (price: bigint): bigint => {
    const at = world.fork()
    at.pass(1, { SOL: price })
    return succeeded(at.requestDeposit(fresh, 9n, 2_000n * USD)).events[0]?.data.netAssetValue as bigint
  }
  // The highest price at which something is left.
  let [worth, lost] = [150n * USD, 700n * USD]
  while (lost - worth > 1n) {
    const middle = (worth + lost) / 2n
    if (valueAt(middle) > 0n) worth = middle
    else lost = middle
  }
  expect(valueAt(worth)).toBeLessThan(1n * USD)
  world.pass(1, { SOL: 700n * USD })
  succeeded(world.requestDeposit(fresh, 1n, 2_000n * USD))
  world.pass(2, { SOL: worth })

  expect(succeeded(world.mintShares(fresh, 1n)).events[0]?.data).toMatchObject({ epoch: 0n })
  succeeded(world.requestExit(old, 3n, 500n * USD))
})

test('a deposit pays no less than a share was worth when it was requested: waiting is no free option', () => {
  const world = base.fork()
  provider(world)
  const whale = world.trader(100_000n * USD)
  for (let i = 0; i < 3; i++) world.enter(whale, 0, 'buy', 100n * BASE)
  const mallory = world.trader(600_000n * USD)
  const asked = succeeded(world.requestDeposit(mallory, 1n, 500_000n * USD)).events[0]?.data
  const atRequest = (500_000n * USD * (asked?.totalShares as bigint)) / (asked?.netAssetValue as bigint)
  const sharesAt = (price: bigint) => {
    const at = world.fork()
    at.pass(2, { SOL: price * USD })
    return succeeded(at.mintShares(mallory, 1n)).events[0]?.data.shares as bigint
  }
  // The pool lost by the rise: shares are cheaper now, and she pays what they cost when she asked.
  expect(sharesAt(165n)).toBe(atRequest)
  expect(sharesAt(140n)).toBeLessThan(atRequest)
})

test('dust in a market with an unsure feed holds nobody up, a position does', () => {
  const world = base.fork()
  const lp = provider(world)
  const mallory = world.trader(10_000n * USD)
  world.enter(mallory, 0, 'buy', BASE / 2n)
  const unsureAfter = (seconds: number) => {
    world.svm.setTime(world.svm.now + seconds)
    world.publish({}, { confidence: 2n * USD })
  }
  unsureAfter(1)
  succeeded(world.requestExit(lp, 2n, 10_000n * USD))
  unsureAfter(62)
  succeeded(world.fork().exitPool(lp, 2n))
  world.pass(1)
  world.enter(mallory, 0, 'buy', BASE / 2n)
  unsureAfter(1)
  expectRefusal(world.exitPool(lp, 2n), 'PriceUncertain')
})
