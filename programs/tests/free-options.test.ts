/** Attack scenes: an owner who first looks at the price an order will fill at, and then decides whether it counts. */
import { expect, test } from 'vitest'
import { PLAIN_ORDER, succeeded, type Trader, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { cancel, expire, flags, forceCancel, holder, modify, order as orderOf, trigger } from './order-calls.ts'
import { BASE, USD } from './params.ts'
import { type Fields, instruction } from './program.ts'
import { expectRefusal } from './refusals.ts'

const base = World.open(1)
const market = { kind: { market: {} }, limitPrice: 0n }
const marketable = { side: { buy: {} }, size: BASE, limitPrice: 151n * USD }
const resting = { ...marketable, limitPrice: 140n * USD }

/** Nothing its owner can do takes the order back or moves it. */
function expectBound(world: World, alice: Trader, orderId = 1n): void {
  for (const target of [{ orderId: [orderId] }, { market: [0] }, { all: {} }]) {
    expectRefusal(cancel(world, alice, target), 'OrderInFlight')
  }
  expectRefusal(modify(world, alice, orderId, { limitPrice: 140n * USD }), 'OrderInFlight')
  expectRefusal(modify(world, alice, orderId, { size: BASE / 2n }), 'OrderInFlight')
  expectRefusal(expire(world, alice), 'NothingExpired')
}

test('a marketable limit order is bound to its one price for ten seconds, and rests afterwards', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  succeeded(world.place(alice, 0, marketable))
  expect(orderOf(world, alice, 1n).flags).toBe(flags.takes)
  expectBound(world, alice)
  world.pass(1)
  world.pass(9, { SOL: 149n * USD })
  expectBound(world, alice)
  // Not filled at the cached price either, which is another.
  expectRefusal(world.execute(alice, 0), 'PriceNotTheOne')
  world.pass(1)
  succeeded(cancel(world, alice, { orderId: [1n] }))
  checkLedger(world)
})

test('a marketable limit order fills at its one price', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  succeeded(world.place(alice, 0, marketable))
  expectRefusal(world.execute(alice, 0), 'PriceNotTheOne')
  world.pass(1, { SOL: 150n * USD + 500_000n })
  succeeded(world.execute(alice, 0))
  checkLedger(world)
})

test.each([
  ['of which only the first part crosses', { size: 3_000n * BASE, limitPrice: 150n * USD + 50_000n }],
  ['that is pegged across the quote', { limitPrice: 0n, pegOffset: USD }],
  ['with a time', { timeInForce: { goodTillTime: {} }, expiresAt: BigInt(base.svm.now + 2) }],
])('a marketable limit order %s is bound all the same', (_, change) => {
  const world = base.fork()
  const alice = world.trader(100_000n * USD)
  succeeded(world.place(alice, 0, { ...marketable, ...change }))
  expect(orderOf(world, alice, 1n).flags & flags.takes).toBe(flags.takes)
  world.pass(5)
  expectRefusal(cancel(world, alice, { orderId: [1n] }), 'OrderInFlight')
  expectRefusal(expire(world, alice), 'NothingExpired')
})

test('a reduce-only marketable limit is bound too', () => {
  const world = base.fork()
  const alice = holder(world, 10_000n * USD, 0, BASE)
  const close = { side: { sell: {} }, size: BASE, limitPrice: 149n * USD, reduceOnly: true }
  succeeded(world.place(alice, 0, close))
  expectRefusal(cancel(world, alice, { all: {} }), 'OrderInFlight')
})

test('a limit order that an old price cannot judge counts as marketable', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  // The market has fallen to $138; nobody has cached it.
  world.svm.setTime(world.svm.now + 20)
  succeeded(world.place(alice, 0, resting))
  expectRefusal(cancel(world, alice, { all: {} }), 'OrderInFlight')
})

