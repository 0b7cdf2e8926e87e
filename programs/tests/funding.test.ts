/** Funding is paid for time, by what was true during it. */
import { expect, test } from 'vitest'
import { addresses, succeeded, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { BASE, USD } from './params.ts'

/** A market 2 000 SOL long, so that longs pay. */
function skewed(): World {
  const world = World.open(1)
  const whale = world.trader(1_000_000n * USD)
  for (let i = 0; i < 20; i++) world.push(whale, 0, 'buy', 100n * BASE)
  return world
}

function settleFunding(world: World): void {
  world.done('settleFunding', {}, { market: addresses.market(0) }, {})
}

/** Caches a price of SOL that Pyth published `lead` seconds ahead of the chain's clock. */
function post(world: World, price: bigint, lead: number): void {
  const priceUpdate = world.publishPrice('SOL', { price, emaPrice: price, publishTime: world.svm.now + lead })
  world.done('updateOraclePrice', {}, { priceUpdate, market: addresses.market(0), tokenVault: null }, {})
}

test('touching every second pays what one touch pays, to the unit', () => {
  const once = skewed()
  const touched = once.fork()
  for (let second = 0; second < 30; second++) {
    touched.svm.setTime(touched.svm.now + 1)
    settleFunding(touched)
    settleFunding(touched)
  }
  once.svm.setTime(once.svm.now + 30)
  settleFunding(once)
  expect(touched.market(0).funding).toEqual(once.market(0).funding)
  expect(touched.market(0).ledger).toEqual(once.market(0).ledger)
  checkLedger(touched)
})

test('a price that comes and goes within a second earns nothing, for the time before or after', () => {
  const world = skewed()
  world.svm.setTime(world.svm.now + 30)
  const calm = world.fork()
  settleFunding(calm)
  post(calm, 150n * USD, 2)

  post(world, 300n * USD, 1)
  settleFunding(world)
  post(world, 150n * USD, 2)
  settleFunding(world)
  expect(world.market(0).funding).toEqual(calm.market(0).funding)
  for (const one of [world, calm]) {
    one.svm.setTime(one.svm.now + 30)
    settleFunding(one)
  }
  expect(world.market(0).funding).toEqual(calm.market(0).funding)
  checkLedger(world)
})

test('a skew that comes and goes within a second earns nothing', () => {
  const world = skewed()
  const farmer = world.trader(1_000_000n * USD)
  succeeded(world.open(farmer, 0, 'sell', 100n * BASE))
  world.pass(1)
  const before = world.market(0).funding
  succeeded(world.execute(farmer, 0))
  settleFunding(world)
  expect(world.market(0).funding).toEqual(before)
  expect(world.position(farmer, 0).fundingPaid).toBe(0n)
  checkLedger(world)
})

test('a clock that goes back accrues nothing, and nothing twice', () => {
  const world = skewed()
  const start = world.svm.now
  world.svm.setTime(start + 60)
  settleFunding(world)
  const { funding } = world.market(0)
  for (const at of [start, start + 59, start + 60]) {
    world.svm.setTime(at)
    settleFunding(world)
    expect(world.market(0).funding).toEqual(funding)
  }
  checkLedger(world)
})
