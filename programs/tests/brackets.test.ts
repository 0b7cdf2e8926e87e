/** Brackets: an entry with its take-profit and stop-loss, which sleep until it fills. */
import { expect, test } from 'vitest'
import { succeeded, type Trader, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import {
  cancel,
  canceledIn,
  expire,
  flags,
  openOrders,
  order as orderOf,
  ratchet,
  stages,
  trigger,
} from './order-calls.ts'
import { BASE, USD } from './params.ts'
import type { Fields } from './program.ts'
import { expectRefusal } from './refusals.ts'

const base = World.open(1)
const group = { groupId: 9, oneCancelsOther: true }
const market = { kind: { market: {} }, limitPrice: 0n }
const limitEntry = { side: { buy: {} }, size: 4n * BASE, limitPrice: 148n * USD }
const marketEntry = { ...limitEntry, ...market }
const child = { side: { sell: {} }, size: 0n, reduceOnly: true, parent: 0, ...group }
const stopLoss = { ...child, ...market, triggerDirection: { below: {} }, triggerPrice: 140n * USD }
const takeProfit = { ...child, limitPrice: 160n * USD }
const trailing = { ...stopLoss, triggerPrice: 0n, trailingDistance: 3n * USD }

const prepare = (...orders: Fields[]) => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  succeeded(world.place(alice, 0, orders))
  return { world, alice }
}
/** Lets the entry, order 1, fill what it can. */
const fillEntry = (world: World, alice: Trader) => {
  world.pass(2)
  return succeeded(world.execute(alice, 0, { orderId: 1n }))
}
const sizes = (world: World, alice: Trader) =>
  openOrders(world, alice).map((id) => {
    const { size, stage } = orderOf(world, alice, id)
    return [id, size, stage]
  })

test('children sleep without size, margin or right to fill until their parent fills', () => {
  const { world, alice } = prepare(marketEntry, takeProfit, stopLoss)
  expect(sizes(world, alice)).toEqual([
    [1n, 4n * BASE, stages.active],
    [2n, 0n, stages.awaitingParent],
    [3n, 0n, stages.awaitingParent],
  ])
  expect(orderOf(world, alice, 3n)).toMatchObject({
    parentId: 1n,
    flags: flags.reduceOnly | flags.oneCancelsOther | flags.bracket,
  })
  expect(world.position(alice, 0)).toMatchObject({ openBids: 4n * BASE, openAsks: 0n, openOrders: 3 })
  world.pass(1, { SOL: 139n * USD })
  expectRefusal(world.execute(alice, 0, { orderId: 2n }), 'OrderNotActive')
  expectRefusal(trigger(world, alice, 3n), 'NotWaitingForTrigger')
  checkLedger(world)
})

test('the fill of the parent wakes them with its size; the stop takes the profit off', () => {
  const { world, alice } = prepare(marketEntry, takeProfit, stopLoss)
  const filled = fillEntry(world, alice)
  expect(filled.events).toMatchObject([
    {
      name: 'orderFilled',
      data: {
        taker: {
          orderStatus: { filled: {} },
          canceled: [],
          changed: [
            { orderId: 2n, size: 4n * BASE, stage: { active: {} }, eligibleFrom: BigInt(world.svm.now + 1) },
            { orderId: 3n, size: 4n * BASE, stage: { awaitingTrigger: {} }, eligibleFrom: BigInt(world.svm.now + 1) },
          ],
        },
      },
    },
  ])
  expect(world.position(alice, 0)).toMatchObject({ base: 4n * BASE, openBids: 0n, openAsks: 0n, openOrders: 2 })
  checkLedger(world)

  world.pass(1, { SOL: 139n * USD })
  succeeded(trigger(world, alice, 3n))
  world.pass(1)
  const stopped = succeeded(world.execute(alice, 0, { orderId: 3n }))
  expect(canceledIn(stopped)).toEqual([[2n, 'groupFilled']])
  expect(world.subAccount(alice).positions.every((p) => p.inUse === 0)).toBe(true)
  checkLedger(world)
})

