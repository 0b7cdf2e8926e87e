/** One-cancels-other: what fills of one order is taken off the others of its group. */
import { expect, test } from 'vitest'
import { succeeded, type Trader, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { canceledIn, holder, openOrders, order as orderOf, trigger } from './order-calls.ts'
import { BASE, USD } from './params.ts'
import { expectRefusal } from './refusals.ts'

const base = World.open(2)
const group = { groupId: 9, oneCancelsOther: true }
const buy = { side: { buy: {} }, limitPrice: 145n * USD, ...group }
const sell = { side: { sell: {} }, limitPrice: 155n * USD, ...group }
const open = (world: World, trader: Trader) => {
  const { openBids, openAsks } = world.position(trader, 0)
  return [openBids, openAsks]
}

test('sizes fall by exactly what filled, and an order that comes to nothing goes', () => {
  const world = base.fork()
  const whale = world.trader(1_000_000n * USD)
  const orders = [
    { ...buy, size: 150n * BASE, limitPrice: 151n * USD },
    { ...sell, size: 120n * BASE },
    { ...buy, size: 100n * BASE },
    { ...buy, size: 60n * BASE, oneCancelsOther: false },
  ]
  succeeded(world.place(whale, 0, orders))
  expect(open(world, whale)).toEqual([310n * BASE, 120n * BASE])
  world.pass(2)
  const first = succeeded(world.execute(whale, 0, { orderId: 1n }))
  expect(first.events).toMatchObject([
    { data: { size: 100n * BASE, taker: { changed: [{ orderId: 2n, size: 20n * BASE }] } } },
  ])
  expect(canceledIn(first)).toEqual([[3n, 'groupFilled']])
  expect(open(world, whale)).toEqual([110n * BASE, 20n * BASE])

  world.pass(2)
  expect(canceledIn(succeeded(world.execute(whale, 0, { orderId: 1n })))).toEqual([[2n, 'groupFilled']])
  expect(openOrders(world, whale)).toEqual([4n])
  expect(open(world, whale)).toEqual([60n * BASE, 0n])
  checkLedger(world)
})

test('a group binds within one market and one account', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  const bob = world.trader(10_000n * USD)
  succeeded(world.place(alice, 1, { ...buy, size: BASE / 100n, limitPrice: 50_000n * USD }))
  succeeded(world.place(bob, 0, { ...buy, size: BASE }))
  succeeded(world.place(alice, 0, { ...buy, size: BASE, kind: { market: {} }, limitPrice: 0n }))
  world.pass(1)
  succeeded(world.execute(alice, 0))
  expect(orderOf(world, alice, 1n).size).toBe(BASE / 100n)
  expect(orderOf(world, bob, 1n).size).toBe(BASE)
  checkLedger(world)
})

test('a take-profit and a stop on a held position: the one that fills takes the other off', () => {
  const world = base.fork()
  const alice = holder(world, 10_000n * USD, 0, 2n * BASE)
  const close = { ...sell, size: BASE, reduceOnly: true }
  const stop = { kind: { market: {} }, limitPrice: 0n, triggerDirection: { below: {} }, triggerPrice: 145n * USD }
  succeeded(world.place(alice, 0, [close, { ...close, ...stop }]))
  world.pass(1, { SOL: 144n * USD })
  succeeded(trigger(world, alice, 3n))
  world.pass(1)
  expect(canceledIn(succeeded(world.execute(alice, 0, { orderId: 3n })))).toEqual([[2n, 'groupFilled']])
  expect(world.position(alice, 0)).toMatchObject({ base: BASE, openOrders: 0 })
  checkLedger(world)
})

test('a stop in flight shrinks too: the position is closed once', () => {
  const world = base.fork()
  const alice = holder(world, 10_000n * USD, 0, 3n * BASE)
  const profit = { ...sell, limitPrice: 150n * USD + 500_000n, size: 2n * BASE, reduceOnly: true }
  const stop = { kind: { market: {} }, limitPrice: 0n, triggerDirection: { below: {} }, triggerPrice: 149n * USD }
  succeeded(world.place(alice, 0, [profit, { ...profit, ...stop }]))
  world.pass(1, { SOL: 149n * USD })
  succeeded(trigger(world, alice, 3n))
  world.pass(1, { SOL: 151n * USD })
  expect(canceledIn(succeeded(world.execute(alice, 0, { orderId: 2n })))).toEqual([[3n, 'groupFilled']])
  expect(world.position(alice, 0)).toMatchObject({ base: BASE, openOrders: 0 })
})

test('an order in flight that opens is not taken back by a fill of its group', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  succeeded(world.place(alice, 0, { ...sell, size: BASE, limitPrice: 150n * USD + 500_000n }))
  world.pass(2, { SOL: 150n * USD + 100_000n })
  succeeded(world.place(alice, 0, { ...buy, size: BASE, kind: { market: {} }, limitPrice: 0n }))
  // Its one price is bad, its owner sees it, and would rather have the other order.
  world.pass(1, { SOL: 151n * USD })
  succeeded(world.execute(alice, 0, { orderId: 1n }))
  expect(orderOf(world, alice, 2n).size).toBe(BASE)
  expectRefusal(world.execute(alice, 0, { orderId: 1n }), 'OrderNotFound')
  checkLedger(world)
})
