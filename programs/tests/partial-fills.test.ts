/** Orders that cannot fill whole at their one price: what fills of them, and what becomes of the rest. */
import { expect, test } from 'vitest'
import { canceledOf, filledOf, rest } from './fill-events.ts'
import { addresses, succeeded, type Trader, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { cancel, canceledIn, expire, flags, modify, order as orderOf, stages, trigger } from './order-calls.ts'
import { BASE, USD } from './params.ts'
import { expectRefusal } from './refusals.ts'

const base = World.open(1)
const CENT = USD / 100n
/** One fill of the pool takes 100 SOL. */
const FILL = 100n * BASE
const market = { kind: { market: {} }, limitPrice: 0n }
const stopLoss = {
  ...market,
  side: { sell: {} },
  reduceOnly: true,
  triggerDirection: { below: {} },
  triggerPrice: 140n * USD,
}

/** A trader who is long `fills` times 100 SOL. */
function long(world: World, fills: number): Trader {
  const trader = world.trader(100_000n * USD)
  for (let i = 0; i < fills; i++) world.enter(trader, 0, 'buy', FILL)
  return trader
}

test('a stop larger than one fill closes part by part, each at its own one price', () => {
  const world = base.fork()
  const alice = long(world, 3)
  succeeded(world.place(alice, 0, { ...stopLoss, size: 3n * FILL }))
  world.pass(1, { SOL: 140n * USD })
  succeeded(trigger(world, alice, 4n))
  world.pass(1)
  const first = filledOf(succeeded(world.execute(alice, 0)))
  expect(first).toMatchObject({ size: FILL, positionBase: 2n * FILL, orderStatus: { open: {} }, cancelReason: null })
  expect(first.changed).toMatchObject([{ orderId: 4n, filled: FILL, eligibleFrom: BigInt(world.svm.now + 1) }])
  // The rest is bound as the whole was: nobody takes it back, and the price of the first part fills nothing more.
  expectRefusal(cancel(world, alice, { orderId: [4n] }), 'OrderInFlight')
  expectRefusal(world.execute(alice, 0), 'PriceNotTheOne')
  world.pass(1)
  expect(filledOf(succeeded(world.execute(alice, 0)))).toMatchObject({ size: FILL, orderStatus: { open: {} } })
  world.pass(1)
  const last = filledOf(succeeded(world.execute(alice, 0)))
  expect(last).toMatchObject({ size: FILL, positionBase: 0n, orderStatus: { filled: {} } })
  checkLedger(world)
})

test('closing more than one fill takes goes on until the position is closed, whatever the order asks beyond it', () => {
  const world = base.fork()
  const alice = long(world, 2)
  succeeded(world.place(alice, 0, { ...market, side: { sell: {} }, size: 5n * FILL, reduceOnly: true }))
  world.pass(1)
  expect(filledOf(succeeded(world.execute(alice, 0)))).toMatchObject({ size: FILL, orderStatus: { open: {} } })
  world.pass(1)
  const last = filledOf(succeeded(world.execute(alice, 0)))
  expect(last).toMatchObject({ size: FILL, positionBase: 0n, cancelReason: { nothingToReduce: {} }, canceled: [] })
  expect(world.subAccount(alice).orders.every((o) => !o.inUse)).toBe(true)
  checkLedger(world)
})

test('what is left of a close lapses like any taker, and an immediate limit order never goes on', () => {
  const world = base.fork()
  const alice = long(world, 2)
  succeeded(world.close(alice, 0))
  world.pass(1)
  succeeded(world.execute(alice, 0))
  world.pass(11)
  expect(canceledIn(succeeded(expire(world, alice)))).toEqual([[3n, 'lapsed']])

  const bob = long(world, 2)
  const timeInForce = { immediateOrCancel: {} }
  const order = { side: { sell: {} }, timeInForce, size: 2n * FILL, limitPrice: 140n * USD, reduceOnly: true }
  succeeded(world.place(bob, 0, order))
  world.pass(1)
  expect(filledOf(succeeded(world.execute(bob, 0)))).toMatchObject({ cancelReason: { poolCapacity: {} } })
  checkLedger(world)
})

test('a stop that misses the default limit waits for its trigger again, and follows the price', () => {
  const world = base.fork()
  const alice = long(world, 1)
  succeeded(world.place(alice, 0, { ...stopLoss, size: FILL }))
  world.pass(1, { SOL: 140n * USD })
  succeeded(trigger(world, alice, 2n))
  expect(orderOf(world, alice, 2n)).toMatchObject({
    limitPrice: 139_300_000n,
    flags: flags.reduceOnly | flags.defaultLimit,
  })
  world.pass(1, { SOL: 135n * USD })
  const again = succeeded(world.execute(alice, 0))
  expect(again.events).toMatchObject([
    {
      name: 'orderRearmed',
      data: { reason: { priceLimit: {} }, order: { orderId: 2n, stage: { awaitingTrigger: {} }, limitPrice: 0n } },
    },
  ])
  expect(orderOf(world, alice, 2n)).toMatchObject({ stage: stages.awaitingTrigger, flags: flags.reduceOnly })
  // The price that refused it sets it off.
  succeeded(trigger(world, alice, 2n))
  expect(orderOf(world, alice, 2n).limitPrice).toBe(134_325_000n)
  world.pass(1)
  expect(filledOf(succeeded(world.execute(alice, 0)))).toMatchObject({ size: FILL, positionBase: 0n })
  checkLedger(world)
})

test('a stop of which only a part is within the default limit waits with the rest', () => {
  const world = base.fork()
  const alice = long(world, 1)
  succeeded(world.place(alice, 0, { ...stopLoss, size: FILL }))
  world.pass(1, { SOL: 140n * USD })
  succeeded(trigger(world, alice, 2n))
  // The pool bids 0.08 % above it for the first step, and 0.03 % for the whole: the limit lies between.
  world.pass(1, { SOL: 139n * USD + 22n * CENT })
  const part = filledOf(succeeded(world.execute(alice, 0)))
  expect(part.size).toBeLessThan(FILL)
  expect(part.size).toBeGreaterThan(BASE)
  expect(part.changed).toMatchObject([{ orderId: 2n, stage: { awaitingTrigger: {} }, limitPrice: 0n }])
  expect(part).toMatchObject({ orderStatus: { open: {} }, cancelReason: null })
  checkLedger(world)
})

test('a stop that nobody filled in its window waits for its trigger again, and nobody expires it', () => {
  const world = base.fork()
  const alice = long(world, 1)
  succeeded(world.place(alice, 0, { ...stopLoss, size: FILL }))
  world.pass(1, { SOL: 140n * USD })
  succeeded(trigger(world, alice, 2n))
  world.pass(11)
  expectRefusal(expire(world, alice), 'NothingExpired')
  expect(succeeded(world.execute(alice, 0)).events).toMatchObject([{ data: { reason: { lapsed: {} } } }])
  expect(orderOf(world, alice, 2n).stage).toBe(stages.awaitingTrigger)
  succeeded(cancel(world, alice, { orderId: [2n] }))
  checkLedger(world)
})

test('a stop with its own limit, and an entry, are not set off a second time', () => {
  const world = base.fork()
  const alice = long(world, 1)
  const entry = { ...stopLoss, side: { buy: {} }, reduceOnly: false }
  succeeded(world.place(alice, 0, { ...stopLoss, size: FILL, limitPrice: 139n * USD }))
  world.pass(1, { SOL: 140n * USD })
  succeeded(trigger(world, alice, 2n))
  world.pass(1, { SOL: 135n * USD })
  expectRefusal(world.execute(alice, 0), 'PriceLimit')
  world.pass(11)
  expect(canceledIn(succeeded(expire(world, alice)))).toEqual([[2n, 'lapsed']])
  succeeded(world.place(alice, 0, { ...entry, size: BASE, triggerPrice: 130n * USD }))
  world.pass(1, { SOL: 130n * USD })
  succeeded(trigger(world, alice, 3n))
  world.pass(1, { SOL: 132n * USD })
  expectRefusal(world.execute(alice, 0), 'PriceLimit')
})

test('a limit order takes the part whose average is within its limit, at its one price, and rests with the rest', () => {
  const world = base.fork()
  const alice = world.trader(100_000n * USD)
  // The first step costs 150.03, the whole 100 SOL 150.105 on average.
  const bid = rest(world, alice, 'buy', FILL, 150n * USD + 6n * CENT)
  expect(orderOf(world, alice, bid.orderId).flags).toBe(flags.takes)
  world.pass(1)
  const part = filledOf(succeeded(world.execute(alice, 0)))
  expect(part).toMatchObject({ size: 39_990_000_000n, quote: 6_000_899_340n, orderStatus: { open: {} } })
  expect(orderOf(world, alice, bid.orderId).flags).toBe(0)
  world.pass(1)
  expectRefusal(world.execute(alice, 0), 'PriceLimit')
  checkLedger(world)
})

test('a limit order that crosses is no resting order that only its owner can fill', () => {
  const world = base.fork()
  const alice = world.trader(100_000n * USD)
  const bid = rest(world, alice, 'buy', FILL, 150n * USD + 6n * CENT)
  world.pass(1)
  succeeded(world.execute(alice, 0))
  for (let second = 0; second < 11; second++) world.pass(1)
  // The price elsewhere has jumped, the cached one is three seconds old.
  world.svm.setTime(world.svm.now + 3)
  succeeded(modify(world, alice, bid.orderId, { size: 39_990_000_000n + 40n * BASE }))
  expectRefusal(world.execute(alice, 0), 'PriceLimit')
})

test('a market order fills to its limit, and the rest of it goes', () => {
  const world = base.fork()
  const alice = world.trader(100_000n * USD)
  succeeded(world.open(alice, 0, 'buy', FILL, 150n * USD + 6n * CENT))
  world.pass(1)
  expect(filledOf(succeeded(world.execute(alice, 0)))).toMatchObject({
    size: 39_990_000_000n,
    orderStatus: { canceled: {} },
    cancelReason: { priceLimit: {} },
  })
  checkLedger(world)
})

test('whoever executes without makers takes no order off that the book could fill', () => {
  const world = base.fork()
  const [alice, bob] = [world.trader(100_000n * USD), world.trader(100_000n * USD)]
  const ask = rest(world, bob, 'sell', 2n * BASE, 150n * USD + 2n * CENT)
  // 2: fills by the pool.
  world.done('setPause', { bits: 2 }, { authority: world.admin.publicKey, exchange: addresses.exchange })
  succeeded(world.open(alice, 0, 'buy', 2n * BASE))
  const kill = { ...market, side: { buy: {} }, timeInForce: { fillOrKill: {} }, size: BASE }
  succeeded(world.place(alice, 0, kill))
  world.pass(1)
  for (const orderId of [1n, 2n]) expectRefusal(world.execute(alice, 0, { orderId }), 'PoolFillsPaused')
  expect(filledOf(succeeded(world.execute(alice, 0, { orderId: 1n, makers: [ask] })))).toMatchObject({
    size: 2n * BASE,
    orderStatus: { filled: {} },
  })
  world.pass(11)
  expect(canceledOf(succeeded(world.execute(alice, 0, { orderId: 2n })))).toMatchObject({ reason: { lapsed: {} } })
  checkLedger(world)
})

test('a pool whose price is beyond the limit takes no order off before its window is over', () => {
  const world = base.fork()
  const [alice, bob] = [world.trader(100_000n * USD), world.trader(100_000n * USD)]
  const ask = rest(world, bob, 'sell', BASE, 150n * USD + CENT)
  succeeded(world.open(alice, 0, 'buy', BASE, 150n * USD + CENT))
  world.pass(1)
  expectRefusal(world.execute(alice, 0), 'PriceLimit')
  expect(filledOf(succeeded(world.execute(alice, 0, { makers: [ask] })))).toMatchObject({ size: BASE })
  checkLedger(world)
})
