import { expect, test } from 'vitest'
import { addresses, priceAccount, succeeded, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { cancel } from './order-calls.ts'
import { BASE, USD } from './params.ts'
import { expectRefusal } from './refusals.ts'

const base = World.open()
const buy = { side: { buy: {} }, size: BASE, limitPrice: 140n * USD }
const sell = { side: { sell: {} }, size: BASE, limitPrice: 160n * USD }

test.each([
  ['of size zero', { ...buy, size: 0n }, 'OrderSize'],
  ['off the step', { ...buy, size: BASE + 1n }, 'OrderSize'],
  ['off the tick', { ...buy, limitPrice: 140n * USD + 1n }, 'OrderPrice'],
  ['with a limit of zero', { ...buy, limitPrice: 0n }, 'OrderPrice'],
  ['below the smallest notional', { ...buy, size: 60_000_000n }, 'OrderTooSmall'],
  ['immediate and post-only', { ...buy, postOnly: true, timeInForce: { immediateOrCancel: {} } }, 'OrderFlags'],
  ['market and post-only', { ...buy, postOnly: true, kind: { market: {} } }, 'OrderFlags'],
  [
    'post-only at a price that trades at once',
    { ...buy, postOnly: true, limitPrice: 151n * USD },
    'PostOnlyWouldCross',
  ],
  ['reduce-only without a position', { ...sell, reduceOnly: true }, 'ReduceOnlyWithoutPosition'],
  [
    'immediate and larger than one fill',
    { ...buy, size: 101n * BASE, timeInForce: { immediateOrCancel: {} } },
    'OrderTooLarge',
  ],
  ['beyond the margin', { ...buy, size: 1_500n * BASE }, 'InsufficientMargin'],
])('an order %s is refused', (_, order, error) => {
  const world = base.fork()
  expectRefusal(world.place(world.trader(10_000n * USD), 0, order), error)
})

test('an order is placed with its id, its eligibility and the sequence of its account', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  const placed = succeeded(world.place(alice, 0, { ...buy, clientId: 77n }))
  expect(placed.events).toMatchObject([
    {
      name: 'orderPlaced',
      data: {
        sequence: 3n,
        oraclePrice: 150n * USD,
        byDelegate: false,
        orders: [
          {
            orderId: 1n,
            clientId: 77n,
            kind: { limit: {} },
            side: { buy: {} },
            stage: { active: {} },
            flags: 0,
            eligibleFrom: BigInt(world.svm.now + 1),
          },
        ],
      },
    },
  ])
  expectRefusal(world.place(alice, 0, { ...buy, clientId: 77n }), 'ClientIdInUse')
  expect(world.position(alice, 0)).toMatchObject({ openBids: BASE, openOrders: 1, base: 0n })
  checkLedger(world)
})

test('eligibility counts from Pyth’s time where it is ahead of the clock', () => {
  const world = base.fork()
  world.publish({}, { publishTime: world.svm.now + 30 })
  const alice = world.trader(10_000n * USD)
  succeeded(world.place(alice, 0, buy))
  expect(world.subAccount(alice).orders[0]?.eligibleFrom).toBe(BigInt(world.svm.now + 31))
})

test('a market order without a limit gets the market’s default distance', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  succeeded(world.place(alice, 0, { side: { buy: {} }, size: BASE, kind: { market: {} } }))
  expect(world.subAccount(alice).orders[0]?.limitPrice).toBe(150_750_000n)
})

test('sixteen orders fit, and one more is refused by name', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  for (let i = 0; i < 16; i++) succeeded(world.place(alice, i % 2 === 0 ? 0 : 2, buy))
  expectRefusal(world.place(alice, 0, buy), 'OrderSlotsFull')
  checkLedger(world)
})

test('eight markets fit, and a ninth is refused by name', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  const sol = priceAccount('SOL')
  for (let index = 4; index < 9; index++) world.initializeMarket('SOL', index)
  world.svm.setTime(world.svm.now + 1)
  world.publishPrice('SOL')
  for (let index = 4; index < 9; index++) {
    succeeded(
      world.call('updateOraclePrice', {}, { priceUpdate: sol, market: addresses.market(index), tokenVault: null }),
    )
  }
  for (const index of [0, 2, 3, 4, 5, 6, 7, 8]) {
    succeeded(world.place(alice, index, { ...buy, size: index === 3 ? 100n * BASE : BASE, limitPrice: 100_000n }))
  }
  expectRefusal(world.place(alice, 1, { ...buy, limitPrice: 50_000n * USD }), 'PositionSlotsFull')
  checkLedger(world)
})

test('cancel by id, by client id, by market and all; each frees its slot and margin', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  for (const clientId of [11n, 12n, 13n, 14n]) succeeded(world.place(alice, 0, { ...buy, clientId }))
  succeeded(world.place(alice, 2, { side: { sell: {} }, size: BASE, limitPrice: 4_000n * USD }))

  expectRefusal(cancel(world, alice, { orderId: [99n] }), 'OrderNotFound')
  const one = succeeded(cancel(world, alice, { orderId: [1n] }))
  expect(one.events).toMatchObject([
    {
      name: 'orderCanceled',
      data: { orders: [{ orderId: 1n, clientId: 11n, marketIndex: 0, filled: 0n, reason: { requested: {} } }] },
    },
  ])
  succeeded(cancel(world, alice, { clientId: [12n] }))
  expect(succeeded(cancel(world, alice, { market: [0] })).events).toMatchObject([
    { data: { orders: [{ orderId: 3n }, { orderId: 4n }] } },
  ])
  succeeded(cancel(world, alice, { all: {} }))
  expectRefusal(cancel(world, alice, { all: {} }), 'OrderNotFound')
  expect(world.subAccount(alice).positions.every((p) => p.inUse === 0)).toBe(true)
  checkLedger(world)
})