test('a resting order changed to cross becomes bound', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  succeeded(world.place(alice, 0, resting))
  succeeded(cancel(world, alice, { all: {} }))
  succeeded(world.place(alice, 0, resting))
  succeeded(modify(world, alice, 2n, { limitPrice: 151n * USD }))
  expectBound(world, alice, 2n)
})

test('placing and taking back in one transaction takes back nothing that takes', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  const place = (order: Fields) =>
    instruction('placeOrder', { orders: [{ ...PLAIN_ORDER, ...order }] }, world.orderAccounts(alice, 0))
  const accounts = { trader: alice.keypair.publicKey, subAccount: alice.subAccount }
  const takeBack = instruction('cancelOrder', { target: { all: {} } }, accounts)
  expect(world.svm.send([place(marketable), takeBack], [alice.keypair]).ok).toBe(false)
  expect(world.svm.send([place({ ...marketable, ...market }), takeBack], [alice.keypair]).ok).toBe(false)
  expect(world.svm.send([place(resting), takeBack], [alice.keypair]).ok).toBe(true)
})

test('a stop that was set off is bound', () => {
  const world = base.fork()
  const alice = holder(world, 10_000n * USD, 0, BASE)
  const stop = { side: { sell: {} }, size: BASE, ...market, reduceOnly: true }
  succeeded(world.place(alice, 0, { ...stop, triggerDirection: { below: {} }, triggerPrice: 145n * USD }))
  world.pass(1, { SOL: 144n * USD })
  succeeded(trigger(world, alice, 2n))
  expectBound(world, alice, 2n)
})

test('an order in flight is not taken off for want of initial margin, which its owner can bring about', () => {
  const world = base.fork()
  const alice = world.trader(100n * USD)
  succeeded(world.place(alice, 0, { ...resting, size: 6n * BASE }))
  succeeded(world.open(alice, 0, 'buy', 6n * BASE))
  world.pass(1, { SOL: 190n * USD })
  expect(succeeded(forceCancel(world, alice)).events).toMatchObject([{ data: { orders: [{ orderId: 1n }] } }])
  world.pass(1, { SOL: 400n * USD })
  expectRefusal(forceCancel(world, alice), 'OrderNotFound')
  expect(orderOf(world, alice, 2n).size).toBe(6n * BASE)
  checkLedger(world)
})

test('closes of one position in flight together are no more than it: none of them chooses among their prices', () => {
  const world = base.fork()
  const alice = holder(world, 10_000n * USD, 0, 10n * BASE)
  succeeded(world.close(alice, 0))
  world.pass(1)
  expectRefusal(world.close(alice, 0), 'OrderInFlight')
  expectRefusal(world.close(alice, 0, 1), 'OrderInFlight')
  // A marketable limit is one as well; what rests, or opens, is not.
  const sell = { side: { sell: {} }, size: 10n * BASE, reduceOnly: true }
  expectRefusal(world.place(alice, 0, { ...sell, limitPrice: 149n * USD }), 'OrderInFlight')
  succeeded(world.place(alice, 0, { ...sell, limitPrice: 160n * USD }))
  expectRefusal(modify(world, alice, 3n, { limitPrice: 149n * USD }), 'OrderInFlight')
  succeeded(world.open(alice, 0, 'sell', BASE))
  world.svm.setTime(world.svm.now + 11)
  world.publish()
  succeeded(world.close(alice, 0))
  checkLedger(world)
})

test('parts of a position may be closed at once', () => {
  const world = base.fork()
  const alice = holder(world, 10_000n * USD, 0, 10n * BASE)
  for (const fraction of [2_500, 2_500, 5_000]) succeeded(world.close(alice, 0, fraction))
  expectRefusal(world.close(alice, 0, 1), 'OrderInFlight')
  world.pass(1)
  for (const orderId of [2n, 3n, 4n]) succeeded(world.execute(alice, 0, { orderId }))
  expect(world.subAccount(alice).positions.every((position) => position.inUse === 0)).toBe(true)
  checkLedger(world)
})
