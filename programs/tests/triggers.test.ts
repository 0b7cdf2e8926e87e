/** Stops and take-profits: what sets them off, and what they fill at then. */
import { expect, test } from 'vitest'
import { succeeded, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { cancel, canceledIn, flags, holder, openOrders, order as orderOf, stages, trigger } from './order-calls.ts'
import { BASE, MARKET_STATUS, marketParams, USD } from './params.ts'
import { expectRefusal } from './refusals.ts'
import { settleMarket } from './risk.ts'

const base = World.open(2)
const market = { kind: { market: {} }, limitPrice: 0n }
const above = { triggerDirection: { above: {} } }
const below = { triggerDirection: { below: {} } }
const buy = { side: { buy: {} }, size: BASE }
const sell = { side: { sell: {} }, size: BASE }
/** Sells one SOL at $140 or below. */
const stopLoss = { ...sell, ...market, ...below, triggerPrice: 140n * USD, reduceOnly: true }
const takeProfit = { ...sell, ...market, ...above, triggerPrice: 160n * USD, reduceOnly: true }
/** Buys one SOL at $160 or above: adds risk. */
const entry = { ...buy, ...market, ...above, triggerPrice: 160n * USD }

const prepare = (orders: Parameters<World['place']>[2]) => {
  const world = base.fork()
  const alice = holder(world, 10_000n * USD, 0, 10n * BASE)
  succeeded(world.place(alice, 0, orders))
  return { world, alice }
}

test('a stop waits for its price, is set off by anyone, and fills at a later one', () => {
  const { world, alice } = prepare(stopLoss)
  expectRefusal(world.execute(alice, 0), 'OrderNotActive')
  world.pass(1, { SOL: 141n * USD })
  expectRefusal(trigger(world, alice, 2n), 'TriggerNotReached')

  world.pass(1, { SOL: 140n * USD })
  const set = succeeded(trigger(world, alice, 2n))
  expect(set.events).toMatchObject([
    {
      name: 'orderTriggered',
      data: {
        oraclePrice: 140n * USD,
        publishTime: BigInt(world.svm.now),
        order: {
          orderId: 2n,
          stage: { active: {} },
          // The market's 0.5 % below the price that set it off.
          limitPrice: 139_300_000n,
          eligibleFrom: BigInt(world.svm.now + 1),
        },
      },
    },
  ])
  expectRefusal(world.execute(alice, 0), 'PriceNotTheOne')
  expectRefusal(trigger(world, alice, 2n), 'NotWaitingForTrigger')
  expectRefusal(cancel(world, alice, { orderId: [2n] }), 'OrderInFlight')
  world.pass(1, { SOL: 140n * USD - 100_000n })
  expect(succeeded(world.execute(alice, 0)).events).toMatchObject([
    { name: 'orderFilled', data: { size: BASE, oraclePrice: 139_900_000n } },
  ])
  checkLedger(world)
})

test('a take-profit is set off from below', () => {
  const { world, alice } = prepare(takeProfit)
  world.pass(1, { SOL: 159n * USD })
  expectRefusal(trigger(world, alice, 2n), 'TriggerNotReached')
  world.pass(1, { SOL: 161n * USD })
  succeeded(trigger(world, alice, 2n))
  world.pass(1)
  succeeded(world.execute(alice, 0))
  expect(world.position(alice, 0).base).toBe(9n * BASE)
})

test('a stop with its own limit keeps it', () => {
  const { world, alice } = prepare({ ...stopLoss, limitPrice: 135n * USD })
  world.pass(1, { SOL: 139n * USD })
  succeeded(trigger(world, alice, 2n))
  expect(orderOf(world, alice, 2n).limitPrice).toBe(135n * USD)
})

test('an entry stop adds its risk when it fills, not twice', () => {
  const { world, alice } = prepare(entry)
  expect(world.position(alice, 0)).toMatchObject({ base: 10n * BASE, openBids: BASE })
  world.pass(1, { SOL: 160n * USD })
  succeeded(trigger(world, alice, 2n))
  expect(world.position(alice, 0)).toMatchObject({ openBids: BASE })
  world.pass(1)
  succeeded(world.execute(alice, 0))
  expect(world.position(alice, 0)).toMatchObject({ base: 11n * BASE, openBids: 0n })
  checkLedger(world)
})

test('a stop-limit rests after it was set off; one that crosses takes at its one price first', () => {
  const limit = { kind: { limit: {} } }
  const { world, alice } = prepare([
    { ...stopLoss, ...limit, limitPrice: 142n * USD },
    { ...stopLoss, ...limit, limitPrice: 138n * USD },
  ])
  world.pass(1, { SOL: 140n * USD })
  succeeded(trigger(world, alice, 2n))
  succeeded(trigger(world, alice, 3n))
  expect(orderOf(world, alice, 2n)).toMatchObject({ stage: stages.active, flags: flags.reduceOnly })
  expect(orderOf(world, alice, 3n).flags).toBe(flags.reduceOnly | flags.takes)
  expect(canceledIn(succeeded(cancel(world, alice, { orderId: [2n] })))).toEqual([[2n, 'requested']])
  expectRefusal(cancel(world, alice, { orderId: [3n] }), 'OrderInFlight')
})

test('a price published before the order was eligible does not set it off', () => {
  const world = base.fork()
  const alice = holder(world, 10_000n * USD, 0, BASE)
  // Its owner knows of $139 already, and places before it is cached.
  world.svm.setTime(world.svm.now + 1)
  succeeded(world.place(alice, 0, stopLoss))
  world.publish({ SOL: 139n * USD })
  expectRefusal(trigger(world, alice, 2n), 'OrderNotEligible')
  world.pass(1)
  succeeded(trigger(world, alice, 2n))
})

test('an old price sets nothing off, so that no keeper chooses among those of the past', () => {
  const { world, alice } = prepare(stopLoss)
  world.pass(2, { SOL: 139n * USD })
  world.svm.setTime(world.svm.now + 4)
  expectRefusal(trigger(world, alice, 2n), 'PriceStale')
  world.pass(1, { SOL: 145n * USD })
  expectRefusal(trigger(world, alice, 2n), 'TriggerNotReached')
})

test('an unsure price sets off what reduces and not what adds risk', () => {
  const { world, alice } = prepare([stopLoss, entry])
  world.svm.setTime(world.svm.now + 1)
  world.publish({ SOL: 139n * USD }, { confidence: 2n * USD })
  succeeded(trigger(world, alice, 2n))
  world.svm.setTime(world.svm.now + 1)
  world.publish({ SOL: 161n * USD }, { confidence: 2n * USD })
  expectRefusal(trigger(world, alice, 3n), 'PriceUncertain')
})

test('a price far from its average sets off nothing that adds risk', () => {
  const { world, alice } = prepare(entry)
  world.svm.setTime(world.svm.now + 1)
  world.publish({ SOL: 170n * USD }, { emaPrice: 150n * USD })
  expectRefusal(trigger(world, alice, 2n), 'PriceVolatile')
})

test('only a waiting order of that market can be set off', () => {
  const { world, alice } = prepare([stopLoss, { ...sell, limitPrice: 160n * USD }])
  world.pass(1, { SOL: 139n * USD })
  expectRefusal(trigger(world, alice, 3n), 'NotWaitingForTrigger')
  expectRefusal(trigger(world, alice, 9n), 'OrderNotFound')
  expectRefusal(trigger(world, alice, 2n, 1), 'WrongAccount')
})

test('a stop whose time has passed is not set off any more', () => {
  const world = base.fork()
  const alice = holder(world, 10_000n * USD, 0, BASE)
  const expiresAt = BigInt(world.svm.now + 5)
  succeeded(world.place(alice, 0, { ...stopLoss, timeInForce: { goodTillTime: {} }, expiresAt }))
  world.pass(5, { SOL: 139n * USD })
  expectRefusal(trigger(world, alice, 2n), 'OrderExpiry')
})

test('a stop waits for its owner too: canceled before it is set off', () => {
  const { world, alice } = prepare([stopLoss, takeProfit])
  succeeded(cancel(world, alice, { orderId: [2n] }))
  expect(openOrders(world, alice)).toEqual([3n])
  checkLedger(world)
})

test('closing the position takes its stops off', () => {
  const { world, alice } = prepare([stopLoss, takeProfit, { ...sell, limitPrice: 170n * USD }])
  succeeded(world.close(alice, 0))
  world.pass(1)
  const closed = succeeded(world.execute(alice, 0))
  expect(canceledIn(closed)).toEqual([
    [2n, 'nothingToReduce'],
    [3n, 'nothingToReduce'],
  ])
  expect(openOrders(world, alice)).toEqual([4n])
  checkLedger(world)
})

test('a market that is wound down sets nothing off and takes no order', () => {
  const { world, alice } = prepare(stopLoss)
  world.pass(1, { SOL: 139n * USD })
  world.change({ market: [{ index: 0, status: MARKET_STATUS.settling, params: marketParams('SOL') }] })
  expectRefusal(world.place(alice, 0, { ...buy, limitPrice: 140n * USD }), 'MarketReduceOnly')
  succeeded(settleMarket(world, 0))
  expectRefusal(trigger(world, alice, 2n), 'MarketSettling')
  expectRefusal(world.place(alice, 0, { ...buy, limitPrice: 140n * USD }), 'MarketSettling')
})