test('an order in flight cannot be canceled until its window has passed', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  succeeded(world.open(alice, 0, 'buy', BASE))
  succeeded(world.place(alice, 0, { ...buy, timeInForce: { immediateOrCancel: {} } }))
  succeeded(world.place(alice, 0, buy))
  expectRefusal(cancel(world, alice, { orderId: [1n] }), 'OrderInFlight')
  world.svm.setTime(world.svm.now + 10)
  expectRefusal(cancel(world, alice, { orderId: [2n] }), 'OrderInFlight')
  expect(succeeded(cancel(world, alice, { market: [0] })).events).toMatchObject([
    { data: { orders: [{ orderId: 3n }] } },
  ])
  world.svm.setTime(world.svm.now + 1)
  expect(succeeded(cancel(world, alice, { all: {} })).events).toMatchObject([
    { data: { orders: [{ orderId: 1n }, { orderId: 2n }] } },
  ])
  checkLedger(world)
})

test('nobody cancels or places for another', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  const mallory = world.trader(10_000n * USD)
  succeeded(world.place(alice, 0, buy))
  expectRefusal(cancel(world, alice, { all: {} }, mallory.keypair), 'NotTrader')
  expectRefusal(world.place(alice, 0, buy, mallory.keypair), 'NotTrader')
})

test('an immediate limit fills at its one price or lapses', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  const order = { ...buy, timeInForce: { immediateOrCancel: {} } }
  succeeded(world.place(alice, 0, order))
  succeeded(world.place(alice, 0, { ...order, limitPrice: 151n * USD }))
  world.pass(1)
  expectRefusal(world.execute(alice, 0, { orderId: 1n }), 'PriceLimit')
  expect(succeeded(world.execute(alice, 0, { orderId: 2n })).events).toMatchObject([
    { data: { taker: { positionBase: BASE } } },
  ])
  world.pass(10)
  expect(succeeded(world.execute(alice, 0, { orderId: 1n })).events).toMatchObject([
    { data: { orders: [{ reason: { lapsed: {} } }] } },
  ])
})

test('a post-only order rests and never takes from the pool', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  succeeded(world.place(alice, 0, { ...buy, postOnly: true }))
  world.pass(1, { SOL: 130n * USD })
  expectRefusal(world.execute(alice, 0), 'PostOnlyAgainstPool')
})

test('a resting order fills in parts and keeps its place', () => {
  const world = base.fork()
  const whale = world.trader(1_000_000n * USD)
  succeeded(world.place(whale, 0, { ...buy, size: 250n * BASE, limitPrice: 151n * USD }))
  world.pass(1)
  expect(succeeded(world.execute(whale, 0)).events).toMatchObject([
    { data: { size: 100n * BASE, taker: { orderStatus: { open: {} }, cancelReason: null } } },
  ])
  expect(world.position(whale, 0)).toMatchObject({ base: 100n * BASE, openBids: 150n * BASE })
  succeeded(world.execute(whale, 0))
  expect(succeeded(world.execute(whale, 0)).events).toMatchObject([
    { data: { size: 50n * BASE, taker: { orderStatus: { filled: {} } } } },
  ])
  checkLedger(world)
})

test('a resting order whose margin has gone is dropped by the keeper', () => {
  const world = base.fork()
  const alice = world.trader(800n * USD)
  world.enter(alice, 0, 'buy', 50n * BASE)
  succeeded(world.place(alice, 0, { ...buy, size: 45n * BASE, limitPrice: 145n * USD }))
  world.pass(2, { SOL: 144n * USD })
  expect(succeeded(world.execute(alice, 0)).events).toMatchObject([
    { name: 'orderCanceled', data: { orders: [{ reason: { insufficientMargin: {} } }] } },
  ])
  checkLedger(world)
})

test('closing names a fraction, a limit and a position', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  const close = (fractionBps: number, limitPrice = 140n * USD) =>
    world.call('closePosition', { order: { fractionBps, limitPrice, clientId: 0n } }, world.orderAccounts(alice, 0), {
      signers: [alice.keypair],
    })
  expectRefusal(close(10_000), 'NoPosition')
  succeeded(world.place(alice, 0, buy))
  expectRefusal(close(10_000), 'NoPosition')
  world.enter(alice, 0, 'buy', BASE)
  expectRefusal(close(0), 'CloseFraction')
  expectRefusal(close(10_001), 'CloseFraction')
  expectRefusal(close(10_000, 0n), 'OrderPrice')
  expectRefusal(world.open(alice, 0, 'buy', BASE, 0n), 'OrderPrice')
  succeeded(close(5_000))
  checkLedger(world)
})

test('without a price a market takes no order', () => {
  const world = World.open(1)
  world.initializeMarket('BTC', 1)
  const alice = world.trader(10_000n * USD)
  expectRefusal(world.place(alice, 1, { ...buy, limitPrice: 60_000n * USD }), 'PriceMissing')
})

test('a price a minute old places nothing new, and still places a reduction', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  world.enter(alice, 0, 'buy', BASE)
  world.svm.setTime(world.svm.now + 61)
  expectRefusal(world.place(alice, 0, buy), 'PriceStale')
  succeeded(world.close(alice, 0))
})
