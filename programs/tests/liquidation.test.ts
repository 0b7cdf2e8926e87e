import { NATIVE_MINT } from '@solana/spl-token'
import { expect, test } from 'vitest'
import { abs } from '#client/math/fixed.ts'
import { addresses, succeeded, World, writable } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { BASE, START_PRICES, USD } from './params.ts'
import type { Accounts } from './program.ts'
import { expectRefusal } from './refusals.ts'
import { leveraged, liquidatedOf, marginOf, setBalances } from './risk.ts'

const base = World.open(2)

test('a healthy account is not liquidated, nor one without a position', () => {
  const world = base.fork()
  const alice = leveraged(world, 'buy')
  world.pass(1, { SOL: 146n * USD })
  expectRefusal(world.liquidate(alice, 0), 'NotLiquidatable')
  expectRefusal(world.liquidate(alice, 1), 'NoPosition')
})

test.each([
  ['long', 'buy', 144n],
  ['short', 'sell', 156n],
] as const)('a %s below maintenance is reduced until the buffer holds, and no further', (_, side, price) => {
  const world = base.fork()
  const alice = leveraged(world, side)
  const liquidator = world.trader(0n)
  world.pass(1, { SOL: price * USD })
  const before = marginOf(world, alice)
  expect(before.ratioBps).toBeLessThan(300n)

  const event = liquidatedOf(world.liquidate(alice, 0, liquidator))
  const size = abs(event.party.baseChange)
  expect(size).toBeGreaterThan(0n)
  expect(size).toBeLessThan(100n * BASE)
  const after = marginOf(world, alice)
  // Maintenance 3 % plus buffer 2 %; one step more than needed at most.
  expect(after.ratioBps).toBeGreaterThanOrEqual(499n)
  expect(after.ratioBps).toBeLessThanOrEqual(510n)
  expectRefusal(world.liquidate(alice, 0), 'NotLiquidatable')

  const notional = (size * price * USD) / BASE
  expect(event.liquidationFee).toBe((notional + 99n) / 100n)
  expect(event.liquidatorReward).toBe(5n * USD < event.liquidationFee / 10n ? 5n * USD : event.liquidationFee / 10n)
  expect(world.quoteBalance(liquidator)).toBe(event.liquidatorReward)
  expect(world.insurance().balance).toBeGreaterThanOrEqual(event.insuranceFee)
  checkLedger(world)
})

/** L1 and L3 of the vectors: 100 SOL bought at $150 with $1 700. */
test.each([
  [137_000_000n, { size: 69_344_000_000n, liquidationFee: 95_001_280n, insuranceFee: 95_001_280n }],
  [134_900_000n, { size: 100_000_000_000n, liquidationFee: 134_900_000n, insuranceFee: 55_100_000n }],
])('the vectors of a liquidation hold to the unit at %s', (price, expected) => {
  const world = World.open(1, { stepSize: 1_000_000n })
  const alice = world.trader(2_000n * USD)
  world.enter(alice, 0, 'buy', 100n * BASE)
  world.pass(1, { SOL: price })
  // The vectors have no funding: what is due comes on top.
  const trial = world.fork()
  setBalances(trial, alice, { quote: 1_700n * USD, entry: -15_000n * USD })
  const { fundingPayment } = liquidatedOf(trial.liquidate(alice, 0)).party
  setBalances(world, alice, { quote: 1_700n * USD + fundingPayment, entry: -15_000n * USD })
  const event = liquidatedOf(world.liquidate(alice, 0))
  expect(abs(event.party.baseChange)).toBe(expected.size)
  expect(event.liquidationFee).toBe(expected.liquidationFee)
  expect(event.insuranceFee).toBe(expected.insuranceFee)
  // The pool is short as much as alice is long, so its curve is no worse than the fee.
  expect(event.party.quoteChange).toBe((expected.size * price) / BASE - expected.liquidationFee)
  checkLedger(world)
})