test('a take-profit that fills takes the stop off', () => {
  const { world, alice } = prepare(marketEntry, takeProfit, stopLoss)
  fillEntry(world, alice)
  world.pass(2, { SOL: 161n * USD })
  const profit = succeeded(world.execute(alice, 0, { orderId: 2n }))
  expect(canceledIn(profit)).toEqual([[3n, 'groupFilled']])
  expect(openOrders(world, alice)).toEqual([])
  checkLedger(world)
})

test('children grow with every part that fills', () => {
  const world = base.fork()
  const whale = world.trader(1_000_000n * USD)
  const large = { ...limitEntry, size: 150n * BASE, limitPrice: 151n * USD }
  succeeded(world.place(whale, 0, [large, takeProfit, stopLoss]))
  fillEntry(world, whale)
  expect(sizes(world, whale)).toEqual([
    [1n, 150n * BASE, stages.active],
    [2n, 100n * BASE, stages.active],
    [3n, 100n * BASE, stages.awaitingTrigger],
  ])
  fillEntry(world, whale)
  expect(sizes(world, whale)).toEqual([
    [2n, 150n * BASE, stages.active],
    [3n, 150n * BASE, stages.awaitingTrigger],
  ])
  checkLedger(world)
})

test('a trailing child starts at the price its parent filled at', () => {
  const { world, alice } = prepare(marketEntry, trailing)
  expect(orderOf(world, alice, 2n)).toMatchObject({ trailingExtreme: 0n, triggerPrice: 0n })
  world.pass(1, { SOL: 150n * USD + 300_000n })
  succeeded(world.execute(alice, 0, { orderId: 1n }))
  expect(orderOf(world, alice, 2n)).toMatchObject({ trailingExtreme: 150_300_000n, triggerPrice: 147_300_000n })
  world.pass(1, { SOL: 155n * USD })
  succeeded(ratchet(world, alice, 2n))
})

test('a take-profit that the price has passed already is bound to one price, like any order that takes', () => {
  const { world, alice } = prepare(marketEntry, { ...takeProfit, limitPrice: 145n * USD })
  fillEntry(world, alice)
  expect(orderOf(world, alice, 2n).flags & flags.takes).toBe(flags.takes)
  expectRefusal(cancel(world, alice, { orderId: [2n] }), 'OrderInFlight')
})

test('sleeping children go with a parent that is canceled, expires or lapses', () => {
  const canceled = prepare(limitEntry, takeProfit, stopLoss)
  expect(canceledIn(succeeded(cancel(canceled.world, canceled.alice, { orderId: [1n] })))).toEqual([
    [1n, 'requested'],
    [2n, 'parentGone'],
    [3n, 'parentGone'],
  ])
  const expiresAt = BigInt(base.svm.now + 60)
  const timed = prepare({ ...limitEntry, timeInForce: { goodTillTime: {} }, expiresAt }, stopLoss)
  timed.world.pass(60)
  expect(canceledIn(succeeded(expire(timed.world, timed.alice)))).toEqual([
    [1n, 'expired'],
    [2n, 'parentGone'],
  ])
  const lapsed = prepare(marketEntry, stopLoss)
  lapsed.world.pass(11)
  expect(canceledIn(succeeded(lapsed.world.execute(lapsed.alice, 0, { orderId: 1n })))).toEqual([
    [1n, 'lapsed'],
    [2n, 'parentGone'],
  ])
  for (const { world } of [canceled, timed, lapsed]) checkLedger(world)
})

test('whoever fills the parent in crumbs does not keep its stop from being set off', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  succeeded(
    world.place(alice, 0, [
      { ...limitEntry, limitPrice: 149n * USD },
      { ...stopLoss, triggerPrice: 148n * USD },
    ]),
  )
  const crumb = () => {
    succeeded(world.open(bob, 0, 'sell', BASE / 10n))
    world.pass(1)
    succeeded(world.execute(bob, 0, { makers: [{ trader: alice, orderId: 1n }] }))
  }
  const bob = world.trader(10_000n * USD)
  world.pass(1, { SOL: 148n * USD + 500_000n })
  crumb()
  world.pass(1, { SOL: 147n * USD })
  crumb()
  expect(sizes(world, alice)).toEqual([
    [1n, 4n * BASE, stages.active],
    [2n, BASE / 5n, stages.awaitingTrigger],
  ])
  succeeded(trigger(world, alice, 2n))
  expect(orderOf(world, alice, 2n).eligibleFrom).toBe(BigInt(world.svm.now + 1))
  checkLedger(world)
})

