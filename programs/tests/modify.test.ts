/** modify_order: a changed order is a new one with the old id, unless it only shrinks. */
import { Keypair } from '@solana/web3.js'
import { expect, test } from 'vitest'
import { addresses, succeeded, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { appoint, cancel, flags, holder, modify, order as orderOf, stages, trigger } from './order-calls.ts'
import { BASE, USD } from './params.ts'
import type { Fields } from './program.ts'
import { expectRefusal } from './refusals.ts'

const base = World.open(2)
const market = { kind: { market: {} }, limitPrice: 0n }
const buy = { side: { buy: {} }, size: 10n * BASE, limitPrice: 140n * USD }
const stop = {
  ...market,
  side: { sell: {} },
  size: BASE,
  reduceOnly: true,
  triggerDirection: { below: {} },
  triggerPrice: 140n * USD,
}

const prepare = (order: Fields = buy, usdc = 10_000n * USD) => {
  const world = base.fork()
  const alice = world.trader(usdc)
  succeeded(world.place(alice, 0, order))
  return { world, alice, placed: orderOf(world, alice, 1n) }
}

test('a new price is a new clock: the order loses its place and its old prices', () => {
  const { world, alice, placed } = prepare()
  world.pass(5)
  const modified = succeeded(modify(world, alice, 1n, { limitPrice: 141n * USD }))
  expect(modified.events).toMatchObject([
    {
      name: 'orderModified',
      data: {
        byDelegate: false,
        order: { orderId: 1n, limitPrice: 141n * USD, eligibleFrom: placed.eligibleFrom + 5n },
      },
    },
  ])
  expect(orderOf(world, alice, 1n)).toMatchObject({ placedAt: placed.placedAt + 5n, size: 10n * BASE })
  checkLedger(world)
})

test('an order that only shrinks keeps its place, and open sizes follow to the unit', () => {
  const { world, alice, placed } = prepare()
  world.pass(5)
  succeeded(modify(world, alice, 1n, { size: 4n * BASE }))
  expect(orderOf(world, alice, 1n)).toEqual({ ...placed, size: 4n * BASE })
  expect(world.position(alice, 0)).toMatchObject({ openBids: 4n * BASE, openAsks: 0n, openOrders: 1 })
  succeeded(modify(world, alice, 1n, { size: 12n * BASE }))
  expect(world.position(alice, 0).openBids).toBe(12n * BASE)
  expect(orderOf(world, alice, 1n).placedAt).toBe(placed.placedAt + 5n)
  checkLedger(world)
})

test('shrinking needs no margin and no open market; anything else is judged like a new order', () => {
  const { world, alice } = prepare(buy, 100n * USD)
  world.pass(1, { SOL: 300n * USD })
  expectRefusal(modify(world, alice, 1n, { limitPrice: 139n * USD }), 'InsufficientMargin')
  expectRefusal(modify(world, alice, 1n, { size: 11n * BASE }), 'InsufficientMargin')
  world.done('setPause', { bits: 1 }, { authority: world.admin.publicKey, exchange: addresses.exchange })
  expectRefusal(modify(world, alice, 1n, { limitPrice: 139n * USD }), 'OpensPaused')
  succeeded(modify(world, alice, 1n, { size: 5n * BASE }))
  checkLedger(world)
})

test.each<[string, Fields, string]>([
  ['a size of zero', { size: 0n }, 'OrderSize'],
  ['a size off the step', { size: BASE + 1n }, 'OrderSize'],
  ['a remainder below the smallest notional', { size: 60_000_000n }, 'OrderTooSmall'],
  ['a limit of zero', { limitPrice: 0n }, 'OrderPrice'],
  ['a limit off the tick', { limitPrice: 140n * USD + 1n }, 'OrderPrice'],
  ['a peg', { pegOffset: 0n }, 'OrderPeg'],
  ['an expiry', { expiresAt: 2_000_000_000n }, 'OrderExpiry'],
  ['a trigger', { triggerPrice: 160n * USD }, 'OrderTrigger'],
  ['a trailing distance', { trailingDistance: 3n * USD }, 'OrderTrigger'],
])('%s does not come to a plain order by a change', (_, change, error) => {
  const { world, alice } = prepare()
  expectRefusal(modify(world, alice, 1n, change), error)
})

test('what has filled stays filled', () => {
  const world = base.fork()
  const whale = world.trader(1_000_000n * USD)
  succeeded(world.place(whale, 0, { ...buy, size: 150n * BASE, limitPrice: 151n * USD }))
  world.pass(2)
  succeeded(world.execute(whale, 0))
  expectRefusal(modify(world, whale, 1n, { size: 100n * BASE }), 'OrderSize')
  expectRefusal(modify(world, whale, 1n, { size: 100n * BASE + 10_000_000n }), 'OrderTooSmall')
  succeeded(modify(world, whale, 1n, { size: 120n * BASE }))
  expect(world.position(whale, 0)).toMatchObject({ base: 100n * BASE, openBids: 20n * BASE })
  checkLedger(world)
})

test('a post-only order stays outside the pool’s quote', () => {
  const { world, alice } = prepare({ ...buy, postOnly: true })
  expectRefusal(modify(world, alice, 1n, { limitPrice: 151n * USD }), 'PostOnlyWouldCross')
  succeeded(modify(world, alice, 1n, { limitPrice: 150n * USD }))
})

test('a peg moves its offset and its bound, and stays a peg', () => {
  const { world, alice } = prepare({ ...buy, limitPrice: 0n, pegOffset: -USD })
  expectRefusal(modify(world, alice, 1n, { pegOffset: null }), 'OrderPeg')
  expectRefusal(modify(world, alice, 1n, { pegOffset: -150n * USD }), 'OrderPeg')
  succeeded(modify(world, alice, 1n, { pegOffset: -2n * USD, limitPrice: 145n * USD }))
  expect(orderOf(world, alice, 1n)).toMatchObject({ pegOffset: -2n * USD, limitPrice: 145n * USD, flags: flags.pegged })
})

test('a good-till-time order gets another time, in the future', () => {
  const expiresAt = BigInt(base.svm.now + 60)
  const { world, alice } = prepare({ ...buy, timeInForce: { goodTillTime: {} }, expiresAt })
  expectRefusal(modify(world, alice, 1n, { expiresAt: BigInt(world.svm.now) }), 'OrderExpiry')
  expectRefusal(modify(world, alice, 1n, { expiresAt: 0n }), 'OrderExpiry')
  succeeded(modify(world, alice, 1n, { expiresAt: expiresAt + 60n }))
  expect(orderOf(world, alice, 1n).expiresAt).toBe(expiresAt + 60n)
})

test('a waiting stop gets another trigger on its side, set off only by later prices', () => {
  const world = base.fork()
  const alice = holder(world, 10_000n * USD, 0, 10n * BASE)
  succeeded(world.place(alice, 0, stop))
  world.pass(2, { SOL: 148n * USD })
  expectRefusal(modify(world, alice, 2n, { triggerPrice: 148n * USD }), 'OrderTrigger')
  world.svm.setTime(world.svm.now + 1)
  succeeded(modify(world, alice, 2n, { triggerPrice: 147n * USD, limitPrice: 130n * USD }))
  world.publish({ SOL: 146n * USD })
  expectRefusal(trigger(world, alice, 2n), 'OrderNotEligible')
  world.pass(1)
  succeeded(trigger(world, alice, 2n))
  expectRefusal(modify(world, alice, 2n, { limitPrice: 120n * USD }), 'OrderInFlight')
  world.svm.setTime(world.svm.now + 60)
  expectRefusal(modify(world, alice, 2n, { limitPrice: 120n * USD }), 'OrderInFlight')
})

test('a sleeping child may change all but its size', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  succeeded(world.place(alice, 0, [buy, { ...stop, size: 0n, triggerPrice: 130n * USD, parent: 0 }]))
  expectRefusal(modify(world, alice, 2n, { size: BASE }), 'OrderSize')
  expectRefusal(modify(world, alice, 2n, { triggerPrice: 140n * USD }), 'OrderTrigger')
  succeeded(modify(world, alice, 2n, { triggerPrice: 139n * USD }))
  expect(orderOf(world, alice, 2n)).toMatchObject({ triggerPrice: 139n * USD, stage: stages.awaitingParent })
})

