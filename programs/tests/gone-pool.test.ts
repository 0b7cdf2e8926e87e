/** A market that has lost more than its allocation: nobody is paid with what belongs to others. */
import { Keypair } from '@solana/web3.js'
import { expect, test } from 'vitest'
import { addresses, succeeded, type Trader, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { BASE, exchangeParams, USD } from './params.ts'
import { expectRefusal } from './refusals.ts'
import { eventOf, liquidatedOf, settleMarket, settlePosition } from './risk.ts'

const base = World.open(2)
const lp = base.seedPool(500_000n * USD)

/** A long of 2 900 SOL from 150 against a million dollars, and a request to leave the pool that is ripe. */
function rally(): { world: World; whale: Trader } {
  const world = base.fork()
  const whale = world.trader(2_000_000n * USD)
  for (let i = 0; i < 29; i++) world.push(whale, 0, 'buy', 100n * BASE)
  succeeded(world.requestExit(lp, 2n, 100_000n * USD))
  world.pass(62)
  return { world, whale }
}

test('it closes nobody and lets nobody out of the pool until it is wound down', () => {
  const { world, whale } = rally()
  const before = world.fork()
  before.pass(1, { SOL: 450n * USD })
  before.exit(whale, 0, 100)
  succeeded(before.exitPool(lp, 2n))

  world.pass(1, { SOL: 600n * USD })
  const held = world.position(whale, 0).base
  succeeded(world.close(whale, 0, 100))
  world.pass(1)
  expectRefusal(world.execute(whale, 0), 'PoolCapacity')
  expect(world.position(whale, 0).base).toBe(held)
  expectRefusal(world.exitPool(lp, 2n), 'PoolDeficit')
  const { ledger, price } = world.market(0)
  expect(ledger.poolAllocation + ledger.poolQuote + (ledger.poolBase * price.price) / BASE).toBeLessThan(0n)

  succeeded(settleMarket(world, 0))
  succeeded(settlePosition(world, whale, 0))
  checkLedger(world)
})

test('it may be wound down at any price that would have closed a position, since none is closed any more', () => {
  const { world } = rally()
  const publish = (price: bigint, emaPrice: bigint) => {
    world.svm.setTime(world.svm.now + 1)
    const priceUpdate = world.publishPrice('SOL', { price: price * USD, emaPrice: emaPrice * USD })
    world.done('updateOraclePrice', {}, { priceUpdate, market: addresses.market(0), tokenVault: null }, {})
  }
  // Nearly nothing is left, and the price is 12 % from its average.
  publish(480n, 430n)
  expectRefusal(settleMarket(world, 0), 'PriceVolatile')
  publish(600n, 450n)
  expect(eventOf(settleMarket(world, 0), 'marketSettled')).toMatchObject({ settlementPrice: 600n * USD })
  checkLedger(world)
})

test('its positions are liquidated all the same', () => {
  const world = base.fork()
  const weak = world.trader(2_500n * USD)
  world.enter(weak, 0, 'buy', BASE)
  world.enter(weak, 1, 'buy', 250_000_000n)
  const whale = world.trader(2_000_000n * USD)
  for (let i = 0; i < 28; i++) world.push(whale, 0, 'buy', 100n * BASE)
  world.pass(1, { SOL: 600n * USD, BTC: 48_000n * USD })
  expect(liquidatedOf(world.liquidate(weak, 0)).poolSize).toBe(BASE)
  checkLedger(world)
})

test('nobody fills its hole with the pool’s idle quote', () => {
  const { world } = rally()
  const allocate = () =>
    world.call('allocatePool', { amount: USD }, world.allocateAccounts(0), { signers: [world.admin] })
  world.pass(1, { SOL: 450n * USD })
  succeeded(allocate())
  world.pass(1, { SOL: 600n * USD })
  expectRefusal(allocate(), 'PoolAllocation')
})

test('the risk key takes idle quote out of a market, and never puts it in', () => {
  const world = base.fork()
  const risk = Keypair.generate()
  world.change({ exchange: [exchangeParams(world.admin.publicKey, { riskAuthority: risk.publicKey })] })
  const allocate = (amount: bigint) =>
    world.call(
      'allocatePool',
      { amount },
      { ...world.allocateAccounts(0), authority: risk.publicKey },
      { signers: [risk] },
    )
  expectRefusal(allocate(USD), 'Unauthorized')
  succeeded(allocate(-USD))
})
