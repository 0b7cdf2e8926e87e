import { expect, test } from 'vitest'
import { succeeded, type Trader, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { BASE, USD } from './params.ts'
import { expectRefusal } from './refusals.ts'

const base = World.open(2)

/** A wallet with a main account of $10 000, and one that is locked to SOL. */
function accounts(world: World): [Trader, Trader] {
  const main = world.trader(10_000n * USD)
  const isolated = world.addSubAccount(main)
  const locked = succeeded(world.updateSubAccount(isolated, { isolatedMarket: 0 }))
  expect(locked.events).toMatchObject([{ name: 'subAccountUpdated', data: { isolatedMarket: 0 } }])
  expect(world.subAccount(isolated)).toMatchObject({ isIsolated: 1, isolatedMarket: 0 })
  return [main, isolated]
}

const limit = { side: { buy: {} }, size: BASE, limitPrice: 100n * USD }

test('an isolated account trades its market, and no other', () => {
  const world = base.fork()
  const [main, isolated] = accounts(world)
  succeeded(world.transfer(main, isolated, 1_000n * USD))
  succeeded(world.place(isolated, 0, limit))
  expectRefusal(world.place(isolated, 1, { ...limit, size: BASE / 100n, limitPrice: 50_000n * USD }), 'IsolatedMarket')
  expectRefusal(world.open(isolated, 1, 'buy', BASE / 100n), 'IsolatedMarket')
})

test('its loss is its own: the main account keeps what it has', () => {
  const world = base.fork()
  const [main, isolated] = accounts(world)
  succeeded(world.transfer(main, isolated, 1_000n * USD))
  world.enter(isolated, 0, 'buy', 100n * BASE)
  world.pass(1, { SOL: 136n * USD })
  succeeded(world.liquidate(isolated, 0))
  expect(world.quoteBalance(isolated)).toBe(0n)
  expect(world.quoteBalance(main)).toBe(9_000n * USD)
  checkLedger(world)
})

test('the lock changes only without positions, orders and requests to the pool', () => {
  const world = base.fork()
  const [main, isolated] = accounts(world)
  succeeded(world.transfer(main, isolated, 2_000n * USD))
  const unlock = () => world.fork().updateSubAccount(isolated, {})
  const move = () => world.fork().updateSubAccount(isolated, { isolatedMarket: 1 })
  const same = () => world.fork().updateSubAccount(isolated, { isolatedMarket: 0, delegateBudget: USD })
  const expectHeld = () => {
    expectRefusal(unlock(), 'IsolatedLock')
    expectRefusal(move(), 'IsolatedLock')
    succeeded(same())
  }
  for (const receipt of [unlock(), move()]) succeeded(receipt)

  succeeded(world.requestDeposit(isolated, 1n, 1_000n * USD))
  expectHeld()
  world.pass(2)
  succeeded(world.mintShares(isolated, 1n))
  succeeded(unlock())

  world.enter(isolated, 0, 'buy', BASE)
  expectHeld()
  world.exit(isolated, 0)
  succeeded(world.place(isolated, 0, limit))
  expectHeld()
  expectRefusal(world.updateSubAccount(main, { isolatedMarket: 2 }), 'InvalidParameter')
  succeeded(world.updateSubAccount(main, { isolatedMarket: 1 }))
})
