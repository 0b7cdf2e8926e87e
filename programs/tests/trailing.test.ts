/** Trailing stops: the trigger follows the best price, never back. */
import { expect, test } from 'vitest'
import { succeeded, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { holder, modify, order as orderOf, ratchet, stages, trigger } from './order-calls.ts'
import { BASE, USD } from './params.ts'
import { expectRefusal } from './refusals.ts'

const base = World.open(2)
const market = { kind: { market: {} }, limitPrice: 0n }
const trailing = {
  ...market,
  side: { sell: {} },
  size: BASE,
  triggerDirection: { below: {} },
  trailingDistance: 3n * USD,
  reduceOnly: true,
}

/** A long with a stop three dollars below the best price. */
const prepare = () => {
  const world = base.fork()
  const alice = holder(world, 10_000n * USD, 0, BASE)
  succeeded(world.place(alice, 0, trailing))
  return { world, alice }
}
const trail = (world: World, alice: ReturnType<World['trader']>) => {
  const { trailingExtreme, triggerPrice } = orderOf(world, alice, 2n)
  return [trailingExtreme, triggerPrice]
}

test('a trailing stop follows the price up, is set off on the way back, and fills', () => {
  const { world, alice } = prepare()
  expect(trail(world, alice)).toEqual([150n * USD, 147n * USD])
  world.pass(1, { SOL: 155n * USD })
  expect(succeeded(ratchet(world, alice, 2n)).events).toMatchObject([
    {
      name: 'trailingStopMoved',
      data: {
        orderId: 2n,
        trailingExtreme: 155n * USD,
        triggerPrice: 152n * USD,
        publishTime: BigInt(world.svm.now),
      },
    },
  ])
  world.pass(1, { SOL: 152n * USD })
  succeeded(trigger(world, alice, 2n))
  world.pass(1)
  succeeded(world.execute(alice, 0))
  expect(world.subAccount(alice).positions.every((p) => p.inUse === 0)).toBe(true)
  checkLedger(world)
})

test('nothing moves it back', () => {
  const { world, alice } = prepare()
  world.pass(1, { SOL: 155n * USD })
  succeeded(ratchet(world, alice, 2n))
  for (const price of [154n, 152n, 148n]) {
    world.pass(1, { SOL: price * USD })
    expectRefusal(ratchet(world, alice, 2n), 'RatchetTooSmall')
  }
  expect(trail(world, alice)).toEqual([155n * USD, 152n * USD])
})

test('it moves by five basis points at least, so that nobody grinds it', () => {
  const { world, alice } = prepare()
  world.pass(1, { SOL: 150_074_999n })
  expectRefusal(ratchet(world, alice, 2n), 'RatchetTooSmall')
  world.pass(1, { SOL: 150_075_000n })
  succeeded(ratchet(world, alice, 2n))
})

test('an unsure, jumping, old or earlier price moves nothing', () => {
  const world = base.fork()
  const alice = holder(world, 10_000n * USD, 0, BASE)
  world.svm.setTime(world.svm.now + 1)
  succeeded(world.place(alice, 0, trailing))
  // Its owner may have known this one before placing.
  world.publish({ SOL: 160n * USD })
  expectRefusal(ratchet(world, alice, 2n), 'OrderNotEligible')
  world.svm.setTime(world.svm.now + 2)
  world.publish({ SOL: 160n * USD }, { confidence: 2n * USD })
  expectRefusal(ratchet(world, alice, 2n), 'PriceUncertain')
  world.svm.setTime(world.svm.now + 1)
  world.publish({ SOL: 170n * USD }, { emaPrice: 150n * USD })
  expectRefusal(ratchet(world, alice, 2n), 'PriceVolatile')
  world.pass(1, { SOL: 155n * USD })
  world.svm.setTime(world.svm.now + 4)
  expectRefusal(ratchet(world, alice, 2n), 'PriceStale')
  expect(trail(world, alice)).toEqual([150n * USD, 147n * USD])
})

test('it starts only from a good price', () => {
  const world = base.fork()
  const alice = holder(world, 10_000n * USD, 0, BASE)
  world.svm.setTime(world.svm.now + 1)
  world.publish({}, { confidence: 2n * USD })
  expectRefusal(world.place(alice, 0, trailing), 'PriceUncertain')
  world.pass(1)
  world.svm.setTime(world.svm.now + 30)
  expectRefusal(world.place(alice, 0, trailing), 'PriceStale')
})

test('a short’s stop follows the price down', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  world.enter(alice, 0, 'sell', BASE)
  succeeded(world.place(alice, 0, { ...trailing, side: { buy: {} }, triggerDirection: { above: {} } }))
  expect(trail(world, alice)).toEqual([150n * USD, 153n * USD])
  world.pass(1, { SOL: 140n * USD })
  succeeded(ratchet(world, alice, 2n))
  expect(trail(world, alice)).toEqual([140n * USD, 143n * USD])
  world.pass(1, { SOL: 143n * USD })
  expectRefusal(ratchet(world, alice, 2n), 'RatchetTooSmall')
  succeeded(trigger(world, alice, 2n))
})

test('only a waiting trailing stop of that market moves', () => {
  const { world, alice } = prepare()
  succeeded(world.place(alice, 0, { ...trailing, trailingDistance: 0n, triggerPrice: 140n * USD }))
  world.pass(1, { SOL: 155n * USD })
  expectRefusal(ratchet(world, alice, 3n), 'NotWaitingForTrigger')
  expectRefusal(ratchet(world, alice, 9n), 'OrderNotFound')
  expectRefusal(ratchet(world, alice, 2n, 1), 'WrongAccount')
  world.pass(1, { SOL: 147n * USD })
  succeeded(trigger(world, alice, 2n))
  world.pass(1, { SOL: 160n * USD })
  expectRefusal(ratchet(world, alice, 2n), 'NotWaitingForTrigger')
})

test('its owner changes the distance; the best price stays', () => {
  const { world, alice } = prepare()
  world.pass(1, { SOL: 155n * USD })
  succeeded(ratchet(world, alice, 2n))
  world.pass(1, { SOL: 154n * USD })
  succeeded(modify(world, alice, 2n, { trailingDistance: 2n * USD }))
  expect(trail(world, alice)).toEqual([155n * USD, 153n * USD])
  expectRefusal(modify(world, alice, 2n, { trailingDistance: USD }), 'OrderTrigger')
  expectRefusal(modify(world, alice, 2n, { trailingDistance: 155n * USD }), 'TrailingDistance')
  expectRefusal(modify(world, alice, 2n, { triggerPrice: 150n * USD }), 'OrderTrigger')

  succeeded(modify(world, alice, 2n, { trailingDistance: 0n, triggerPrice: 150n * USD }))
  expect(trail(world, alice)).toEqual([0n, 150n * USD])
  succeeded(modify(world, alice, 2n, { trailingDistance: 3n * USD, triggerPrice: 0n }))
  expect(trail(world, alice)).toEqual([154n * USD, 151n * USD])
  expect(orderOf(world, alice, 2n).stage).toBe(stages.awaitingTrigger)
})