test('the orders of a liquidated account go first', () => {
  const world = base.fork()
  const alice = leveraged(world, 'buy')
  succeeded(world.place(alice, 0, { side: { sell: {} }, size: BASE, limitPrice: 170n * USD }))
  succeeded(world.place(alice, 1, { side: { buy: {} }, size: 1_000_000n, limitPrice: 20_000n * USD }))
  world.pass(1, { SOL: 144n * USD })
  const { party } = liquidatedOf(world.liquidate(alice, 0))
  expect(party.canceled).toMatchObject([{ orderId: 2n }, { orderId: 3n }])
  expect(world.subAccount(alice).orders.every((o) => o.inUse === 0)).toBe(true)
  checkLedger(world)
})

test('a small position goes whole', () => {
  const world = base.fork()
  const alice = world.trader(3n * USD)
  world.enter(alice, 0, 'buy', 330_000_000n)
  world.pass(1, { SOL: 144n * USD })
  expect(liquidatedOf(world.liquidate(alice, 0)).party).toMatchObject({
    baseChange: -330_000_000n,
    positionBase: 0n,
  })
  expect(world.subAccount(alice).positions.every((p) => p.inUse === 0)).toBe(true)
  checkLedger(world)
})

test('several markets go one after the other, the caller choosing which, until the account is healthy', () => {
  const world = base.fork()
  const alice = world.trader(2_300n * USD)
  world.enter(alice, 0, 'buy', 100n * BASE)
  world.enter(alice, 1, 'buy', 250_000_000n)
  world.pass(1, { SOL: 144n * USD, BTC: 56_000n * USD })
  const first = liquidatedOf(world.liquidate(alice, 1))
  expect(first.party.baseChange).toBe(-250_000_000n)
  const second = liquidatedOf(world.liquidate(alice, 0))
  expect(second.party.positionBase).toBeGreaterThan(0n)
  expectRefusal(world.liquidate(alice, 0), 'NotLiquidatable')
  checkLedger(world)
})

test('no liquidation on an old price of anything the account depends on', () => {
  const world = base.fork()
  const alice = world.trader(1_000n * USD, BASE / 10n)
  world.enter(alice, 0, 'buy', 100n * BASE)
  world.pass(1, { SOL: 144n * USD })
  world.svm.setTime(world.svm.now + 61)
  expectRefusal(world.liquidate(alice, 0), 'PriceStale')
  world.publish()
  succeeded(world.liquidate(alice, 0))
  checkLedger(world)
})

test('a healthy account is not liquidated by leaving one of its prices stale', () => {
  const world = base.fork()
  const alice = world.trader(1_000n * USD)
  world.enter(alice, 0, 'buy', 100n * BASE)
  world.enter(alice, 1, 'buy', 10_000_000n)
  // BTC makes up for SOL, but nobody posts it.
  world.svm.setTime(world.svm.now + 120)
  world.publishMarket(0, { SOL: 144n * USD })
  expectRefusal(world.liquidate(alice, 0), 'PriceStale')
  world.publish({ BTC: 140_000n * USD }, {})
  expectRefusal(world.liquidate(alice, 0), 'NotLiquidatable')
})

test('an order in a market with a dead feed shields nobody', () => {
  const world = base.fork()
  const alice = leveraged(world, 'buy')
  succeeded(world.place(alice, 1, { side: { buy: {} }, size: 1_000_000n, limitPrice: 20_000n * USD }))
  world.svm.setTime(world.svm.now + 120)
  world.publishMarket(0, { SOL: 144n * USD })
  succeeded(world.liquidate(alice, 0))
  checkLedger(world)
})

test('a position on a dead feed shields the others for a quarter of an hour, and its profit until the hour', () => {
  const world = base.fork()
  const alice = world.trader(1_000n * USD)
  world.enter(alice, 0, 'buy', 90n * BASE)
  world.enter(alice, 1, 'buy', 10_000_000n)
  world.pass(1, { BTC: 100_000n * USD })
  // $400 of profit in BTC, whose feed stops here.
  const at = world.svm.now
  world.svm.setTime(at + 899)
  world.publishMarket(0, { SOL: 140n * USD })
  expectRefusal(world.liquidate(alice, 0), 'PriceStale')
  world.svm.setTime(at + 900)
  world.publishMarket(0)
  expectRefusal(world.liquidate(alice, 0), 'NotLiquidatable')
  world.svm.setTime(at + 3_600)
  world.publishMarket(0)
  expectRefusal(world.liquidate(alice, 1), 'PriceStale')
  expect(liquidatedOf(world.liquidate(alice, 0)).party.baseChange).toBeLessThan(0n)
  checkLedger(world)
})

