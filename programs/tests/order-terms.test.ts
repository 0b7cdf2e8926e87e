/** Which orders are refused as they stand, and by which name. */
import { expect, test } from 'vitest'
import { succeeded, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { flags, holder, order as orderOf, stages } from './order-calls.ts'
import { BASE, USD } from './params.ts'
import type { Fields } from './program.ts'
import { expectRefusal } from './refusals.ts'

const base = World.open(2)
const long = base.fork()
const alice = holder(long, 10_000n * USD, 0, 10n * BASE)
const now = BigInt(long.svm.now)

const market = { kind: { market: {} } }
const ioc = { timeInForce: { immediateOrCancel: {} } }
const fok = { timeInForce: { fillOrKill: {} } }
const gtt = { timeInForce: { goodTillTime: {} } }
const above = { triggerDirection: { above: {} } }
const below = { triggerDirection: { below: {} } }
const buy = { side: { buy: {} }, size: BASE, limitPrice: 140n * USD }
const sell = { side: { sell: {} }, size: BASE, limitPrice: 160n * USD }
const stop = { ...sell, ...market, limitPrice: 0n, ...below, triggerPrice: 140n * USD }
const trailing = { ...stop, triggerPrice: 0n, trailingDistance: 3n * USD }

test.each<[string, Fields, string]>([
  ['a fill-or-kill order that is post-only', { ...buy, ...fok, postOnly: true }, 'OrderFlags'],
  ['a post-only order with a trigger', { ...buy, ...above, triggerPrice: 155n * USD, postOnly: true }, 'OrderFlags'],
  [
    'a post-only peg across the pool’s quote',
    { ...buy, limitPrice: 0n, pegOffset: USD, postOnly: true },
    'PostOnlyWouldCross',
  ],
  ['a group that cancels without an id', { ...buy, oneCancelsOther: true }, 'OrderGroup'],

  ['good-till-time without a time', { ...buy, ...gtt }, 'OrderExpiry'],
  ['good-till-time of now', { ...buy, ...gtt, expiresAt: now }, 'OrderExpiry'],
  ['good-till-cancel with a time', { ...buy, expiresAt: now + 60n }, 'OrderExpiry'],
  ['a negative time', { ...buy, ...gtt, expiresAt: -1n }, 'OrderExpiry'],

  ['a trigger price without a direction', { ...sell, triggerPrice: 140n * USD }, 'OrderTrigger'],
  ['a direction without a trigger price', { ...stop, triggerPrice: 0n }, 'OrderTrigger'],
  ['a trigger off the tick', { ...stop, triggerPrice: 140n * USD + 1n }, 'OrderTrigger'],
  ['a stop already reached', { ...stop, triggerPrice: 150n * USD }, 'OrderTrigger'],
  ['a stop on the wrong side', { ...stop, triggerPrice: 155n * USD }, 'OrderTrigger'],
  ['a take-profit already reached', { ...stop, ...above, triggerPrice: 150n * USD }, 'OrderTrigger'],
  ['a stop-limit without a limit', { ...stop, kind: { limit: {} } }, 'OrderPrice'],
  ['a stop-limit off the tick', { ...stop, kind: { limit: {} }, limitPrice: 139n * USD + 1n }, 'OrderPrice'],
  ['a stop larger than one fill', { ...stop, size: 101n * BASE }, 'OrderTooLarge'],

  ['a trailing distance without a direction', { ...sell, trailingDistance: 3n * USD }, 'TrailingDistance'],
  ['a trailing distance off the tick', { ...trailing, trailingDistance: 3n * USD + 1n }, 'TrailingDistance'],
  ['a trailing distance of the whole price', { ...trailing, trailingDistance: 150n * USD }, 'TrailingDistance'],
  ['a trailing stop with a trigger price', { ...trailing, triggerPrice: 140n * USD }, 'OrderTrigger'],
  ['a trailing stop on the profit’s side', { ...trailing, ...above }, 'OrderTrigger'],
  [
    'a trailing stop with a resting limit',
    { ...trailing, kind: { limit: {} }, limitPrice: 140n * USD },
    'OrderTrigger',
  ],

  ['a pegged market order', { ...buy, ...market, pegOffset: 0n }, 'OrderPeg'],
  ['a pegged immediate order', { ...buy, ...ioc, pegOffset: 0n }, 'OrderPeg'],
  ['a pegged fill-or-kill order', { ...buy, ...fok, pegOffset: 0n }, 'OrderPeg'],
  ['a pegged order with a trigger', { ...buy, ...above, triggerPrice: 155n * USD, pegOffset: 0n }, 'OrderPeg'],
  ['a peg at a price of zero', { ...buy, pegOffset: -150n * USD }, 'OrderPeg'],
  ['a peg as low as numbers go', { ...buy, pegOffset: -(2n ** 63n) }, 'OrderPeg'],
  ['a peg bounded off the tick', { ...buy, pegOffset: -USD, limitPrice: 140n * USD + 1n }, 'OrderPrice'],

  ['a child of nobody', { ...stop, size: 0n, reduceOnly: true, parent: 0 }, 'BracketParent'],
  ['a reduce-only order on the position’s side', { ...buy, reduceOnly: true }, 'ReduceOnlyWithoutPosition'],
  [
    'a reduce-only stop on the position’s side',
    { ...stop, side: { buy: {} }, reduceOnly: true },
    'ReduceOnlyWithoutPosition',
  ],
])('%s is refused', (_, order, error) => {
  expectRefusal(long.place(alice, 0, order), error)
})

test('one to four orders come at once', () => {
  expectRefusal(long.place(alice, 0, []), 'OrderCount')
  expectRefusal(long.place(alice, 0, [buy, buy, buy, buy, buy]), 'OrderCount')
  const world = base.fork()
  const bob = world.trader(10_000n * USD)
  const placed = succeeded(world.place(bob, 0, [buy, sell, buy, sell]))
  expect(placed.events).toMatchObject([
    { name: 'orderPlaced', data: { orders: [{ orderId: 1n }, { orderId: 2n }, { orderId: 3n }, { orderId: 4n }] } },
  ])
  expect(world.position(bob, 0)).toMatchObject({ openBids: 2n * BASE, openAsks: 2n * BASE, openOrders: 4 })
  checkLedger(world)
})

test('orders that come together are judged together, and one bad one takes all back', () => {
  const world = base.fork()
  const bob = world.trader(100n * USD)
  const half = { ...buy, size: 8n * BASE }
  expectRefusal(world.place(bob, 0, [half, half]), 'InsufficientMargin')
  expectRefusal(world.place(bob, 0, [half, { ...half, clientId: 5n }, { ...sell, clientId: 5n }]), 'ClientIdInUse')
  expect(world.subAccount(bob).nextOrderId).toBe(1n)
  succeeded(world.place(bob, 0, half))
})

test('waiting orders reserve margin like any other that may add risk', () => {
  const world = base.fork()
  const bob = world.trader(100n * USD)
  const entry = { ...buy, ...market, limitPrice: 0n, ...above, triggerPrice: 160n * USD, size: 8n * BASE }
  succeeded(world.place(bob, 0, entry))
  expect(world.position(bob, 0)).toMatchObject({ openBids: 8n * BASE, openAsks: 0n })
  expect(orderOf(world, bob, 1n)).toMatchObject({ stage: stages.awaitingTrigger, limitPrice: 0n })
  expectRefusal(world.place(bob, 0, entry), 'InsufficientMargin')
  checkLedger(world)
})

test('a pegged order rests at its distance from the oracle, with or without a bound', () => {
  const world = base.fork()
  const bob = world.trader(10_000n * USD)
  succeeded(
    world.place(bob, 0, [
      { ...buy, limitPrice: 0n, pegOffset: -USD },
      { ...sell, pegOffset: USD, postOnly: true },
    ]),
  )
  expect(orderOf(world, bob, 1n)).toMatchObject({ pegOffset: -USD, limitPrice: 0n, flags: flags.pegged })
  expect(orderOf(world, bob, 2n)).toMatchObject({ pegOffset: USD, flags: flags.pegged | flags.postOnly })
})

test('an isolated sub-account takes orders of its market only', () => {
  const world = base.fork()
  const bob = world.trader(10_000n * USD)
  succeeded(world.updateSubAccount(bob, { isolatedMarket: 0 }))
  expectRefusal(world.place(bob, 1, { ...buy, size: BASE / 1_000n, limitPrice: 50_000n * USD }), 'IsolatedMarket')
  succeeded(world.place(bob, 0, buy))
})