test('only who may trade changes an order, and only in its market', () => {
  const { world, alice } = prepare()
  const mallory = world.trader(10_000n * USD)
  expectRefusal(modify(world, alice, 1n, { size: BASE }, mallory.keypair), 'NotTrader')
  const args = {
    orderId: 1n,
    size: BASE,
    limitPrice: 140n * USD,
    triggerPrice: 0n,
    trailingDistance: 0n,
    pegOffset: null,
    expiresAt: 0n,
  }
  const call = { signers: [alice.keypair] }
  expectRefusal(world.call('modifyOrder', { args }, world.orderAccounts(alice, 1), call), 'WrongAccount')
  expectRefusal(
    world.call('modifyOrder', { args: { ...args, orderId: 7n } }, world.orderAccounts(alice, 0), call),
    'OrderNotFound',
  )
})

test('orders carry who wrote them last: the delegate, until the owner changes them', () => {
  const { world, alice } = prepare()
  const friend = Keypair.generate()
  world.svm.airdrop(friend.publicKey, BASE)
  appoint(world, alice, friend.publicKey)
  expect(orderOf(world, alice, 1n).flags).toBe(0)
  expect(succeeded(world.place(alice, 0, buy, friend)).events).toMatchObject([{ data: { byDelegate: true } }])
  expect(orderOf(world, alice, 2n).flags).toBe(flags.byDelegate)
  succeeded(modify(world, alice, 1n, { size: 9n * BASE }, friend))
  expect(orderOf(world, alice, 1n).flags).toBe(flags.byDelegate)
  succeeded(modify(world, alice, 1n, { limitPrice: 139n * USD }))
  expect(orderOf(world, alice, 1n).flags).toBe(0)
  succeeded(cancel(world, alice, { all: {} }, friend))

  world.pass(3_600)
  expectRefusal(world.place(alice, 0, buy, friend), 'NotTrader')
  checkLedger(world)
})