test('a sleeping child may be canceled alone, also while its parent is in flight', () => {
  const { world, alice } = prepare(marketEntry, takeProfit, stopLoss)
  expectRefusal(cancel(world, alice, { orderId: [1n] }), 'OrderInFlight')
  succeeded(cancel(world, alice, { orderId: [2n] }))
  expect(canceledIn(succeeded(cancel(world, alice, { all: {} })))).toEqual([[3n, 'requested']])
  expect(openOrders(world, alice)).toEqual([1n])
  checkLedger(world)
})

test('children that woke stay when the rest of their parent is canceled', () => {
  const world = base.fork()
  const whale = world.trader(1_000_000n * USD)
  succeeded(world.place(whale, 0, [{ ...limitEntry, size: 150n * BASE, limitPrice: 151n * USD }, stopLoss]))
  fillEntry(world, whale)
  succeeded(cancel(world, whale, { orderId: [1n] }))
  expect(sizes(world, whale)).toEqual([[2n, 100n * BASE, stages.awaitingTrigger]])
})

test('a child that lost its position sleeps while its parent may still fill', () => {
  const world = base.fork()
  const whale = world.trader(1_000_000n * USD)
  succeeded(world.place(whale, 0, [{ ...limitEntry, size: 150n * BASE, limitPrice: 151n * USD }, stopLoss]))
  fillEntry(world, whale)
  succeeded(world.close(whale, 0))
  world.pass(1)
  expect(succeeded(world.execute(whale, 0)).events).toMatchObject([
    { data: { taker: { canceled: [], changed: [{ orderId: 2n, stage: { awaitingParent: {} }, size: 0n }] } } },
  ])
  fillEntry(world, whale)
  expect(sizes(world, whale)).toEqual([[2n, 50n * BASE, stages.awaitingTrigger]])
  checkLedger(world)
})

test('an entry that only closes an opposite position leaves no children', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  world.enter(alice, 0, 'sell', 6n * BASE)
  succeeded(world.place(alice, 0, [marketEntry, stopLoss]))
  world.pass(1)
  expect(canceledIn(succeeded(world.execute(alice, 0, { orderId: 2n })))).toEqual([[3n, 'parentGone']])
  checkLedger(world)
})

test.each<[string, Fields[], string]>([
  ['may not add risk', [marketEntry, { ...stopLoss, reduceOnly: false }], 'BracketParent'],
  ['is on the other side', [marketEntry, { ...takeProfit, side: { buy: {} } }], 'BracketParent'],
  ['names an earlier order', [marketEntry, { ...stopLoss, parent: 1 }], 'BracketParent'],
  ['names an order there is', [marketEntry, { ...stopLoss, parent: 200 }], 'BracketParent'],
  ['is nobody’s parent', [marketEntry, stopLoss, { ...stopLoss, side: { buy: {} }, parent: 1 }], 'BracketParent'],
  ['has no size of its own', [marketEntry, { ...stopLoss, size: BASE }], 'OrderSize'],
  ['does not close at once', [marketEntry, { ...child, ...market }], 'OrderTrigger'],
  ['stops below the entry', [limitEntry, { ...stopLoss, triggerPrice: 148n * USD }], 'OrderTrigger'],
  [
    'stops below the oracle, however high the entry’s limit is',
    [
      { ...limitEntry, limitPrice: 165n * USD },
      { ...stopLoss, triggerPrice: 150n * USD },
    ],
    'OrderTrigger',
  ],
  [
    'takes profit above an entry by stop',
    [
      { ...marketEntry, triggerDirection: { above: {} }, triggerPrice: 155n * USD },
      { ...stopLoss, triggerDirection: { above: {} }, triggerPrice: 155n * USD },
    ],
    'OrderTrigger',
  ],
  ['trails by less than the price', [marketEntry, { ...trailing, trailingDistance: 150n * USD }], 'TrailingDistance'],
])('a child %s', (_, orders, error) => {
  const world = base.fork()
  expectRefusal(world.place(world.trader(10_000n * USD), 0, orders), error)
})
