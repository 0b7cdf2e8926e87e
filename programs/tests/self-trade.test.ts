/** Nobody trades with itself: the resting order leaves, the incoming one goes on. */
import { expect, test } from 'vitest'
import { filledOf, rest } from './fill-events.ts'
import { succeeded, type Trader, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { BASE, USD } from './params.ts'
import { expectRefusal } from './refusals.ts'

const base = World.open(1)
const ASK = 150n * USD + USD / 100n

function second(world: World, trader: Trader): Trader {
  const other = world.addSubAccount(trader)
  succeeded(world.deposit(other, 5_000n * USD))
  return other
}

test('an order that would trade with its owner’s other account is taken off, and the fill goes on', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  const other = second(world, alice)
  const own = rest(world, other, 'sell', BASE, ASK)
  const bob = rest(world, world.trader(10_000n * USD), 'sell', BASE, ASK)
  succeeded(world.open(alice, 0, 'buy', 3n * BASE))
  world.pass(1)
  const filled = filledOf(succeeded(world.execute(alice, 0, { makers: [own, bob] })))
  expect(filled).toMatchObject({ size: 3n * BASE, poolSize: 2n * BASE })
  expect(filled.makers).toMatchObject([
    {
      size: 0n,
      party: { subAccount: other.subAccount, cancelReason: { selfTrade: {} }, orderStatus: { canceled: {} } },
    },
    { size: BASE },
  ])
  expect(world.subAccount(other).makerVolume).toBe(0n)
  checkLedger(world)
})

test('an order of the owner’s that would not trade anyway stays', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  const other = second(world, alice)
  const own = rest(world, other, 'sell', BASE, 151n * USD)
  succeeded(world.open(alice, 0, 'buy', BASE))
  world.pass(1)
  expect(filledOf(succeeded(world.execute(alice, 0, { makers: [own] }))).makers).toEqual([])
  expect(world.subAccount(other).orders[0]).toMatchObject({ inUse: 1, orderId: own.orderId })
  checkLedger(world)
})

test('two limit orders of one owner never meet: the elder leaves only beside a fill of others', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  const own = rest(world, second(world, alice), 'sell', BASE, 150n * USD)
  const bid = rest(world, alice, 'buy', 2n * BASE, 150n * USD + USD / 50n)
  expectRefusal(world.execute(alice, 0, { ...bid, makers: [own] }), 'OrderNotEligible')
  expect(world.subAccount(own.trader).orders[0]?.inUse).toBe(1)
  // Beside a fill of an elder of somebody else's.
  const bob = rest(world, world.trader(10_000n * USD), 'sell', BASE, 150n * USD)
  const filled = filledOf(succeeded(world.execute(alice, 0, { ...bid, makers: [own, bob] })))
  expect(filled.makers.map((maker) => maker.size)).toEqual([0n, BASE])
  checkLedger(world)
})