test('collateral whose feed died blocks for a quarter of an hour, then loses its weight', () => {
  const world = base.fork()
  // The vault's price of SOL stops while the market's goes on.
  const alice = world.trader(500n * USD, 4n * BASE)
  world.enter(alice, 0, 'buy', 100n * BASE)
  world.svm.setTime(world.svm.now + 899)
  world.publishMarket(0, { SOL: 142n * USD })
  expectRefusal(world.liquidate(alice, 0), 'PriceStale')
  world.svm.setTime(world.svm.now + 2_800)
  world.publishMarket(0)
  // At 142 the account holds 500 − 800 and SOL that counts for nothing an hour later.
  succeeded(world.liquidate(alice, 0))
  checkLedger(world)
})

test('no liquidation at a price more than half away from its average', () => {
  const world = base.fork()
  const alice = leveraged(world, 'buy')
  world.svm.setTime(world.svm.now + 1)
  world.publish({ SOL: 70n * USD }, { emaPrice: 150n * USD })
  expectRefusal(world.liquidate(alice, 0), 'PriceVolatile')
})

test('a grain far from its average shields no account, unless its average could make the account healthy', () => {
  const world = base.fork()
  // A hundred SOL long; besides, a position of $12 and a grain of SOL, both at two fifths of their average.
  const alice = world.trader(1_000n * USD, 1_000n)
  world.enter(alice, 0, 'buy', 100n * BASE)
  world.enter(alice, 1, 'buy', 200_000n)
  world.svm.setTime(world.svm.now + 1)
  const crash = (name: 'SOL' | 'BTC', accounts: Accounts) => {
    const start = START_PRICES[name]
    const priceUpdate = world.publishPrice(name, { price: (start * 2n) / 5n, emaPrice: start })
    world.done('updateOraclePrice', {}, { priceUpdate, market: null, tokenVault: null, ...accounts }, {})
  }
  crash('BTC', { market: addresses.market(1) })
  crash('SOL', { tokenVault: addresses.tokenVault(NATIVE_MINT) })
  const liquidateAt = (at: World, price: bigint) => {
    at.svm.setTime(at.svm.now + 1)
    at.publishMarket(0, { SOL: price })
    return at.liquidate(alice, 0)
  }
  // Some $14 may stand between the prices and their averages, and less than that between the account and maintenance.
  expectRefusal(liquidateAt(world.fork(), 144_450_000n), 'PriceVolatile')
  expect(liquidatedOf(liquidateAt(world, 143n * USD)).party.baseChange).toBeLessThan(0n)
  checkLedger(world)
})

test('nobody earns from liquidating with the account itself', () => {
  const world = base.fork()
  const alice = leveraged(world, 'buy')
  world.pass(1, { SOL: 144n * USD })
  expectRefusal(world.liquidate(alice, 0, alice), 'SameSubAccount')
})

test('a clock that goes back makes nobody liquidatable and forgives no take-over', () => {
  const world = base.fork()
  const alice = leveraged(world, 'buy')
  const bob = leveraged(world, 'buy')
  world.pass(1, { SOL: 144n * USD })
  succeeded(world.liquidate(alice, 0))
  const { takeoverBase, funding } = world.market(0)
  world.svm.setTime(world.svm.now - 7_200)
  succeeded(world.liquidate(bob, 0))
  expect(world.market(0).takeoverBase).toBeGreaterThanOrEqual(takeoverBase)
  expect(world.market(0).funding.updatedAt).toBe(funding.updatedAt)
  checkLedger(world)
})

test('a resting order named to a liquidation needs its account', () => {
  const world = base.fork()
  const alice = leveraged(world, 'buy')
  world.pass(1, { SOL: 144n * USD })
  const args = { takeSize: 0n, makerOrderIds: [1n, 2n, 3n, 4n, 5n] }
  const remaining = [writable(addresses.market(0))]
  expectRefusal(
    world.call('liquidatePosition', args, world.liquidateAccounts(alice, 0, null), {
      signers: [world.admin],
      remaining,
    }),
    'MakerAccounts',
  )
})
