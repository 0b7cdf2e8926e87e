/** What anybody may take off: orders whose time has passed, and those of an account that lacks initial margin. */
import { expect, test } from 'vitest'
import { succeeded, World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { canceledIn, expire, forceCancel, holder, openOrders } from './order-calls.ts'
import { BASE, USD } from './params.ts'
import { expectRefusal } from './refusals.ts'

const base = World.open(2)
const buy = { side: { buy: {} }, size: BASE, limitPrice: 140n * USD }
const sell = { side: { sell: {} }, size: BASE, limitPrice: 160n * USD }

test('orders go when their time has passed, all at once, and those that have lapsed with them', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  const timed = { timeInForce: { goodTillTime: {} }, expiresAt: BigInt(world.svm.now + 60) }
  succeeded(world.place(alice, 0, [{ ...buy, ...timed }, buy, { ...sell, ...timed, expiresAt: timed.expiresAt + 1n }]))
  succeeded(world.open(alice, 0, 'buy', BASE))
  expectRefusal(expire(world, alice), 'NothingExpired')
  world.pass(10)
  expectRefusal(expire(world, alice), 'NothingExpired')
  world.pass(1)
  expect(canceledIn(succeeded(expire(world, alice)))).toEqual([[4n, 'lapsed']])
  world.pass(48)
  expectRefusal(expire(world, alice), 'NothingExpired')
  world.pass(1)
  expect(canceledIn(succeeded(expire(world, alice)))).toEqual([[1n, 'expired']])
  world.pass(1)
  expect(canceledIn(succeeded(expire(world, alice)))).toEqual([[3n, 'expired']])
  expect(openOrders(world, alice)).toEqual([2n])
  expect(world.position(alice, 0)).toMatchObject({ openBids: BASE, openAsks: 0n, openOrders: 1 })
  checkLedger(world)
})

test('a clock that goes back expires nothing twice and revives nothing', () => {
  const world = base.fork()
  const alice = world.trader(10_000n * USD)
  const expiresAt = BigInt(world.svm.now + 60)
  succeeded(world.place(alice, 0, { ...buy, timeInForce: { goodTillTime: {} }, expiresAt }))
  world.svm.setTime(world.svm.now + 60)
  succeeded(expire(world, alice))
  world.svm.setTime(world.svm.now - 60)
  expectRefusal(expire(world, alice), 'NothingExpired')
})

test('an account below initial margin loses the orders that could add risk, and only those', () => {
  const world = base.fork()
  const alice = holder(world, 200n * USD, 0, 10n * BASE)
  const stop = { kind: { market: {} }, limitPrice: 0n, triggerDirection: { below: {} }, triggerPrice: 100n * USD }
  succeeded(
    world.place(alice, 0, [
      { ...buy, size: 10n * BASE },
      { ...sell, reduceOnly: true },
    ]),
  )
  succeeded(world.place(alice, 0, { ...sell, ...stop, reduceOnly: true }))
  expectRefusal(forceCancel(world, alice), 'MeetsInitialMargin')

  world.pass(2, { SOL: 144n * USD })
  expect(canceledIn(succeeded(forceCancel(world, alice)))).toEqual([[2n, 'belowInitialMargin']])
  expect(world.position(alice, 0)).toMatchObject({ openBids: 0n, openOrders: 2 })
  expectRefusal(forceCancel(world, alice), 'MeetsInitialMargin')
  world.pass(1, { SOL: 136n * USD })
  expectRefusal(forceCancel(world, alice), 'OrderNotFound')
  checkLedger(world)
})

test('nobody’s orders go for a price that only has to be refreshed', () => {
  const world = base.fork()
  const alice = world.trader(0n, 10n * BASE)
  succeeded(world.place(alice, 0, { ...buy, size: 10n * BASE }))
  world.svm.setTime(world.svm.now + 61)
  expectRefusal(forceCancel(world, alice), 'PriceStale')
  world.publishMarket(0)
  // The market's price is new, the collateral's is old and counts nothing.
  expectRefusal(forceCancel(world, alice), 'PriceStale')
  // That nobody posted a price for a quarter of an hour does not show that the feed is dead.
  world.svm.setTime(world.svm.now + 901)
  world.publishMarket(0)
  expectRefusal(forceCancel(world, alice), 'PriceStale')
  world.pass(1)
  expectRefusal(forceCancel(world, alice), 'MeetsInitialMargin')
})

test('margin is judged with every account it needs', () => {
  const world = base.fork()
  const alice = world.trader(100n * USD)
  succeeded(world.place(alice, 0, buy))
  const call = world.call('forceCancelOrders', {}, { subAccount: alice.subAccount })
  expectRefusal(call, 'MarginAccountMissing')
})
